"""Whether this process can serve: PostgreSQL as it must be, and Redis if it is there."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Literal

from redis import RedisError
from sqlalchemy.exc import SQLAlchemyError

from feedapp import deadline
from feedapp.observability import troubles
from feedapp.observability.reasons import BY_SQLSTATE, DISK_FULL, reason

if TYPE_CHECKING:
    from feedapp.cache.redis.backend import LeaseRedisCache
    from feedapp.repositories.delivery.outbox import OutboxRepository
    from feedapp.repositories.delivery.readiness import Found, ReadinessRepository

PATIENCE = 2.0
"""Seconds for PostgreSQL to answer: what asks has limits of its own."""
UPGRADE = "run `flask --app wsgi db upgrade`"

Database = Literal["ok", "unavailable", "unmigrated", "read-only"]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Health:
    """What was found; without Redis, or while it is there but not trusted, the site is slower, not down.

    `detail` says in one line what is wrong and what to do; nothing if all is well.
    """

    postgresql: Database
    redis: str
    detail: str = ""

    @property
    def ready(self) -> bool:
        """Whether requests can be served."""
        return self.postgresql == "ok"

    @property
    def status(self) -> str:
        """Sum it up in one word."""
        if not self.ready:
            return "unavailable"
        return "degraded" if self.detail else "ok"


class HealthService:
    """Asks both servers, within seconds, and by connections that requests cannot use up."""

    def __init__(self, *, readiness: ReadinessRepository, backend: LeaseRedisCache, outbox: OutboxRepository) -> None:
        self._readiness = readiness
        self._backend = backend
        self._outbox = outbox
        self._asking = Lock()
        self._last: tuple[float, tuple[Database, str]] = (float("-inf"), ("ok", ""))

    def undelivered(self) -> tuple[int, float] | None:
        """Count the writes whose stale keys are not known to be deleted, and give the age of the oldest in seconds.

        None while PostgreSQL does not answer.
        """
        try:
            with deadline.within(PATIENCE):
                return self._outbox.backlog()
        except SQLAlchemyError:
            return None

    def check(self) -> Health:
        """Ask both."""
        database, detail = self._postgresql()
        redis, redis_detail = self._redis()
        return Health(database, redis, detail or redis_detail)

    def _postgresql(self) -> tuple[Database, str]:
        """Ask it once for all who came before it was asked: however many ask, they take one connection."""
        came = monotonic()
        if not self._asking.acquire(timeout=2 * PATIENCE):
            return "unavailable", "PostgreSQL does not answer in time."
        try:
            asked, found = self._last
            if asked < came:
                asked, found = monotonic(), self._ask_postgresql()
                self._last = asked, found
            return found
        finally:
            self._asking.release()

    def _ask_postgresql(self) -> tuple[Database, str]:
        try:
            with deadline.within(PATIENCE):
                found = self._readiness.look()
        except SQLAlchemyError as error:
            troubles.happened(log, "A health check failed", error)
            return "unavailable", _sentence(reason(error).kind)
        return judged(found)

    def _redis(self) -> tuple[str, str]:
        slower = "everything is read from PostgreSQL meanwhile"
        try:
            self._backend.ping()
        except RedisError as error:
            return "unavailable", _sentence(f"{reason(error).kind}: {slower}")
        if not self._backend.trust.for_reads:
            return "not used", _sentence(f"Redis is there and not trusted yet: {slower}")
        return "ok", ""


def judged(found: Found) -> tuple[Database, str]:
    """Say what keeps a database from being served from. That it is full does not: reads go on."""
    if found.version is None:
        return "unmigrated", _sentence(f"The database has no tables of feedapp yet: {UPGRADE}")
    refusals = {
        "PostgreSQL is a replica and accepts no writes: let DATABASE_URL name the primary, or all servers with "
        "target_session_attrs=read-write": found.is_replica,
        "PostgreSQL accepts no writes: set default_transaction_read_only to off": found.is_read_only,
        f"The user in DATABASE_URL may not read and write {', '.join(found.closed)}: grant it that": found.closed,
    }
    for refusal, is_so in refusals.items():
        if is_so:
            return "read-only", _sentence(refusal)
    if found.needs is not None:
        old = f"The tables are as of migration {found.version}, and this code needs {found.needs}: {UPGRADE}"
        return "unmigrated", _sentence(old)
    full = BY_SQLSTATE[DISK_FULL]
    is_full = troubles.TROUBLES.is_open(full)
    return "ok", _sentence(f"{full}: nothing can be saved until there is room again") if is_full else ""


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
