"""Passwords as proofs of who somebody is: checked outside transactions, with wrong ones counted."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, TypeVar

from feedapp.errors import (
    ApplicationRefusedError,
    AwaitingApprovalError,
    FieldError,
    InvalidInputError,
    WrongCodeError,
    WrongPasswordError,
)
from feedapp.languages.catalogues import marked
from feedapp.limits import LOG_INS
from feedapp.observability import metrics
from feedapp.services.access.proofs import Proof, acting

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedapp.reading.read_models import Viewer
    from feedapp.repositories.site.applications import ApplicationRepository
    from feedapp.repositories.users import UserRepository
    from feedapp.services.access.password_guesses import PasswordGuesses
    from feedapp.services.access.passwords import Passwords
    from feedapp.services.access.rate_limits import RateLimits
    from feedapp.services.access.second_factors import SecondFactors
    from feedapp.writing.unit_of_work import UnitOfWork

T = TypeVar("T")
log = logging.getLogger("feedapp.security")


class PasswordProofs:
    """Lets something be done on the proof of a password; what is done has to lock the proof by `Owners`."""

    def __init__(
        self,
        *,
        unit_of_work: UnitOfWork,
        users: UserRepository,
        passwords: Passwords,
        guesses: PasswordGuesses,
        rate_limits: RateLimits,
        applications: ApplicationRepository,
        second_factors: SecondFactors,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._users = users
        self.passwords = passwords
        self._guesses = guesses
        self._rate_limits = rate_limits
        self._applications = applications
        self._second_factors = second_factors

    def by_name(
        self, username: str, password: str, act: Callable[[Proof], T], *, address: str, code: str | None = None
    ) -> T:
        """Act for whoever sends a username with its password. Raise WrongPasswordError, TooManyAttemptsError.

        Whose log-in takes a code, and who sends none, is told so: raise SecondFactorNeededError; WrongCodeError for a
        wrong one. Who has asked for an account is told how that stands: AwaitingApprovalError, ApplicationRefusedError.

        An unknown user takes as long and gets the same answer as a wrong password. The proof has a new hash if the kept
        one is not made, or the password not normalised, as is usual now.
        """
        return acting(lambda: self._of_name(username, password, address, code), act)

    def by_viewer(self, viewer: Viewer, current_password: str, act: Callable[[Proof], T]) -> T:
        """Act for somebody who is signed in and sends their password once more.

        Raise InvalidInputError if it is wrong, TooManyAttemptsError.
        """
        return acting(lambda: self._of_viewer(viewer, current_password), act)

    def by_ticket(self, ticket: str, code: str) -> Proof:
        """Give the proof of who takes the second step of a log-in. Raise WrongCodeError, WrongPasswordError."""
        given = self._second_factors.read(ticket)
        with self._unit_of_work():
            user = self._users.get(given.user_id)
            password_hash = user.password_hash if user else None
        if password_hash is None or not self._second_factors.fits(given, password_hash):
            raise WrongPasswordError("The password was changed meanwhile: log in with the new one.")
        self._require_code(given.user_id, code)
        return Proof(given.user_id, password_hash)

    def _require_code(self, user_id: int, code: str) -> None:
        with self._guesses.proof(user_id) as guess:
            guess.is_wrong = not self._second_factors.accept(user_id, code)
        if guess.is_wrong:
            _note_refusal("wrong code", user_id)
            raise WrongCodeError("This is not the code that your authenticator shows now, or it was used.")

    def _of_name(self, username: str, password: str, address: str, code: str | None) -> Proof:
        with self._guesses.log_in(username, address) as guess:
            with self._unit_of_work():
                user = self._users.get_by_name(username)
                known = (user.id, user.password_hash) if user and user.password_hash else None
                takes_code = user is not None and self._second_factors.is_on(user.id)
                application = None if user else self._applications.get(username)
                refusal = None if application is None or application.refused_at is None else application.refusal
                expected = known[1] if known else application.password_hash if application else None
            guess.is_wrong = not self.passwords.matches(password, expected)
        if not guess.is_wrong and application is not None:
            _note_refusal("not let in yet" if refusal is None else "application refused", None)
            raise _not_let_in(refusal)
        if guess.is_wrong or known is None:
            _note_refusal("wrong password" if known else "unknown username", known and known[0])
            raise WrongPasswordError("The username or the password is wrong.")
        user_id, password_hash = known
        self._rate_limits.count((LOG_INS, str(user_id)))
        if takes_code and code is None:
            raise self._second_factors.needed(user_id, password_hash)
        if takes_code and code is not None:
            self._require_code(user_id, code)
        outdated = self.passwords.is_outdated(password, password_hash)
        return Proof(user_id, password_hash, new_hash=self.passwords.hash(password) if outdated else None)

    def _of_viewer(self, viewer: Viewer, password: str) -> Proof:
        with self._guesses.proof(viewer.id) as guess:
            with self._unit_of_work():
                user = self._users.get_by_name(viewer.person.username)
                password_hash = user.password_hash if user and user.id == viewer.id else None
            guess.is_wrong = not self.passwords.matches(password, password_hash)
        if guess.is_wrong:
            log.info("Refused what user %d wanted to prove, in a session or by a token", viewer.id)
            raise InvalidInputError(FieldError("current_password", "This is not your password."))
        return Proof(viewer.id, password_hash, token_hash=viewer.token_hash)


def _note_refusal(why: str, user_id: int | None) -> None:
    """Count it, and tell the security log whose account it was. A username that nobody has may be a password."""
    metrics.LOG_INS_REFUSED.labels(why).inc()
    whose = "" if user_id is None else f" for user {user_id}"
    log.info("A log-in%s was refused: %s", whose, why)


def _not_let_in(refusal: str | None) -> AwaitingApprovalError | ApplicationRefusedError:
    if refusal is None:
        return AwaitingApprovalError("You asked for an account, and a moderator has yet to decide. Try again later.")
    said = marked(f" They say: {refusal}") if refusal else ""
    return ApplicationRefusedError(f"Those who run this site have not let you in.{said}")
