"""Which tokens and sessions this process has seen used: a request only adds to a set.

`services/access/token_last_used.py` writes the set down. So a warm read stays without SQL.
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
        """Take note of a token that was found genuine at `now`, in seconds since the epoch."""
        if now // HOUR == self._hour and token_hash in self._seen:
            return
        with self._lock:
            if now // HOUR != self._hour:
                self._hour, self._seen = int(now // HOUR), set()
            self._seen.add(token_hash)
            self._pending.add(token_hash)

    def put_back(self, token_hashes: Iterable[str]) -> None:
        """Keep what could not be written down for the next time."""
        with self._lock:
            self._pending.update(token_hashes)

    def take(self) -> list[str]:
        """Give what was not written down yet, sorted, and leave nothing."""
        with self._lock:
            taken, self._pending = self._pending, set()
        return sorted(taken)
