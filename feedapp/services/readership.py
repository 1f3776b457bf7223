"""What lets a write that could not delete its keys wait for those who could still read them, and for nobody else."""

from __future__ import annotations

import logging
from time import monotonic, sleep
from typing import TYPE_CHECKING
from uuid import uuid4

from sqlalchemy.exc import SQLAlchemyError

from feedapp import deadline, troubles

if TYPE_CHECKING:
    from feedapp.repositories.readers import ReaderRepository

RENEWAL = 0.5
GLANCE = 0.02
PATIENCE = 5.0
"""Seconds that a write waits at most, if its deadline is not nearer. Readers whose relay works need half of one; a dead
one's row is valid for two."""

log = logging.getLogger(__name__)


class Readership:
    """The entry of this process among those that read from Redis, and a write's wait for the others.

    Who is entered has to deliver the outbox again and again: only a process whose relay has its thread enters.
    """

    def __init__(self, readers: ReaderRepository) -> None:
        self._readers = readers
        self._entry = ""
        self._run = ""
        self._renewed_at = float("-inf")

    def keep(self, run: str) -> bool:
        """Be entered as one that may read from that run. False if it was not all the time since it was called last.

        Call it before what is in the outbox is looked up, which is before anything is read from that run. So a write
        that finds no entry has committed before that, and what it left is found. After a False some may be left.
        """
        if run == self._run and monotonic() - self._renewed_at < RENEWAL:
            return True
        asked_at = monotonic()
        kept = run == self._run and self._readers.renew(self._entry)
        if not kept:
            self.leave()
            self._entry = uuid4().hex
            self._readers.enter(self._entry, run=run)
        self._run, self._renewed_at = run, asked_at
        return kept

    def leave(self) -> None:
        """Call it when nothing is read from Redis any more: no write shall wait for this process."""
        self._run = ""
        if self._entry:
            self._readers.leave(self._entry)
            self._entry = ""

    def await_others(self, parcel_id: int) -> None:
        """Return when no other process can read what this row of the outbox names. They deliver it, or they leave.

        Those that enter meanwhile need no waiting for: they look the row up themselves before they read.
        """
        give_up, awaited = monotonic() + deadline.limited(PATIENCE), None
        while True:
            try:
                missing = self._readers.who_may_miss(parcel_id, beside=self._entry)
                if awaited is None and missing:
                    self._readers.hurry(parcel_id)
                awaited = missing if awaited is None else awaited & missing
                if not awaited:
                    return
            except SQLAlchemyError as error:
                troubles.happened(log, "A write that waits for other processes could not ask for them", error)
            if monotonic() > give_up:
                log.error("A write is acknowledged before another process has deleted its stale keys")
                return
            sleep(GLANCE)
