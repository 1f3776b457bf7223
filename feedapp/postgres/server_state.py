"""What a process knows of its PostgreSQL server: whether it stands still, and which connections are from before a loss.

While a server stands still, each statement would hold a thread until its deadline, and soon no thread would be left for
what the cache can answer. So one statement at a time tries, and all others are refused at once.
"""

from __future__ import annotations

from threading import Lock

import psycopg2


class NoAnswerError(psycopg2.OperationalError):  # type: ignore[misc]
    """PostgreSQL did not answer in time; whether it did what it was sent is not known, and the connection is closed."""


class OutOfTimeError(psycopg2.OperationalError):  # type: ignore[misc]
    """The deadline of the request was over before this was sent; nothing was done."""


class ServerState:
    """Shared by all connections of a process to one server."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._hangs = False
        self._is_tried = False
        self.generation = 0
        """A connection from an earlier one must not be used again."""

    def admit(self) -> bool:
        """Let a statement through, unless the server stands still and another is trying. Raise NoAnswerError.

        True says that it is the one that tries: `tried` must be called when that is over. So the moment the server goes
        on, the one that waits is answered, and all others are admitted.
        """
        if not self._hangs:
            return False
        with self._lock:
            if self._is_tried:
                raise NoAnswerError("PostgreSQL does not answer at all: it was not asked again")
            self._is_tried = True
            return True

    def tried(self) -> None:
        """Let the next try, if it was in vain."""
        self._is_tried = False

    def hung(self) -> None:
        """Take note that it did not answer in time what takes no time."""
        self._hangs = True

    def answered(self) -> None:
        """Take note that it answered, whatever it said."""
        self._hangs = False

    def lost(self, generation: int) -> None:
        """Take note that a connection of that generation broke: the others are likely to be broken as well."""
        with self._lock:
            if generation == self.generation:
                self.generation += 1
