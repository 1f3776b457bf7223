"""The reader registry: a write waits for the processes that could still read what it made stale, and for no others."""

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
    """The entry of this process among the readers of Redis, and a write's wait for the others.

    A registered process must keep delivering the outbox, so only a process whose relay has its thread registers.
    """

    def __init__(self, readers: ReaderRepository) -> None:
        self._readers = readers
        self._entry = ""
        self._run = ""
        self._looked_at = float("-inf")
        self._reads_elsewhere = True

    @property
    def is_entered(self) -> bool:
        """Whether this process is registered, as far as it knows."""
        return bool(self._entry)

    def enter(self, run: str) -> None:
        """Register this process as one that may read from a run.

        Call it before looking up the outbox, and so before reading anything from that run. Then a write that finds no
        entry committed before the look-up, which finds its row.
        """
        self.leave()
        self._entry, self._run = uuid4().hex, run
        self._readers.enter(self._entry, run=run)

    def look(self) -> Look:
        """Renew the entry and see what is new. If that failed, nothing may be read before it is registered again."""
        asked_at = monotonic()
        found = self._readers.look(self._entry, run=self._run)
        if found.renewed:
            self._reads_elsewhere = bool(found.other_runs)
            self._looked_at = asked_at
        return found

    def introduce(self) -> bool:
        """Return once all readers of other runs know of this process; False if its entry expired meanwhile.

        From then on their writes wait for this process, too.
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
        """Unregister. Call it only once nothing is read from Redis any more: writes stop waiting for this process."""
        self._run, self._looked_at = "", float("-inf")
        if self._entry:
            self._readers.leave(self._entry)
            self._entry = ""

    def is_alone(self, run: str) -> bool:
        """Tell, after a write has deleted its keys in one run, whether no process reads from another run.

        A registered process knows from its last look, if that is recent. Others have to ask PostgreSQL.
        """
        if run == self._run and monotonic() - self._looked_at < timing.FRESH:
            return not self._reads_elsewhere
        try:
            return not self._readers.reads_elsewhere(run)
        except SQLAlchemyError:
            return False

    def await_others(self, parcel: Parcel) -> None:
        """Return once no other process can read the keys of this outbox row: each has delivered it or unregistered.

        Processes that register meanwhile need no waiting: they find the row before they read. While the history of the
        database is new, processes may be registered in the old one only. Raise UnconfirmedError after too long: the
        write is committed, but some process may not show it yet.
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
                troubles.happened(log, "A write that waits for other processes could not query their registry", error)
            if monotonic() > give_up:
                log.error("A write is committed, but another process may not have deleted its stale keys")
                raise UnconfirmedError
            sleep(timing.GLANCE)
