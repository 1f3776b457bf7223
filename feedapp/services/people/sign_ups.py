"""Making an account."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from feedapp.cache.catalogue import invalidation
from feedapp.errors import ConflictError
from feedapp.limits import PASSWORDS_NETWORK, SIGN_UPS
from feedapp.networks import network_of
from feedapp.reading.read_models import Person, ProfileView, time_text

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from feedapp.repositories.users import UserRepository
    from feedapp.services.access.rate_limits import RateLimits
    from feedapp.services.people.accounts import AccountService
    from feedapp.services.people.door import Door
    from feedapp.services.people.usernames import UsernameService
    from feedapp.writing.idempotency import Once
    from feedapp.writing.unit_of_work import UnitOfWork


class SignUpService:
    """Makes accounts, for newcomers by the rules of the site, and for an operator whatever those are."""

    def __init__(
        self,
        *,
        unit_of_work: UnitOfWork,
        users: UserRepository,
        accounts: AccountService,
        usernames: UsernameService,
        rate_limits: RateLimits,
        door: Door,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._users = users
        self._accounts = accounts
        self._usernames = usernames
        self._rate_limits = rate_limits
        self._door = door

    def sign_up(
        self,
        *,
        username: str,
        password: str,
        display_name: str | None = None,
        address: str | None = None,
        by_operator: bool = False,
    ) -> int:
        """Make an account and give its id: see `join`."""
        joined = self.join(
            username=username, password=password, display_name=display_name, address=address, by_operator=by_operator
        )
        return joined.person.id

    def join(
        self,
        *,
        username: str,
        password: str,
        display_name: str | None = None,
        address: str | None = None,
        once: Once | None = None,
        by_operator: bool = False,
    ) -> ProfileView:
        """Make an account; an operator may give it a name that nobody could take by themselves.

        A name that is taken costs nobody a hash, and counts for nothing. Raise ConflictError if it is taken or
        reserved, SignUpClosedError, InvalidInputError, TooManyAttemptsError.
        """
        if not by_operator:
            self._door.require_open()
            self._usernames.refuse_reserved(username)
        self._accounts.refuse_weak(password, username=username, field="password")
        with self._unit_of_work():
            taken = self._users.get_by_name(username) is not None
        if taken:
            with self._unit_of_work() as work:
                work.claim(once, by=None)
                raise _taken(username)
        with self._counting(address):
            password_hash = self._accounts.hash(password)
            with self._unit_of_work() as work:
                work.claim(once, by=None)
                shown = display_name or username
                user = self._users.add(username=username, display_name=shown, password_hash=password_hash)
                if user is None:
                    raise _taken(username)
                if by_operator:
                    self._usernames.assigned(username)
                else:
                    self._usernames.taken(username, by=None)
                work.stales(invalidation.users_signed_up(users=[(username, user.id)]))
                person = Person(user.id, username, shown)
                return work.done(ProfileView(person, "", time_text(user.created_at), 0, 0, 0, None))

    def _counting(self, address: str | None) -> AbstractContextManager[None]:
        if address is None:  # an operator's
            return nullcontext()
        network = network_of(address)
        return self._rate_limits.counting((SIGN_UPS, network), cost=[(PASSWORDS_NETWORK, network)])


def _taken(username: str) -> ConflictError:
    return ConflictError("username", f"The name {username} is taken: choose another.")
