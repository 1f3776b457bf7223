"""The writer's half of the protocol: hold the stale keys, commit, then delete them in one `delete_many`.

The hold, put in just before the commit, is what makes reads monotonic: from before the commit until the deletion no
reader can use an old value, nor store one, so no reader sees the old state after another has seen the new one. If the
process dies in between, the hold keeps the old value away until it runs out.
"""

from __future__ import annotations

import logging
from collections import Counter
from secrets import token_hex
from typing import TYPE_CHECKING, NamedTuple

from redis import RedisError
from redis.exceptions import ConnectionError as RedisConnectionError

from feedapp import timing
from feedapp.observability import metrics

if TYPE_CHECKING:
    from collections.abc import Iterable

    from feedapp.cache.catalogue.declarations import Key
    from feedapp.cache.redis.backend import LeaseRedisCache

ATTEMPTS = 2
LISTED = 20

log = logging.getLogger(__name__)


class Hold(NamedTuple):
    """What a writer holds: its token, all its stale keys, and those whose value the hold has already removed."""

    writer: str
    keys: list[Key]
    removed: list[str]


class CacheWrites:
    """Holds and deletes stale keys."""

    def __init__(self, backend: LeaseRedisCache) -> None:
        self._backend = backend

    def hold(self, keys: Iterable[Key], *, writer: str | None = None) -> Hold:
        """Call it when all statements have run, just before the commit. Pages need no hold: their stamp has one."""
        hold = Hold(writer or new_writer(), list(dict.fromkeys(keys)), [])
        held = [key.name for key in hold.keys if not _is_page(key)]
        if held and self._backend.trust.for_writes:
            try:
                hold.removed.extend(self._backend.hold(held, hold.writer, timing.HOLD_MILLISECONDS))
            except RedisError as error:
                self._backend.trust.failed(error)
        return hold

    def forget(self, hold: Hold, *, database: str | None = None) -> str | None:
        """Delete the keys of a hold, after the commit, or to undo the hold after a rollback.

        Give the run from which they are certainly deleted; None if that is left to the outbox. `database` is the
        history of PostgreSQL in which it was committed: copies of another are not to be trusted. A connection that
        breaks is replaced once: as long as Redis can be reached, nobody shall read the old state after this.
        """
        trusted = self._backend.trust.run
        if database is not None and trusted is not None and trusted.database != database:
            self._backend.trust.lose("PostgreSQL goes on from another state: a failover, or a restart")
        if not hold.keys:
            return None
        deleted = self._delete(hold)
        if deleted is None:
            return None
        run, names = deleted
        gone = {*hold.removed, *names}
        for template, count in Counter(key.template.name for key in hold.keys if key.name in gone).items():
            metrics.INVALIDATIONS.labels(template).inc(count)
        if log.isEnabledFor(logging.INFO):
            log.info("Invalidated %d cache entries (%s)", len(gone), self._listed(hold, gone))
        return run

    def _delete(self, hold: Hold) -> tuple[str, list[str]] | None:
        trust, names = self._backend.trust, [key.name for key in hold.keys]
        for _ in range(ATTEMPTS):
            if not trust.to_be_tried:
                return None
            run = trust.run
            try:
                deleted = self._backend.delete_many(*names, writer=hold.writer)
            except RedisError as error:
                trust.refused(error)
                if not isinstance(error, RedisConnectionError):
                    return None
            else:
                # Lost meanwhile, or found by a new connection to who knows which run: then others deliver it again.
                return (run.name, deleted) if run is not None and trust.run is run else None
        return None

    def _listed(self, hold: Hold, gone: set[str]) -> str:
        names = [self._backend.name(key.name) for key in hold.keys if key.name in gone]
        more = f", and {len(names) - LISTED} more" if len(names) > LISTED else ""
        return ", ".join(names[:LISTED]) + more


def _is_page(key: Key) -> bool:
    return key.template.kind == "page"


def new_writer() -> str:
    """Make the token of one write."""
    return token_hex(8)
