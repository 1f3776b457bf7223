"""Passwords as proofs of who somebody is: checked outside transactions, with wrong ones counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from feedapp.errors import FieldError, InvalidInputError, WrongPasswordError
from feedapp.limits import LOG_INS
from feedapp.services.access.proofs import Proof, acting

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedapp.reading.read_models import Viewer
    from feedapp.repositories.users import UserRepository
    from feedapp.services.access.password_guesses import PasswordGuesses
    from feedapp.services.access.passwords import Passwords
    from feedapp.services.access.rate_limits import RateLimits
    from feedapp.writing.unit_of_work import UnitOfWork

T = TypeVar("T")


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
    ) -> None:
        self._unit_of_work = unit_of_work
        self._users = users
        self.passwords = passwords
        self._guesses = guesses
        self._rate_limits = rate_limits

    def by_name(self, username: str, password: str, act: Callable[[Proof], T], *, address: str) -> T:
        """Act for whoever sends a username with its password. Raise WrongPasswordError, TooManyAttemptsError.

        An unknown user takes as long and gets the same answer as a wrong password. The proof has a new hash if the kept
        one is not made, or the password not normalised, as is usual now.
        """
        return acting(lambda: self._of_name(username, password, address), act)

    def by_viewer(self, viewer: Viewer, current_password: str, act: Callable[[Proof], T]) -> T:
        """Act for somebody who is signed in and sends their password once more.

        Raise InvalidInputError if it is wrong, TooManyAttemptsError.
        """
        return acting(lambda: self._of_viewer(viewer, current_password), act)

    def _of_name(self, username: str, password: str, address: str) -> Proof:
        with self._guesses.log_in(username, address) as guess:
            with self._unit_of_work():
                user = self._users.get_by_name(username)
                known = (user.id, user.password_hash) if user and user.password_hash else None
            guess.is_wrong = not self.passwords.matches(password, known[1] if known else None)
        if guess.is_wrong or known is None:
            raise WrongPasswordError("The username or the password is wrong.")
        user_id, password_hash = known
        self._rate_limits.count((LOG_INS, str(user_id)))
        outdated = self.passwords.is_outdated(password, password_hash)
        return Proof(user_id, password_hash, new_hash=self.passwords.hash(password) if outdated else None)

    def _of_viewer(self, viewer: Viewer, password: str) -> Proof:
        with self._guesses.proof(viewer.id) as guess:
            with self._unit_of_work():
                user = self._users.get_by_name(viewer.person.username)
                password_hash = user.password_hash if user and user.id == viewer.id else None
            guess.is_wrong = not self.passwords.matches(password, password_hash)
        if guess.is_wrong:
            raise InvalidInputError(FieldError("current_password", "This is not your password."))
        return Proof(viewer.id, password_hash, token_hash=viewer.token_hash)
