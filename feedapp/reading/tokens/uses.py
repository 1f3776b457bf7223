"""Uses of tokens and sessions in this process: a request only adds to a set.

`services/access/token_last_used.py` stores the set, so a warm read needs no SQL.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

HOUR = 3_600


class Uses:
    """The tokens that this process has seen used."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._hour = 0
        self._seen: set[str] = set()
        self._pending: set[str] = set()

    def note(self, token_hash: str, *, now: float) -> None:
        """Note the use of a valid token at `now`, in seconds since the epoch."""
        if now // HOUR == self._hour and token_hash in self._seen:
            return
        with self._lock:
            if now // HOUR != self._hour:
                self._hour, self._seen = int(now // HOUR), set()
            self._seen.add(token_hash)
            self._pending.add(token_hash)

    def put_back(self, token_hashes: Iterable[str]) -> None:
        """Put back uses that could not be stored."""
        with self._lock:
            self._pending.update(token_hashes)

    def take(self) -> list[str]:
        """Remove and return all uses not stored yet, sorted."""
        with self._lock:
            taken, self._pending = self._pending, set()
        return sorted(taken)
