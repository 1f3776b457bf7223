"""The verifier that is always on: every few seconds some cached values, compared with PostgreSQL.

It walks all keys, a bit at a time, as `flask cache verify` does, and begins anew at the end. So each value that stays
is met in each walk, whatever its template. It works for SPENT out of EVERY seconds, KEYS keys at a time: as fast as the
servers answer, for a share of their time that has a bound.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from time import monotonic
from typing import TYPE_CHECKING, Any

from redis import RedisError

from feedapp.cache.catalogue.key_parser import row_of
from feedapp.observability import metrics
from feedapp.services.operations.cache_verification import COMPARED, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from feedapp.cache.catalogue.declarations import Key
    from feedapp.cache.redis.backend import LeaseRedisCache
    from feedapp.services.operations.cache_verification import CacheVerification, Difference

EVERY = 10.0
SPENT = 0.05
"""Seconds after which it leaves it at that until the next time; what it has begun is finished."""
KEYS = 100
SCANS = 20
"""Trips at most for these: most keys may be markers."""
SHOWN = 300

log = logging.getLogger(__name__)


class Sampling:
    """Of one process; one of the site does it at a time."""

    def __init__(self, *, verification: CacheVerification, backend: LeaseRedisCache) -> None:
        self._verification = verification
        self._backend = backend
        self._walk: Iterator[list[bytes]] | None = None
        self._left: list[Key] = []
        self._run: object = None
        self._began, self._met = 0.0, 0

    def sample(self) -> int:
        """Compare the next few, count them, and log each that is wrong; give how many those were."""
        began, wrong = monotonic(), self._sample()
        while monotonic() - began < SPENT and (self._walk is not None or self._left):
            wrong += self._sample()
        return wrong

    def _sample(self) -> int:
        is_trusted, run = self._backend.trust.for_reads, self._backend.trust.run
        if not is_trusted or run is not self._run:  # another Redis: its keys are others
            self._walk, self._left, self._run = None, [], run
        if not is_trusted:
            return 0
        chosen: dict[str, list[Key]] = defaultdict(list)
        wrong = 0
        try:
            keys = self._next()
            self._met += len(keys)
            for key in keys:
                chosen[key.template.name].append(key)
            for name, keys in chosen.items():
                verdict = Verdict(name)
                self._verification.compare(keys, verdict)
                metrics.VERIFIED.labels(name).inc(verdict.compared)
                for difference in verdict.differences:
                    wrong += 1
                    self._tell(difference)
            if self._walk is None and not self._left:
                metrics.WALK_SECONDS.set(monotonic() - self._began)
                metrics.WALK_KEYS.set(self._met)
        except RedisError as error:
            self._walk, self._left = None, []
            self._backend.trust.failed(error)
        return wrong

    def _next(self) -> list[Key]:
        """Give the next KEYS of the walk, or fewer at its end or after SCANS trips."""
        found, self._left = self._left[:KEYS], self._left[KEYS:]
        trips = 0
        while len(found) < KEYS and trips < SCANS:
            if self._walk is None:
                self._walk = self._backend.names("*")
                self._began, self._met = monotonic(), 0
            batch = next(self._walk, None)
            trips += 1
            if batch is None:
                self._walk = None
                break
            keys = [each for name in batch if (each := self._key(name)) is not None]
            room = KEYS - len(found)
            found += keys[:room]
            self._left = keys[room:]
        return found

    def _key(self, name: bytes) -> Key | None:
        key = row_of(name.decode(errors="replace").removeprefix(self._backend.name("")))
        return key if key is not None and key.template.kind in COMPARED else None

    def _tell(self, difference: Difference) -> None:
        key, held, true = difference
        metrics.STALE.labels(key.template.name).inc()
        shown = [str(each)[:SHOWN] for each in _differing(held, true)]
        run = self._backend.trust.run
        log.error(
            "Stale value: %s holds %s, PostgreSQL has %s (run %s of Redis)",
            self._backend.name(key.name),
            *shown,
            "?" if run is None else run.name,
        )


def _differing(held: Any, true: Any) -> tuple[Any, Any]:
    """Leave out the fields of a record in which both agree: the log has no more of it than it takes to see."""
    if isinstance(held, dict) and isinstance(true, dict):
        names = [name for name in {**held, **true} if held.get(name) != true.get(name)]
        return {name: held.get(name) for name in names}, {name: true.get(name) for name in names}
    return held, true
