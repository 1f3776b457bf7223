"""Accounts, profiles, names, follows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from feedapp.archive.pictures import with_content
from feedapp.extensions import db
from feedapp.repositories.follows import FollowRepository
from feedapp.repositories.former_usernames import FormerUsernameRepository, HeldNameRepository
from feedapp.repositories.relations.words import MutedWordRepository
from feedapp.repositories.site.invitations import InvitationRepository
from feedapp.repositories.site.passkeys import ChallengeRepository, PasskeyRepository
from feedapp.repositories.site.setup_codes import SetupCodeRepository
from feedapp.repositories.transfer.archives import ArchiveRepository
from feedapp.repositories.transfer.exports import ExportRepository
from feedapp.services.people.account_deletion import AccountDeletion
from feedapp.services.people.accounts import AccountService
from feedapp.services.people.admins import Admins
from feedapp.services.people.follow_lists import FollowLists
from feedapp.services.people.follows import FollowService
from feedapp.services.people.held_names import HeldNameService
from feedapp.services.people.joining.parts import Joining, Means, Tables, joining
from feedapp.services.people.joining.proof_of_work import ProofOfWork
from feedapp.services.people.leaving.archives import ArchiveService
from feedapp.services.people.leaving.grace import GraceService
from feedapp.services.people.mail.addresses import MailAddressService
from feedapp.services.people.mail.notices import Notices
from feedapp.services.people.mail.resets import MailResets
from feedapp.services.people.names import NameService
from feedapp.services.people.passkeys.log_ins import PasskeyLogIns
from feedapp.services.people.passkeys.service import PasskeyService
from feedapp.services.people.profiles import ProfileService
from feedapp.services.people.recovery import RecoveryService
from feedapp.services.people.relations.silence import SilenceService
from feedapp.services.people.relations.words import MutedWordService
from feedapp.services.people.roles import RoleService
from feedapp.services.people.second_factor import SecondFactorService
from feedapp.services.people.suggestions import SuggestionService
from feedapp.services.people.usernames import UsernameService
from feedapp.wiring import relations
from feedapp.writing.mail.links import MailLinks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.services.people.relations.blocks import BlockService
    from feedapp.services.people.relations.mutes import MuteService
    from feedapp.wiring.access import Access
    from feedapp.wiring.core import Core
    from feedapp.wiring.stores import Stores
    from feedapp.writing.belongings import Belongings


@dataclass(frozen=True, kw_only=True)
class People:
    """Who is there, and who follows whom."""

    accounts: AccountService
    joining: Joining
    roles: RoleService
    recovery: RecoveryService
    mail_addresses: MailAddressService
    mail_resets: MailResets
    notices: Notices
    second_factor: SecondFactorService
    passkeys: PasskeyService
    passkey_log_ins: PasskeyLogIns
    account_deletion: AccountDeletion
    grace: GraceService
    archives: ArchiveService
    usernames: UsernameService
    profiles: ProfileService
    follows: FollowService
    followings: FollowLists
    suggestions: SuggestionService
    blocks: BlockService
    mutes: MuteService
    muted_words: MutedWordService
    silence: SilenceService
    names: NameService
    held_names: HeldNameService


def build(given: Stores, base: Core, access: Access, *, belongings: Sequence[Belongings]) -> People:
    """Build it. `belongings` are what other domains keep of somebody."""
    reading, viewers, unit_of_work, owners = base.reading, base.viewers, base.unit_of_work, base.owners
    usernames = UsernameService(
        unit_of_work=unit_of_work,
        former=FormerUsernameRepository(given.session),
        applications=given.applications,
    )
    admins = Admins(given.users)
    passkeys = PasskeyRepository(given.session)
    mail_links = MailLinks(given.settings.secret_key)
    mail_addresses = MailAddressService(
        reading=reading,
        viewers=viewers,
        unit_of_work=unit_of_work,
        owners=owners,
        rate_limits=base.rate_limits,
        addresses=given.mail_addresses,
        mailer=base.mailer,
        links=mail_links,
    )
    follows = FollowService(
        viewers=viewers,
        unit_of_work=unit_of_work,
        users=given.users,
        follows=FollowRepository(given.session),
        blocks=given.blocks,
    )
    held_names = HeldNameService(HeldNameRepository(given.session))
    blocks, mutes = relations.build(given, base, follows)
    account_deletion = AccountDeletion(
        unit_of_work=unit_of_work,
        users=given.users,
        admins=admins,
        belongings=(follows, blocks, mutes, held_names, *belongings),
    )
    grace = GraceService(
        viewers=viewers,
        site=base.site,
        unit_of_work=unit_of_work,
        owners=owners,
        proofs=access.proofs,
        admins=admins,
        deletion=account_deletion,
        secret=given.settings.secret_key,
    )
    accounts = AccountService(
        viewers=viewers,
        unit_of_work=unit_of_work,
        owners=owners,
        proofs=access.proofs,
        grace=grace,
        issuer=access.issuer,
    )
    return People(
        accounts=accounts,
        joining=joining(
            Tables(
                given.users,
                InvitationRepository(given.session),
                given.applications,
                SetupCodeRepository(given.session),
            ),
            reading=reading,
            site=base.site,
            viewers=viewers,
            unit_of_work=unit_of_work,
            accounts=accounts,
            usernames=usernames,
            means=Means(
                base.rate_limits,
                ProofOfWork(used=ChallengeRepository(given.session), secret=given.settings.secret_key),
                base.mailer,
            ),
        ),
        roles=RoleService(
            reading=reading,
            viewers=viewers,
            unit_of_work=unit_of_work,
            owners=owners,
            admins=admins,
            accounts=accounts,
        ),
        recovery=RecoveryService(
            reading=reading,
            viewers=viewers,
            unit_of_work=unit_of_work,
            owners=owners,
            accounts=accounts,
            guesses=access.guesses,
            recovery=given.recovery_codes,
            mail_links=mail_links,
        ),
        mail_addresses=mail_addresses,
        notices=Notices(base.mailer),
        mail_resets=MailResets(unit_of_work=unit_of_work, mailer=base.mailer, rate_limits=base.rate_limits),
        second_factor=SecondFactorService(
            reading=reading,
            viewers=viewers,
            site=base.site,
            unit_of_work=unit_of_work,
            owners=owners,
            accounts=accounts,
            guesses=access.guesses,
            factors=given.factors,
            checks=access.second_factors,
        ),
        passkeys=PasskeyService(
            reading=reading,
            viewers=viewers,
            unit_of_work=unit_of_work,
            owners=owners,
            proofs=access.proofs,
            passkeys=passkeys,
            challenges=access.challenges,
        ),
        passkey_log_ins=PasskeyLogIns(
            unit_of_work=unit_of_work,
            issuer=access.issuer,
            rate_limits=base.rate_limits,
            passkeys=passkeys,
            challenges=access.challenges,
            second_factors=access.second_factors,
        ),
        account_deletion=account_deletion,
        grace=grace,
        archives=ArchiveService(
            viewers=viewers,
            unit_of_work=unit_of_work,
            archives=ArchiveRepository(given.session),
            exports=lambda: ExportRepository(db.engine),
            rate_limits=base.rate_limits,
            complete={"picture": partial(with_content, store=given.picture_store)},
        ),
        usernames=usernames,
        profiles=ProfileService(
            reading=reading,
            viewers=viewers,
            unit_of_work=unit_of_work,
            owners=owners,
            proofs=access.proofs,
            usernames=usernames,
            addresses=mail_addresses,
            rate_limits=base.rate_limits,
            home_secrets=base.home_secrets,
        ),
        follows=follows,
        followings=FollowLists(reading=reading, viewers=viewers),
        suggestions=SuggestionService(reading=reading, viewers=viewers),
        blocks=blocks,
        mutes=mutes,
        muted_words=MutedWordService(
            viewers=viewers,
            unit_of_work=unit_of_work,
            users=given.users,
            words=MutedWordRepository(given.session),
        ),
        silence=SilenceService(given.users),
        names=NameService(reading=reading),
        held_names=held_names,
    )
