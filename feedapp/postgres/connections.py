"""psycopg2 connections and cursors with every wait bounded, and errors that reveal no contents of rows."""

from __future__ import annotations

import select
from time import monotonic
from typing import TYPE_CHECKING, Any

import psycopg2
from psycopg2.extensions import TRANSACTION_STATUS_IDLE, connection, cursor

from feedapp import deadline
from feedapp.observability.reasons import first_line
from feedapp.postgres.server_state import NoAnswerError, OutOfTimeError, ServerState
from feedapp.postgres.watchdog import WATCHDOG

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

STATEMENT = 3.0
"""Statement timeout of reads in seconds, waits for locks included."""
FIRST_ANSWER = STATEMENT + 0.5
"""Seconds without an answer to a read, or to the start of a transaction, after which a server counts as hung."""
LEAST_FOR_COMMIT = 0.25
"""With less time left than this, no commit is sent: its outcome might never be known."""
GRACE = 2.0
"""Minimum seconds for a commit once it was sent, for the same reason."""
ROLLBACK = 1.0


class Exchange:
    """One wait for the server: refused if it is too late or the server hangs, ended if it lasts too long."""

    __slots__ = ("connection", "expired", "may_tell", "tries", "until", "waits")

    def __init__(self, on: BoundedConnection, seconds: float | None, *, may_tell: bool) -> None:
        """`may_tell`: if this is not answered, the server hangs."""
        self.connection = on
        self.waits = seconds
        self.may_tell = may_tell
        self.expired = self.tries = False

    def __enter__(self) -> None:
        if self.waits is not None:
            if self.waits <= 0:
                raise OutOfTimeError("this request took longer than a request may")
            self.tries = self.connection.server.admit()
            self.until = monotonic() + self.waits
            WATCHDOG.add(self)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        server = self.connection.server
        if self.waits is not None:
            WATCHDOG.remove(self)
        if self.tries:
            server.tried()
        if error is None:
            server.answered()
            return
        if self.expired:
            self.connection.close()
            server.lost(self.connection.generation)
            if self.may_tell:
                server.hung()
            raise NoAnswerError(f"PostgreSQL did not answer within {self.waits:.1f} s") from None
        if isinstance(error, psycopg2.Error):
            if error.pgcode is not None:
                server.answered()
            error.args = (first_line(error),)  # what follows may hold a row
            if self.connection.closed:
                server.lost(self.connection.generation)


class BoundedCursor(cursor):  # type: ignore[misc]
    """A cursor whose statements are bounded by the deadline of the current work."""

    connection: BoundedConnection

    def execute(self, query: Any, vars: Any = None) -> Any:  # noqa: A002  (psycopg2's name)
        """Send a statement and wait for the whole answer. Raise NoAnswerError, OutOfTimeError."""
        with self.connection.exchange():
            return super().execute(query, vars)

    def copy_expert(self, sql: Any, file: Any, size: int = 8_192) -> Any:
        """Copy from or to a file."""
        with self.connection.exchange():
            return super().copy_expert(sql, file, size)


class BoundedConnection(connection):  # type: ignore[misc]
    """A connection of one engine. `longest`: maximum seconds of a wait without a deadline."""

    server: ServerState
    generation: int
    longest: float | None = None
    _poll: Callable[[int], list[tuple[int, int]]] | None = None

    def exchange(self) -> Exchange:
        """Bound one statement."""
        is_first = self.get_transaction_status() == TRANSACTION_STATUS_IDLE
        left = deadline.remaining()
        if left is None:
            return Exchange(self, self.longest, may_tell=is_first)
        if is_first:
            return Exchange(self, min(left, FIRST_ANSWER), may_tell=left >= FIRST_ANSWER)
        return Exchange(self, left, may_tell=False)

    def commit(self) -> None:
        """Commit. NoAnswerError: the outcome is unknown. OutOfTimeError: it was not committed."""
        left = deadline.remaining()
        bounded = self.longest
        if left is not None:
            bounded = max(left, GRACE) if left > LEAST_FOR_COMMIT else 0.0
        with Exchange(self, bounded, may_tell=False):
            super().commit()

    def rollback(self) -> None:
        """Roll back, or close the connection if PostgreSQL does not answer that, so that it rolls back by itself."""
        left = deadline.remaining()
        try:
            with Exchange(self, self.longest if left is None else max(left, ROLLBACK), may_tell=False):
                super().rollback()
        except psycopg2.Error:
            self.close()

    def is_stale(self) -> bool:
        """Tell whether it broke while idle, without asking the server unless it has sent something.

        A server that ends a connection says so and closes it. It may also have announced a changed setting.
        """
        if self.closed or self.generation != self.server.generation:
            return True
        try:
            if self._poll is None:
                polling = select.poll()
                polling.register(self.fileno(), select.POLLIN)
                self._poll = polling.poll
            if not self._poll(0):
                return False
            with self.cursor() as asking:
                asking.execute("SELECT 1")
            if not self.autocommit:
                self.rollback()
        except psycopg2.Error:
            return True
        return bool(self.closed)
