"""A SQLAlchemy pool in which waits for a connection are bounded by the deadline of the current work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.pool import QueuePool

from feedapp import blocking, deadline

if TYPE_CHECKING:
    from sqlalchemy.pool import ConnectionPoolEntry


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
        return super()._do_get()
