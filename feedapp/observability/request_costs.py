"""What a request has cost so far: Redis round trips, SQL statements and how many reads the cache could answer.

The figures of the request in hand live in a context variable, so that the cache backend and the engine can count
without being handed anything; outside a request (the command line, tests) they are counted into a value nobody looks
at.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

from feedapp.blocking import Pace

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(slots=True)
class Costs:
    """Counts, and durations in seconds."""

    redis_trips: int = 0
    redis_seconds: float = 0.0
    sql_statements: int = 0
    sql_seconds: float = 0.0
    hits: int = 0
    misses: int = 0
    bypassed: int = 0

    def cache_status(self) -> str | None:
        """Say by RFC 9211 what the cache did, or None when nothing was asked of it."""
        if self.bypassed:
            return "feedapp; fwd=bypass"
        if self.misses:
            return "feedapp; fwd=miss"
        return "feedapp; hit" if self.hits else None


_current: ContextVar[Costs | None] = ContextVar("costs", default=None)


def current() -> Costs:
    """Give the costs of the request in hand."""
    costs = _current.get()
    return begin() if costs is None else costs


def begin() -> Costs:
    """Start counting from nothing."""
    costs = Costs()
    _current.set(costs)
    return costs


@contextmanager
def counted() -> Iterator[Costs]:
    """Count what the block costs, and only that (tests and benchmarks)."""
    costs = Costs()
    token = _current.set(costs)
    try:
        yield costs
    finally:
        _current.reset(token)


_pace = Pace()


class redis_trip:  # noqa: N801  (a context manager; contextlib's takes three times as long as what it counts)
    """Count the block as one round trip to Redis."""

    __slots__ = ("_costs", "_started")

    def __enter__(self) -> None:
        _pace.before()
        self._costs = current()
        self._started = perf_counter()

    def __exit__(self, *error: object) -> None:
        seconds = perf_counter() - self._started
        self._costs.redis_trips += 1
        self._costs.redis_seconds += seconds
        _pace.after(seconds)
