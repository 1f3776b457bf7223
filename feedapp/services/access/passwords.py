"""Password hashes: Argon2id at the strength that OWASP recommends for a server (19 MiB, two passes)."""

from __future__ import annotations

from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from feedapp.schemas.passwords import opaque, spellings

STRENGTH: dict[str, Any] = {"time_cost": 2, "memory_cost": 19_456, "parallelism": 1}


class Passwords:
    """Hashes and checks passwords. Neither may be called inside a transaction: each takes a good part of 0.1 s."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher(**STRENGTH)
        self._nobodys = _nobodys(self._hasher.time_cost, self._hasher.memory_cost, self._hasher.parallelism)

    def hash(self, password: str) -> str:
        """Hash a password with a salt of its own."""
        return self._hasher.hash(opaque(password))

    def is_outdated(self, password: str, password_hash: str) -> bool:
        """Tell whether a hash that the password matches should be made anew.

        Its parameters are not those of today, or it is of the password as it was typed once.
        """
        form = opaque(password)
        typed = spellings(password) != [form] and not self._verifies(form, password_hash)
        return typed or self._hasher.check_needs_rehash(password_hash)

    def matches(self, password: str, password_hash: str | None) -> bool:
        """Check a password, in the same time whether there is a hash to check against or not."""
        known = password_hash or self._nobodys
        return any(self._verifies(form, known) for form in spellings(password)) and password_hash is not None

    def _verifies(self, form: str, password_hash: str) -> bool:
        try:
            return self._hasher.verify(password_hash, form)
        except (VerificationError, InvalidHashError):
            return False


@cache
def _nobodys(time_cost: int, memory_cost: int, parallelism: int) -> str:
    """Make the hash that takes the place of one that is not there: once for all that check passwords in a process."""
    hasher = PasswordHasher(time_cost=time_cost, memory_cost=memory_cost, parallelism=parallelism)
    return hasher.hash("the password of nobody")
