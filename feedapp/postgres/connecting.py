"""Connects to PostgreSQL within the deadline of the current work.

libpq bounds each address by itself, but neither the sum of several nor the DNS look-up. So it connects in a thread of
its own, which closes a connection that comes too late. Connections are pooled, so this is rare.
"""

from __future__ import annotations

from threading import Lock, Thread
from typing import TYPE_CHECKING, Any

import psycopg2

from feedapp import deadline
from feedapp.postgres.connections import BoundedConnection, BoundedCursor
from feedapp.postgres.server_state import NoAnswerError, OutOfTimeError, ServerState

if TYPE_CHECKING:
    from collections.abc import Callable


def connect(
    make: Callable[..., BoundedConnection], server: ServerState, *, longest: float | None, **parameters: Any
) -> BoundedConnection:
    """Connect within the deadline. `make` is psycopg2's `connect`. Raise NoAnswerError, OutOfTimeError."""
    left = deadline.remaining()
    bounded = longest if left is None else left
    generation, tries = server.generation, False

    def made() -> BoundedConnection:
        return make(**parameters, connection_factory=BoundedConnection, cursor_factory=BoundedCursor)

    if bounded is not None:
        if bounded <= 0:
            raise OutOfTimeError("this request took longer than a request may")
        tries = server.admit()
    try:
        found = made() if bounded is None else _Attempt(made).within(bounded)
    except psycopg2.OperationalError as error:
        if isinstance(error, NoAnswerError) or "timeout expired" in str(error):
            server.hung()
        raise
    finally:
        if tries:
            server.tried()
    found.server, found.generation, found.longest = server, generation, longest
    server.answered()
    return found


class _Attempt:
    """One attempt to connect, in a thread."""

    def __init__(self, make: Callable[[], BoundedConnection]) -> None:
        self._make = make
        self._lock = Lock()
        self._given_up = False
        self._made: BoundedConnection | None = None
        self._error: BaseException | None = None

    def within(self, seconds: float) -> BoundedConnection:
        """Give the connection. Raise what psycopg2 raises, and NoAnswerError after so many seconds."""
        thread = Thread(target=self._run, name="postgres-connect", daemon=True)
        thread.start()
        thread.join(seconds)
        with self._lock:
            self._given_up = True
            if self._made is not None:
                return self._made
        if self._error is not None:
            raise self._error
        raise NoAnswerError(f"PostgreSQL did not let this process connect within {seconds:.1f} s")

    def _run(self) -> None:
        try:
            made = self._make()
        except Exception as error:  # noqa: BLE001  (raised by whoever waits)
            self._error = error
            return
        with self._lock:
            if not self._given_up:
                self._made = made
                return
        made.close()
