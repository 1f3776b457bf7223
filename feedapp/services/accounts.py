"""Signing up, logging in and out, passwords, and deleting an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.cache import invalidation
from feedapp.errors import ConflictError, FieldError, InvalidInputError, NotFoundError, UnauthenticatedError
from feedapp.services import throttle
from feedapp.services.views import Person, ProfileView, time_text

if TYPE_CHECKING:
    from feedapp.repositories.tokens import TokenRepository
    from feedapp.repositories.users import UserRepository
    from feedapp.services.departures import DepartureService
    from feedapp.services.issuing import IssuedToken, TokenIssuer
    from feedapp.services.once import Once
    from feedapp.services.passwords import Passwords
    from feedapp.services.throttle import Throttle
    from feedapp.services.unit_of_work import UnitOfWork, Work
    from feedapp.services.viewers import Credentials, Kind, ViewerService
    from feedapp.services.views import Viewer

LEAVING_SECONDS = 3.0
"""How long somebody waits for the deletion of their account; the rest of a large one is deleted after that."""
NOBODY = "There is nobody of that name."


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
        issuer: TokenIssuer,
    ) -> None:
        self._issuer = issuer
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
        """Make an account and give its id: see `join`."""
        return self.join(username=username, password=password, display_name=display_name, address=address).person.id

    def join(
        self,
        *,
        username: str,
        password: str,
        display_name: str | None = None,
        address: str | None = None,
        once: Once | None = None,
    ) -> ProfileView:
        """Make an account. Raise ConflictError if the name is taken, TooManyAttemptsError."""
        if address is not None:
            self._throttle.count(throttle.SIGN_UP_BY_ADDRESS, "signup", address)
        password_hash = self._passwords.hash(password)
        with self._unit_of_work() as work:
            work.claim(once, by=None)
            shown = display_name or username
            user = self._users.add(username=username, display_name=shown, password_hash=password_hash)
            if user is None:
                raise ConflictError("username", f"The name {username} is taken: choose another.")
            work.stales(invalidation.users_signed_up(usernames=(username,)))
            person = Person(user.id, username, shown)
            return work.done(ProfileView(person, "", time_text(user.created_at), 0, 0, 0, None))

    def log_in(
        self,
        *,
        username: str,
        password: str,
        kind: Kind,
        address: str,
        name: str = "",
        once: Once | None = None,
    ) -> IssuedToken:
        """Check a password and issue a token. Raise UnauthenticatedError, TooManyAttemptsError.

        An unknown user takes as long and gets the same answer as a wrong password.
        """
        by_name = (throttle.LOG_IN_BY_NAME, "login", username, address)
        by_address = (throttle.LOG_IN_BY_ADDRESS, "login", address)
        with self._throttle.guess(by_name, by_address) as guess:
            with self._unit_of_work():
                user = self._users.get_by_name(username)
                known = (user.id, user.password_hash) if user else None
            guess.is_wrong = not self._passwords.matches(password, known[1] if known else None)
        if guess.is_wrong or known is None:
            raise UnauthenticatedError("The username or the password is wrong.")
        return self.issue(known[0], kind, name=name, once=once)

    def issue(self, user_id: int, kind: Kind, *, name: str = "", once: Once | None = None) -> IssuedToken:
        """Issue a token for somebody who has proved who they are: see `TokenIssuer`."""
        return self._issuer.issue(user_id, kind, name=name, once=once)

    def log_out(self, credentials: Credentials) -> None:
        """Revoke the token that was presented, if it is one."""
        if credentials.token_hash is not None:
            with self._unit_of_work() as work:
                user_id = self._tokens.remove(credentials.token_hash)
                if user_id is not None:
                    work.stales(invalidation.tokens_revoked(user_id=user_id, hashes=[credentials.token_hash]))

    def grant(self, credentials: Credentials, *, name: str, once: Once | None = None) -> tuple[Viewer, IssuedToken]:
        """Issue an API token to somebody who is signed in, under a name of their choice. Raise UnauthenticatedError."""
        viewer = self._viewers.require(credentials)
        return viewer, self.issue(viewer.id, "api", name=name, once=once)

    def change_password(self, credentials: Credentials, *, current: str, new: str, name: str = "") -> IssuedToken:
        """Change one's own password and revoke every token and session; the one that was presented is replaced.

        `name` is that of the new one. Raise InvalidInputError if `current` is wrong, TooManyAttemptsError.
        """
        viewer = self._viewers.require(credentials)
        self._prove(viewer, current, "current_password")
        password_hash = self._passwords.hash(new)
        with self._unit_of_work() as work:
            self._set_password(work, viewer.id, password_hash)
            return self._issuer.add(work, viewer.id, credentials.kind, name=name)

    def leave(self, credentials: Credentials, *, password: str) -> bool:
        """Delete one's own account with all that one wrote. Tell whether that is done, or goes on for a while.

        Either way nobody can use the account any more. Raise InvalidInputError for a wrong password.
        """
        viewer = self._viewers.require(credentials)
        self._prove(viewer, password, "password")
        return self._departures.delete(viewer.id, within=LEAVING_SECONDS)

    def _prove(self, viewer: Viewer, password: str, field: str) -> None:
        with self._throttle.guess((throttle.LOG_IN_BY_NAME, "password", str(viewer.id))) as guess:
            with self._unit_of_work():
                user = self._users.get_by_name(viewer.person.username)
                password_hash = user.password_hash if user and user.id == viewer.id else None
            guess.is_wrong = not self._passwords.matches(password, password_hash)
        if guess.is_wrong:
            raise InvalidInputError(FieldError(field, "This is not your password."))

    def set_password(self, *, username: str, password: str) -> None:
        """Set anybody's password, for an operator; every token and session is revoked. Raise NotFoundError."""
        with self._unit_of_work():
            user = self._users.get_by_name(username)
            user_id = user.id if user else None
        if user_id is None:
            raise NotFoundError(NOBODY)
        password_hash = self._passwords.hash(password)
        with self._unit_of_work() as work:
            self._set_password(work, user_id, password_hash)

    def delete(self, *, username: str) -> None:
        """Delete an account with all that it wrote, for an operator. Raise NotFoundError."""
        with self._unit_of_work():
            user = self._users.get_by_name(username)
            user_id = user.id if user else None
        if user_id is None:
            raise NotFoundError(NOBODY)
        self._departures.delete(user_id)

    def _set_password(self, work: Work, user_id: int, password_hash: str) -> None:
        if self._users.lock(user_id) is None:
            raise NotFoundError(NOBODY)
        self._users.update(user_id, password_hash=password_hash)
        work.stales(invalidation.tokens_revoked(user_id=user_id, hashes=self._tokens.remove_all_of(user_id)))
