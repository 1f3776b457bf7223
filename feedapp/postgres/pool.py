"""A SQLAlchemy pool in which waits for a connection are bounded by the deadline of the current work."""

from __future__ import annotations

from contextlib import suppress
from time import perf_counter
from typing import TYPE_CHECKING

import psycopg2
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.pool import QueuePool

from feedapp import blocking, deadline
from feedapp.observability import metrics

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

ATTEMPTS = 5
"""Times that a connection is asked for which others know to be lost as soon as it is made."""
NOTABLE = 0.001
"""Seconds; a connection that is there is had in less."""


class BoundedPool(QueuePool):
    """`timeout` is the maximum wait in seconds."""

    _sqla_logger_namespace = "sqlalchemy.pool.BoundedPool"  # else it would log below our own name
    _longest_wait: float

    @property
    def _timeout(self) -> float:
        return deadline.limited(self._longest_wait)

    @_timeout.setter
    def _timeout(self, seconds: float) -> None:
        self._longest_wait = seconds

    def connect(self) -> PoolProxiedConnection:
        """Check a connection out. Raise psycopg2.OperationalError if others lose the server again each time.

        SQLAlchemy tries two and raises what is meant for programmers. But where a replica refuses writes, each of them
        tells all others that their connections lead to the wrong server, those made just now, too.
        """
        for _ in range(ATTEMPTS):
            with suppress(InvalidRequestError):
                return super().connect()
        raise psycopg2.OperationalError("PostgreSQL was lost again while it was connected to")

    def _do_get(self) -> ConnectionPoolEntry:
        blocking.about_to_block()
        began = perf_counter()
        try:
            return super()._do_get()
        finally:
            if self._is_full() and (waited := perf_counter() - began) > NOTABLE:
                metrics.POOL_WAITS.observe(waited)

    def _is_full(self) -> bool:
        """Tell whether no more connections may be made: only then is one waited for, else it is made meanwhile."""
        return self._overflow >= self._max_overflow


def pool_use(engine: Engine) -> tuple[int, int]:
    """Give how many connections are in use, and how many there may be; 0 if the pool is of another kind."""
    pool = engine.pool
    if not isinstance(pool, BoundedPool):
        return 0, 0
    return pool.checkedout(), pool.size() + pool._max_overflow  # noqa: SLF001 (our own class's)
