"""What a process knows of its PostgreSQL server: whether it stands still, and which connections are from before a loss.

While a server stands still, each statement would hold a thread until its deadline, and soon no thread would be left for
what the cache can answer. So one statement at a time tries, and all others are refused at once.
"""

from __future__ import annotations

from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING

import psycopg2

if TYPE_CHECKING:
    from collections.abc import Callable

PROBE_SECONDS = 4.0
"""After so long the next may try; a little more than FIRST_ANSWER, so that only one waits at a time."""


class NoAnswerError(psycopg2.OperationalError):  # type: ignore[misc]
    """PostgreSQL did not answer in time; whether it did what it was sent is not known, and the connection is closed."""


class OutOfTimeError(psycopg2.OperationalError):  # type: ignore[misc]
    """The deadline of the request was over before this was sent; nothing was done."""


class ServerState:
    """Shared by all connections of a process to one server."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._hangs = False
        self._next_probe = 0.0
        self.generation = 0
        """A connection from an earlier one must not be used again."""

    def admit(self) -> None:
        """Let a statement through, unless the server stands still and another is trying. Raise NoAnswerError."""
        if not self._hangs:
            return
        with self._lock:
            if not self._hangs:
                return
            now = self._clock()
            if now < self._next_probe:
                raise NoAnswerError("PostgreSQL does not answer at all: it was not asked again")
            self._next_probe = now + PROBE_SECONDS

    def hung(self) -> None:
        """Take note that it did not answer in time what takes no time."""
        with self._lock:
            if not self._hangs:
                self._hangs = True
                self._next_probe = self._clock()

    def answered(self) -> None:
        """Take note that it answered, whatever it said."""
        self._hangs = False

    def lost(self, generation: int) -> None:
        """Take note that a connection of that generation broke: the others are likely to be broken as well."""
        with self._lock:
            if generation == self.generation:
                self.generation += 1
