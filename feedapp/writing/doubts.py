"""Commits in doubt: not answered, so they may have happened, or still may. Their holds stay until that is known."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy.exc import SQLAlchemyError

if TYPE_CHECKING:
    from feedapp.cache.protocol.writes import CacheWrites, Hold
    from feedapp.repositories.delivery.outbox import Fate, OutboxRepository, Parcel
    from feedapp.writing.targets.redis import RedisTarget


class Doubt(NamedTuple):
    """One commit in doubt."""

    hold: Hold
    parcel: Parcel


class Doubts:
    """The commits in doubt of this process."""

    def __init__(self, *, writes: CacheWrites, outbox: OutboxRepository, redis: RedisTarget) -> None:
        self._writes = writes
        self._outbox = outbox
        self._redis = redis
        self._open: deque[Doubt] = deque()

    def add(self, doubt: Doubt) -> None:
        """Keep the holds of a write until `settle` knows its outcome."""
        self._open.append(doubt)

    def settle(self) -> None:
        """Ask PostgreSQL for the outcomes; until one is known, its renewed holds keep the keys from being read."""
        answers = True
        for _ in range(len(self._open)):
            doubt = self._open.popleft()
            self._writes.hold(doubt.hold.keys, writer=doubt.hold.writer)
            fate: Fate = "in progress"
            if answers:
                try:
                    fate = self._outbox.fate(doubt.parcel.transaction)
                except SQLAlchemyError:  # hold the others without asking: each query might take seconds
                    answers = False
            if fate == "in progress":
                self._open.append(doubt)
                continue
            run = self._writes.forget(doubt.hold, database=doubt.parcel.database)
            if fate == "committed" and run is not None:
                self._redis.confirmed(doubt.parcel, run)
