"""Whether PostgreSQL and Redis are there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from redis import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from feedapp.cache.backend import LeaseRedisCache
    from feedapp.repositories.outbox import OutboxRepository


@dataclass(frozen=True, slots=True)
class Health:
    """What was found; without Redis, or while it is there but not trusted, the site is slower, not down."""

    postgresql: str
    redis: str

    @property
    def ready(self) -> bool:
        """Whether requests can be served."""
        return self.postgresql == "ok"

    @property
    def status(self) -> str:
        """Sum it up in one word."""
        if not self.ready:
            return "unavailable"
        return "ok" if self.redis == "ok" else "degraded"


class HealthService:
    """Asks both servers the simplest question there is."""

    def __init__(self, *, engine: Engine, backend: LeaseRedisCache, outbox: OutboxRepository) -> None:
        self._engine = engine
        self._backend = backend
        self._outbox = outbox

    def undelivered(self) -> int | None:
        """Count the writes whose stale keys are not known to be deleted; None while PostgreSQL does not answer."""
        try:
            return self._outbox.depth()
        except SQLAlchemyError:
            return None

    def check(self) -> Health:
        """Ask both."""
        return Health(self._postgresql(), self._ask_redis())

    def _postgresql(self) -> str:
        try:
            with self._engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            return "unavailable"
        return "ok"

    def _ask_redis(self) -> str:
        try:
            self._backend.ping()
        except RedisError:
            return "unavailable"
        return "ok" if self._backend.trust.for_reads else "not used"
