"""The state of the PostgreSQL server as this process sees it: whether it hangs, and which connections predate a loss.

While a server hangs, each statement would hold a thread until its deadline, and soon no thread would be left for what
the cache can answer. So one statement at a time tries (a circuit breaker), and all others are refused at once.
"""

from __future__ import annotations

from threading import Lock

import psycopg2


class NoAnswerError(psycopg2.OperationalError):  # type: ignore[misc]
    """PostgreSQL did not answer in time. Whether it executed the statement is unknown; the connection is closed."""


class OutOfTimeError(psycopg2.OperationalError):  # type: ignore[misc]
    """The request's deadline passed before this was sent; nothing was executed."""


class ServerState:
    """Shared by all connections of a process to one server."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._hangs = False
        self._is_tried = False
        self.generation = 0
        """A connection from an earlier one must not be used again."""

    def admit(self) -> bool:
        """Let a statement through, unless the server hangs and another statement is trying. Raise NoAnswerError.

        True: this is the one that tries, and `tried` must be called afterwards. Once the server continues, the waiting
        statement is answered, and all others are admitted.
        """
        if not self._hangs:
            return False
        with self._lock:
            if self._is_tried:
                raise NoAnswerError("PostgreSQL does not answer at all: it was not asked again")
            self._is_tried = True
            return True

    def tried(self) -> None:
        """Let the next one try, if this one failed."""
        self._is_tried = False

    def hung(self) -> None:
        """Note that it did not answer in time a statement that takes no time."""
        self._hangs = True

    def answered(self) -> None:
        """Note that it answered, whatever the answer."""
        self._hangs = False

    def lost(self, generation: int) -> None:
        """Note that a connection of that generation broke: the others are probably broken, too."""
        with self._lock:
            if generation == self.generation:
                self.generation += 1
