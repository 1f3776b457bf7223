"""Redis as a target of the outbox: stale keys are deleted in each run, by whichever process can reach it.

Delivering twice does no harm, so no locks are needed.
"""

from __future__ import annotations

import logging
from collections import defaultdict, deque
from typing import TYPE_CHECKING

from feedapp.repositories.delivery.readers import PORTION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.cache.redis.backend import LeaseRedisCache
    from feedapp.repositories.delivery.outbox import OutboxRepository, Parcel

FLOOD = 2_000
"""Rows of the outbox above which dropping all copies is faster than deleting what they name."""

log = logging.getLogger(__name__)


class RedisTarget:
    """Delivers rows of the outbox to the trusted or returning Redis, and marks them as delivered."""

    def __init__(self, *, backend: LeaseRedisCache, outbox: OutboxRepository) -> None:
        self._backend = backend
        self._outbox = outbox
        self._confirmed: deque[tuple[int, str]] = deque()

    def deliver(self, ids: Sequence[int], run: str) -> None:
        """Delete the keys of these rows. They count as delivered only if the same run was joined throughout."""
        known = self._backend.trust.run
        self._backend.release(self._outbox.parcels(ids))
        if known is not None and self._backend.trust.run is known:
            self._outbox.confirm(ids, run=run)

    def deliver_all(self, run: str) -> None:
        """Deliver all current rows. If there are very many, drop all copies instead, which is faster."""
        ids = self._outbox.undelivered(run=run)
        if len(ids) > FLOOD:
            log.warning("%d writes are undelivered: all copies are dropped instead of single keys", len(ids))
            self._backend.clear()
            for start in range(0, len(ids), 10 * FLOOD):
                self._outbox.confirm(ids[start : start + 10 * FLOOD], run=run)
            return
        for start in range(0, len(ids), PORTION):
            self.deliver(ids[start : start + PORTION], run)

    def confirmed(self, parcel: Parcel, run: str) -> None:
        """Note that the keys of one row are deleted in a run. `strike_off` stores such notes in batches."""
        self._confirmed.append((parcel.id, run))

    def strike_off(self) -> None:
        """Store the notes. Raise SQLAlchemyError: lost notes mean one more delivery."""
        by_run: dict[str, list[int]] = defaultdict(list)
        for _ in range(min(len(self._confirmed), 10 * PORTION)):
            parcel_id, run = self._confirmed.popleft()
            by_run[run].append(parcel_id)
        for run, ids in by_run.items():
            self._outbox.confirm(ids, run=run)
