"""Accounts, profiles, names, follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedapp.repositories.follows import FollowRepository
from feedapp.repositories.former_usernames import FormerUsernameRepository
from feedapp.services.people.account_deletion import AccountDeletion
from feedapp.services.people.accounts import AccountService
from feedapp.services.people.follow_lists import FollowLists
from feedapp.services.people.follows import FollowService
from feedapp.services.people.names import NameService
from feedapp.services.people.profiles import ProfileService
from feedapp.services.people.suggestions import SuggestionService
from feedapp.services.people.usernames import UsernameService

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.wiring.access import Access
    from feedapp.wiring.core import Core
    from feedapp.wiring.stores import Stores
    from feedapp.writing.belongings import Belongings


@dataclass(frozen=True, kw_only=True)
class People:
    """Who is there, and who follows whom."""

    accounts: AccountService
    account_deletion: AccountDeletion
    usernames: UsernameService
    profiles: ProfileService
    follows: FollowService
    followings: FollowLists
    suggestions: SuggestionService
    names: NameService


def build(given: Stores, base: Core, access: Access, *, belongings: Sequence[Belongings]) -> People:
    """Build it. `belongings` are what other domains keep of somebody."""
    reading, viewers, unit_of_work, owners = base.reading, base.viewers, base.unit_of_work, base.owners
    usernames = UsernameService(unit_of_work=unit_of_work, former=FormerUsernameRepository(given.session))
    follows = FollowService(
        viewers=viewers, unit_of_work=unit_of_work, users=given.users, follows=FollowRepository(given.session)
    )
    account_deletion = AccountDeletion(unit_of_work=unit_of_work, owners=owners, belongings=(follows, *belongings))
    accounts = AccountService(
        viewers=viewers,
        unit_of_work=unit_of_work,
        owners=owners,
        proofs=access.proofs,
        rate_limits=base.rate_limits,
        account_deletion=account_deletion,
        issuer=access.issuer,
        usernames=usernames,
    )
    return People(
        accounts=accounts,
        account_deletion=account_deletion,
        usernames=usernames,
        profiles=ProfileService(
            reading=reading,
            viewers=viewers,
            unit_of_work=unit_of_work,
            owners=owners,
            proofs=access.proofs,
            usernames=usernames,
            rate_limits=base.rate_limits,
        ),
        follows=follows,
        followings=FollowLists(reading=reading, viewers=viewers),
        suggestions=SuggestionService(reading=reading, viewers=viewers),
        names=NameService(reading=reading),
    )
