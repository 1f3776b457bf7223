"""A SQLAlchemy pool in which waits for a connection are bounded by the deadline of the current work."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from sqlalchemy.pool import QueuePool

from feedapp import blocking, deadline
from feedapp.observability import metrics

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.pool import ConnectionPoolEntry

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
