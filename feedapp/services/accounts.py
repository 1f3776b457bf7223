"""Signing up, logging in and out, passwords, and deleting an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from secrets import token_urlsafe
from typing import TYPE_CHECKING

from feedapp.cache import invalidation
from feedapp.errors import ConflictError, FieldError, InvalidInputError, NotFoundError, UnauthenticatedError
from feedapp.services import throttle
from feedapp.services.viewers import Kind, hash_of

if TYPE_CHECKING:
    from feedapp.repositories.tokens import TokenRepository
    from feedapp.repositories.users import UserRepository
    from feedapp.services.departures import DepartureService
    from feedapp.services.passwords import Passwords
    from feedapp.services.throttle import Throttle
    from feedapp.services.unit_of_work import UnitOfWork
    from feedapp.services.viewers import Credentials, ViewerService

LIFETIMES: dict[Kind, timedelta] = {"api": timedelta(days=365), "session": timedelta(days=30)}
NOBODY = "There is nobody of that name."


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token that was just made; it can be shown only now, since only its hash is kept."""

    token: str
    expires_at: datetime


class AccountService:
    """Accounts. Usernames come in folded to lower case; passwords of 8 to 128 characters."""

    def __init__(
        self,
        *,
        viewers: ViewerService,
        unit_of_work: UnitOfWork,
        users: UserRepository,
        tokens: TokenRepository,
        passwords: Passwords,
        throttle: Throttle,
        departures: DepartureService,
    ) -> None:
        self._viewers = viewers
        self._unit_of_work = unit_of_work
        self._users = users
        self._tokens = tokens
        self._passwords = passwords
        self._throttle = throttle
        self._departures = departures

    def sign_up(
        self, *, username: str, password: str, display_name: str | None = None, address: str | None = None
    ) -> int:
        """Make an account and give its id. Raise ConflictError if the name is taken, TooManyAttemptsError."""
        if address is not None:
            self._throttle.check(throttle.SIGN_UP_BY_ADDRESS, "signup", address)
            self._throttle.count(throttle.SIGN_UP_BY_ADDRESS, "signup", address)
        password_hash = self._passwords.hash(password)
        with self._unit_of_work() as work:
            user_id = self._users.add(
                username=username, display_name=display_name or username, password_hash=password_hash
            )
            if user_id is None:
                raise ConflictError("username", f"The name {username} is taken: choose another.")
            work.stales(invalidation.user_signed_up(username=username))
        return user_id

    def log_in(self, *, username: str, password: str, kind: Kind, address: str) -> IssuedToken:
        """Check a password and issue a token. Raise UnauthenticatedError, TooManyAttemptsError.

        An unknown user takes as long and gets the same answer as a wrong password.
        """
        limits = ((throttle.LOG_IN_BY_NAME, "login", username, address), (throttle.LOG_IN_BY_ADDRESS, "login", address))
        for limit, *subject in limits:
            self._throttle.check(limit, *subject)
        with self._unit_of_work():
            user = self._users.get_by_name(username)
            known = (user.id, user.password_hash) if user else None
        if not self._passwords.matches(password, known[1] if known else None) or known is None:
            for limit, *subject in limits:
                self._throttle.count(limit, *subject)
            raise UnauthenticatedError("The username or the password is wrong.")
        return self.issue(known[0], kind)

    def issue(self, user_id: int, kind: Kind) -> IssuedToken:
        """Issue a token for somebody who has proved who they are."""
        issued = IssuedToken(f"{user_id}.{token_urlsafe(32)}", datetime.now(UTC) + LIFETIMES[kind])
        with self._unit_of_work() as work:
            if self._users.lock(user_id) is None:
                raise UnauthenticatedError("This account was deleted.")
            work.stales(invalidation.token_issued(user_id=user_id))
            self._tokens.add(
                user_id=user_id, kind=kind, name="", token_hash=hash_of(issued.token), expires_at=issued.expires_at
            )
        return issued

    def log_out(self, credentials: Credentials) -> None:
        """Revoke the token that was presented, if it is one."""
        if credentials.token_hash is not None:
            with self._unit_of_work() as work:
                user_id = self._tokens.remove(credentials.token_hash)
                if user_id is not None:
                    work.stales(invalidation.tokens_revoked(user_id=user_id, hashes=[credentials.token_hash]))

    def change_password(self, credentials: Credentials, *, current: str, new: str) -> None:
        """Change one's own password and revoke all other tokens. Raise InvalidInputError if `current` is wrong."""
        viewer = self._viewers.require(credentials)
        self._throttle.check(throttle.LOG_IN_BY_NAME, "password", str(viewer.id))
        with self._unit_of_work():
            user = self._users.get_by_name(viewer.person.username)
            password_hash = user.password_hash if user else None
        if not self._passwords.matches(current, password_hash):
            self._throttle.count(throttle.LOG_IN_BY_NAME, "password", str(viewer.id))
            raise InvalidInputError(FieldError("current_password", "This is not your password."))
        self._set_password(viewer.id, self._passwords.hash(new), keep=viewer.token_hash)

    def set_password(self, *, username: str, password: str) -> None:
        """Set anybody's password, for an operator; every token and session is revoked. Raise NotFoundError."""
        with self._unit_of_work():
            user = self._users.get_by_name(username)
            user_id = user.id if user else None
        if user_id is None:
            raise NotFoundError(NOBODY)
        self._set_password(user_id, self._passwords.hash(password))

    def delete(self, *, username: str) -> None:
        """Delete an account with all that it wrote, for an operator. Raise NotFoundError."""
        with self._unit_of_work():
            user = self._users.get_by_name(username)
            user_id = user.id if user else None
        if user_id is None:
            raise NotFoundError(NOBODY)
        self._departures.delete(user_id)

    def _set_password(self, user_id: int, password_hash: str, *, keep: str | None = None) -> None:
        with self._unit_of_work() as work:
            if self._users.lock(user_id) is None:
                raise NotFoundError(NOBODY)
            self._users.update(user_id, password_hash=password_hash)
            work.stales(
                invalidation.tokens_revoked(user_id=user_id, hashes=self._tokens.remove_all_of(user_id, keep=keep))
            )
