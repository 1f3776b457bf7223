"""Logging in and out, passwords, and deleting an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from feedapp.cache.catalogue import invalidation
from feedapp.errors import (
    ApplicationRefusedError,
    AwaitingApprovalError,
    FieldError,
    InvalidInputError,
    NotFoundError,
    WrongCodeError,
    WrongPasswordError,
)
from feedapp.schemas.passwords import weakness
from feedapp.services.access.proofs import Proof, acting

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedapp.reading.read_models import Viewer
    from feedapp.reading.viewers import Credentials, Kind, ViewerService
    from feedapp.repositories.site.applications import ApplicationRepository
    from feedapp.services.access.password_guesses import PasswordGuesses
    from feedapp.services.access.passwords import Passwords
    from feedapp.services.access.proofs import Owners
    from feedapp.services.access.second_factors import SecondFactors
    from feedapp.services.access.token_issuer import IssuedToken, TokenIssuer
    from feedapp.services.people.account_deletion import AccountDeletion
    from feedapp.writing.idempotency import Once
    from feedapp.writing.unit_of_work import UnitOfWork, Work

T = TypeVar("T")
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
        owners: Owners,
        passwords: Passwords,
        guesses: PasswordGuesses,
        second_factors: SecondFactors,
        account_deletion: AccountDeletion,
        issuer: TokenIssuer,
        applications: ApplicationRepository,
    ) -> None:
        self._applications = applications
        self._issuer = issuer
        self._viewers = viewers
        self._unit_of_work = unit_of_work
        self._owners = owners
        self._users, self._tokens = owners.users, owners.tokens
        self._passwords = passwords
        self._guesses = guesses
        self._second_factors = second_factors
        self._account_deletion = account_deletion

    def hash(self, password: str) -> str:
        """Hash a new password."""
        return self._passwords.hash(password)

    @staticmethod
    def refuse_weak(password: str, *, username: str, field: str) -> None:
        """Raise InvalidInputError for a password, which comes in `field`, that is guessed first."""
        if (message := weakness(password, username=username)) is not None:
            raise InvalidInputError(FieldError(field, message))

    def log_in(
        self,
        *,
        username: str,
        password: str,
        kind: Kind,
        address: str,
        name: str = "",
        code: str | None = None,
        once: Once | None = None,
    ) -> IssuedToken:
        """Check a password and issue a token. Raise WrongPasswordError, TooManyAttemptsError, TooManyTokensError.

        Whose log-in takes a code, and who sends none, is told so: raise SecondFactorNeededError; WrongCodeError for a
        wrong one. Who has asked for an account is told how that stands: AwaitingApprovalError, ApplicationRefusedError.

        An unknown user takes as long and gets the same answer as a wrong password. What hashes a password less well
        than is usual now, or not as it is normalised now, is replaced.
        """
        return acting(
            lambda: self._proof_of(username, password, address, code),
            lambda proof: self._issuer.issue(proof, kind, name=name, once=once),
        )

    def log_in_with_code(self, *, ticket: str, code: str, kind: Kind, name: str = "") -> IssuedToken:
        """Take the second step, with the ticket of `SecondFactorNeededError`. Raise WrongCodeError, and as `log_in`."""
        given = self._second_factors.read(ticket)
        with self._unit_of_work():
            user = self._users.get(given.user_id)
            password_hash = user.password_hash if user else None
        if password_hash is None or not self._second_factors.fits(given, password_hash):
            raise WrongPasswordError("The password was changed meanwhile: log in with the new one.")
        self._require_code(given.user_id, code)
        return self._issuer.issue(Proof(given.user_id, password_hash), kind, name=name)

    def _require_code(self, user_id: int, code: str) -> None:
        with self._guesses.proof(user_id) as guess:
            guess.is_wrong = not self._second_factors.accept(user_id, code)
        if guess.is_wrong:
            raise WrongCodeError("This is not the code that your authenticator shows now, or it was used.")

    def _proof_of(self, username: str, password: str, address: str, code: str | None) -> Proof:
        with self._guesses.log_in(username, address) as guess:
            with self._unit_of_work():
                user = self._users.get_by_name(username)
                known = (user.id, user.password_hash) if user and user.password_hash else None
                takes_code = user is not None and self._second_factors.is_on(user.id)
                application = None if user else self._applications.get(username)
                refusal = None if application is None or application.refused_at is None else application.refusal
                expected = known[1] if known else application.password_hash if application else None
            guess.is_wrong = not self._passwords.matches(password, expected)
        if not guess.is_wrong and application is not None:
            raise _not_let_in(refusal)
        if guess.is_wrong or known is None:
            raise WrongPasswordError("The username or the password is wrong.")
        user_id, password_hash = known
        self._guesses.count_log_in(user_id)
        if takes_code and code is None:
            raise self._second_factors.needed(user_id, password_hash)
        if takes_code and code is not None:
            self._require_code(user_id, code)
        outdated = self._passwords.is_outdated(password, password_hash)
        return Proof(user_id, password_hash, new_hash=self._passwords.hash(password) if outdated else None)

    def issue(self, user_id: int, kind: Kind, *, name: str = "") -> IssuedToken:
        """Issue a token for somebody who has just made their account: see `TokenIssuer`."""
        return self._issuer.issue(Proof(user_id), kind, name=name)

    def log_out(self, credentials: Credentials) -> None:
        """Revoke the token that was presented, if it is one."""
        if credentials.token_hash is not None:
            with self._unit_of_work() as work:
                user_id = self._tokens.remove(credentials.token_hash)
                if user_id is not None:
                    work.stales(invalidation.tokens_revoked(user_id=user_id, hashes=[credentials.token_hash]))

    def grant(
        self, credentials: Credentials, *, current_password: str, name: str, once: Once | None = None
    ) -> IssuedToken:
        """Issue an API token to somebody who is signed in, under a name of their choice.

        Raise UnauthenticatedError, InvalidInputError for a wrong password, TooManyAttemptsError, TooManyTokensError.
        """
        viewer = self._viewers.require(credentials)
        return self.proved(
            viewer, current_password, lambda proof: self._issuer.issue(proof, "api", name=name, once=once)
        )

    def change_password(self, credentials: Credentials, *, current: str, new: str, name: str = "") -> IssuedToken:
        """Change one's own password and revoke every token and session; the one that was presented is replaced.

        `name` is that of the new one. Raise InvalidInputError if `current` is wrong or `new` is weak,
        TooManyAttemptsError.
        """
        viewer = self._viewers.require(credentials)
        self.refuse_weak(new, username=viewer.person.username, field="new_password")

        def change(proof: Proof) -> IssuedToken:
            password_hash = self._passwords.hash(new)
            with self._unit_of_work() as work:
                self._owners.lock(proof)
                self.replace_password(work, viewer.id, password_hash)
                return self._issuer.add(work, viewer.id, credentials.kind, name=name)

        return self.proved(viewer, current, change)

    def leave(self, credentials: Credentials, *, current_password: str) -> bool:
        """Delete one's own account with all that one wrote. Tell whether that is done, or goes on for a while.

        Either way nobody can use the account any more. Raise InvalidInputError for a wrong password.
        """
        viewer = self._viewers.require(credentials)
        return self.proved(
            viewer,
            current_password,
            lambda proof: self._account_deletion.delete(viewer.id, within=LEAVING_SECONDS, proof=proof),
        )

    def proved(self, viewer: Viewer, current_password: str, act: Callable[[Proof], T]) -> T:
        """Act on the proof that somebody who is signed in knows their password; `act` has to lock it by `Owners`.

        Raise InvalidInputError if it is wrong, TooManyAttemptsError.
        """
        return acting(lambda: self._prove(viewer, current_password), act)

    def _prove(self, viewer: Viewer, password: str) -> Proof:
        with self._guesses.proof(viewer.id) as guess:
            with self._unit_of_work():
                user = self._users.get_by_name(viewer.person.username)
                password_hash = user.password_hash if user and user.id == viewer.id else None
            guess.is_wrong = not self._passwords.matches(password, password_hash)
        if guess.is_wrong:
            raise InvalidInputError(FieldError("current_password", "This is not your password."))
        return Proof(viewer.id, password_hash, token_hash=viewer.token_hash)

    def set_password(self, *, username: str, password: str) -> None:
        """Set anybody's password, for an operator; every token and session is revoked.

        Raise NotFoundError, InvalidInputError.
        """
        self.refuse_weak(password, username=username, field="password")
        with self._unit_of_work():
            user = self._users.get_by_name(username)
            user_id = user.id if user else None
        if user_id is None:
            raise NotFoundError(NOBODY)
        password_hash = self._passwords.hash(password)
        with self._unit_of_work() as work:
            self.replace_password(work, user_id, password_hash)

    def delete(self, *, username: str) -> None:
        """Delete an account with all that it wrote, for an operator. Raise NotFoundError."""
        with self._unit_of_work():
            user = self._users.get_by_name(username)
            user_id = user.id if user else None
        if user_id is None:
            raise NotFoundError(NOBODY)
        self._account_deletion.delete(user_id)

    def replace_password(self, work: Work, user_id: int, password_hash: str) -> None:
        """Set a password as part of a larger write; every token and session ends. Raise NotFoundError."""
        if self._users.lock(user_id) is None:
            raise NotFoundError(NOBODY)
        self._users.update(user_id, password_hash=password_hash)
        work.stales(invalidation.tokens_revoked(user_id=user_id, hashes=self._tokens.remove_all_of(user_id)))


def _not_let_in(refusal: str | None) -> AwaitingApprovalError | ApplicationRefusedError:
    if refusal is None:
        return AwaitingApprovalError("You asked for an account, and a moderator has yet to decide. Try again later.")
    said = f" They say: {refusal}" if refusal else ""
    return ApplicationRefusedError(f"Those who run this site have not let you in.{said}")
