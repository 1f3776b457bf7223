"""What showed who somebody is, checked once more under a lock on that user.

A password is checked outside the transaction, since that takes long, and a token by way of the cache. Until the
transaction has its lock the password may be changed and the token revoked; whoever does that takes the same lock. So
what is decided under it is decided by a proof that still holds, and what revokes finds all that was granted before.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from feedapp.errors import AccountLeavingError, InvalidTokenError, SuspendedError, UnavailableError
from feedapp.reading.read_models import time_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedapp.models import User
    from feedapp.repositories.moderation.sanctions import SanctionRepository
    from feedapp.repositories.tokens import TokenRepository
    from feedapp.repositories.users import UserRepository

T = TypeVar("T")
TRIES = 3


class OutdatedProofError(Exception):
    """The password was changed, or only hashed anew, since it was checked: check it again."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Who somebody is, and by what: the hash that their password fitted, the hash of their token, both, or neither.

    `new_hash` is the same password hashed as passwords are hashed now, if the kept hash is not.
    """

    user_id: int
    password_hash: str | None = None
    token_hash: str | None = None
    new_hash: str | None = None


class Owners:
    """Users with their tokens, locked by somebody who has proved that they may."""

    def __init__(self, *, users: UserRepository, tokens: TokenRepository, sanctions: SanctionRepository) -> None:
        self.users = users
        self.tokens = tokens
        self._sanctions = sanctions

    def lock(self, proof: Proof) -> User:
        """Lock the user until the transaction ends.

        Raise InvalidTokenError, OutdatedProofError, AccountLeavingError, SuspendedError.
        """
        user = self.users.lock(proof.user_id)
        if user is None:
            raise InvalidTokenError("This account was deleted.")
        if proof.token_hash is not None and not self.tokens.is_live(proof.token_hash, user_id=user.id):
            raise InvalidTokenError("This token or session was ended: log in again.")
        if proof.password_hash is not None and user.password_hash != proof.password_hash:
            raise OutdatedProofError
        if user.deletion_at is not None or user.leaving_since is not None:
            raise AccountLeavingError.of(user.id, user.deletion_at)
        if user.suspended_at is not None:
            stands = self._sanctions.get(user.id, "suspension")
            reason, until = (stands.reason, stands.until) if stands else ("No reason was noted.", None)
            raise SuspendedError.of(user.id, reason, time_text(until) if until else None)
        return user


def acting(prove: Callable[[], Proof], act: Callable[[Proof], T]) -> T:
    """Act on a proof, and prove again if it is outdated by then."""
    for _ in range(TRIES):
        with suppress(OutdatedProofError):
            return act(prove())
    raise UnavailableError("The password was changed several times in the meantime. Please try again.")
