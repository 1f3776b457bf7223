"""What lets a write wait for those who could still read what it made stale, and for nobody else."""

from __future__ import annotations

import logging
from time import monotonic, sleep
from typing import TYPE_CHECKING
from uuid import uuid4

from sqlalchemy.exc import SQLAlchemyError

from feedapp import deadline, timing
from feedapp.errors import UnconfirmedError
from feedapp.observability import troubles

if TYPE_CHECKING:
    from feedapp.repositories.delivery.outbox import Parcel
    from feedapp.repositories.delivery.readers import Look, ReaderRepository

log = logging.getLogger(__name__)


class ReaderRegistry:
    """The entry of this process among those that read from Redis, and a write's wait for the others.

    Who is entered has to deliver the outbox again and again: only a process whose relay has its thread enters.
    """

    def __init__(self, readers: ReaderRepository) -> None:
        self._readers = readers
        self._entry = ""
        self._run = ""
        self._looked_at = float("-inf")
        self._reads_elsewhere = True

    @property
    def is_entered(self) -> bool:
        """Whether this process is entered, or was and does not know better."""
        return bool(self._entry)

    def enter(self, run: str) -> None:
        """Enter this process as one that may read from a run.

        Call it before what is in the outbox is looked up, which is before anything is read from that run. So a write
        that finds no entry has committed before that, and what it left is found.
        """
        self.leave()
        self._entry, self._run = uuid4().hex, run
        self._readers.enter(self._entry, run=run)

    def look(self) -> Look:
        """Renew the entry, and see what is new. If it was not renewed, nothing may be read before it was made again."""
        asked_at = monotonic()
        found = self._readers.look(self._entry, run=self._run)
        if found.renewed:
            self._reads_elsewhere = bool(found.other_runs)
            self._looked_at = asked_at
        return found

    def introduce(self) -> bool:
        """Return when all who read from another run know of this one; False if this entry ran out meanwhile.

        From then on, what they write waits for this process, too.
        """
        met = self._readers.looks_in_other_runs(self._run)
        while met:
            sleep(timing.GLANCE)
            if not self.look().renewed:
                return False
            now = self._readers.looks_in_other_runs(self._run)
            met = {
                process: looks
                for process, looks in met.items()
                if process in now and now[process] < looks + timing.LOOKS
            }
        return True

    def leave(self) -> None:
        """Call it when nothing is read from Redis any more: no write shall wait for this process."""
        self._run, self._looked_at = "", float("-inf")
        if self._entry:
            self._readers.leave(self._entry)
            self._entry = ""

    def is_alone(self, run: str) -> bool:
        """Tell, after a write has deleted its keys in a run, whether nobody reads from another.

        An entered process knows from its last look, if that is fresh. Others have to ask.
        """
        if run == self._run and monotonic() - self._looked_at < timing.FRESH:
            return not self._reads_elsewhere
        try:
            return not self._readers.reads_elsewhere(run)
        except SQLAlchemyError:
            return False

    def await_others(self, parcel: Parcel) -> None:
        """Return when no other process can read what this row of the outbox names. They deliver it, or they leave.

        Those that enter meanwhile need no waiting for: they look the row up themselves before they read. While the
        history of the database is new, they may have entered in the one before. Raise UnconfirmedError if it takes too
        long: the write stands, but must not be taken for one that everybody sees.
        """
        give_up, awaited = monotonic() + deadline.limited(timing.PATIENCE), None
        while True:
            try:
                missing = self._readers.who_may_miss(parcel.id, beside=self._entry)
                if awaited is None and missing:
                    self._readers.hurry(parcel.id)
                awaited = missing if awaited is None else awaited & missing
                if not awaited and not self._readers.is_new(parcel.database):
                    return
            except SQLAlchemyError as error:
                troubles.happened(log, "A write that waits for other processes could not ask for them", error)
            if monotonic() > give_up:
                log.error("A write stands, but another process may not have deleted its stale keys")
                raise UnconfirmedError
            sleep(timing.GLANCE)
