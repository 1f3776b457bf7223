"""What joining is put together from."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from feedapp.services.people.joining.applications import ApplicationService
from feedapp.services.people.joining.door import Door
from feedapp.services.people.joining.first_admin import FirstAdmin
from feedapp.services.people.joining.invitations import InvitationService
from feedapp.services.people.joining.sign_ups import SignUpService

if TYPE_CHECKING:
    from feedapp.reading.reader import Reading
    from feedapp.reading.site import SiteReader
    from feedapp.reading.viewers import ViewerService
    from feedapp.repositories.site.applications import ApplicationRepository
    from feedapp.repositories.site.invitations import InvitationRepository
    from feedapp.repositories.site.setup_codes import SetupCodeRepository
    from feedapp.repositories.users import UserRepository
    from feedapp.services.access.rate_limits import RateLimits
    from feedapp.services.people.accounts import AccountService
    from feedapp.services.people.joining.proof_of_work import ProofOfWork
    from feedapp.services.people.usernames import UsernameService
    from feedapp.writing.mail.mailer import Mailer
    from feedapp.writing.unit_of_work import UnitOfWork


class Tables(NamedTuple):
    """The repositories of joining."""

    users: UserRepository
    invitations: InvitationRepository
    applications: ApplicationRepository
    codes: SetupCodeRepository


class Means(NamedTuple):
    """What newcomers are counted by, have to prove, and are told by."""

    rate_limits: RateLimits
    proof_of_work: ProofOfWork
    mailer: Mailer


class Joining(NamedTuple):
    """The services of joining."""

    sign_ups: SignUpService
    invitations: InvitationService
    applications: ApplicationService
    first_admin: FirstAdmin


def joining(
    tables: Tables,
    *,
    reading: Reading,
    site: SiteReader,
    viewers: ViewerService,
    unit_of_work: UnitOfWork,
    accounts: AccountService,
    usernames: UsernameService,
    means: Means,
) -> Joining:
    """Build the services."""
    sign_ups = SignUpService(
        unit_of_work=unit_of_work,
        users=tables.users,
        invitations=tables.invitations,
        applications=tables.applications,
        accounts=accounts,
        usernames=usernames,
        rate_limits=means.rate_limits,
        door=Door(site, tables.invitations, means.proof_of_work),
        mailer=means.mailer,
    )
    return Joining(
        sign_ups,
        InvitationService(reading=reading, viewers=viewers, unit_of_work=unit_of_work, invitations=tables.invitations),
        ApplicationService(
            reading=reading,
            viewers=viewers,
            unit_of_work=unit_of_work,
            users=tables.users,
            applications=tables.applications,
            arrivals=tables.invitations,
            usernames=usernames,
            mailer=means.mailer,
            site=site,
        ),
        FirstAdmin(unit_of_work=unit_of_work, users=tables.users, codes=tables.codes, sign_ups=sign_ups),
    )
