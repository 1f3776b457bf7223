"""Until when the work in hand must be done: one moment for the sum of all its waits, whatever it waits for.

A request has one from its beginning, a periodic job too; a command has none, since whoever started it can end it.
Whatever waits (for a connection, a statement, a lock, another reader) asks here how long it still may.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

REQUEST = 7.0
"""Seconds for a request. With the grace of a commit that is on its way, an answer comes within ten."""

_until: ContextVar[float | None] = ContextVar("deadline", default=None)


def remaining() -> float | None:
    """Give the seconds that are left, 0 or less when it is too late; None without a deadline."""
    until = _until.get()
    return None if until is None else until - monotonic()


def limited(seconds: float) -> float:
    """Shorten a wait to what is left; 0 when it is too late."""
    left = remaining()
    return seconds if left is None else max(0.0, min(seconds, left))


class within:  # noqa: N801  (a context manager; contextlib's is slower, and each request has one)
    """Let the block end within so many seconds, or sooner if that is asked already."""

    __slots__ = ("_seconds", "_token")

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def __enter__(self) -> None:
        until, now = _until.get(), monotonic()
        self._token = _until.set(now + self._seconds if until is None else min(until, now + self._seconds))

    def __exit__(self, *error: object) -> None:
        _until.reset(self._token)


@contextmanager
def at_least(seconds: float) -> Iterator[None]:
    """Give the block so many seconds even if the deadline is nearer: for what must be finished once it was begun."""
    until = _until.get()
    token = _until.set(None if until is None else max(until, monotonic() + seconds))
    try:
        yield
    finally:
        _until.reset(token)
