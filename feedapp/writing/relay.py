"""Delivers the outbox, and decides when Redis is to be trusted. Every serving process runs one, in a thread.

A write that could not delete its keys, or died before it did, leaves them in the outbox; whichever process reaches
Redis deletes them within a second. Delivering twice does no harm, so nothing is locked. Who reads from Redis is
entered in `writing/reader_registry.py`, so that such a write knows whom to wait for.
"""

from __future__ import annotations

import logging
from collections import defaultdict, deque
from contextlib import suppress
from threading import Event, Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from redis import RedisError
from sqlalchemy.exc import SQLAlchemyError

from feedapp import timing
from feedapp.observability import troubles
from feedapp.repositories.delivery.readers import PORTION
from feedapp.writing.run_marks import FenceKeeper

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.cache.protocol.writes import CacheWrites, Hold
    from feedapp.cache.redis.backend import LeaseRedisCache
    from feedapp.repositories.delivery.outbox import Fate, OutboxRepository, Parcel
    from feedapp.writing.reader_registry import ReaderRegistry

FLOOD = 2_000
"""Rows of the outbox above which dropping all copies is faster than deleting what they name."""

log = logging.getLogger(__name__)


class Doubt(NamedTuple):
    """A commit that was not answered: it may have happened, or still happen."""

    hold: Hold
    parcel: Parcel


class Relay:
    """One for each process. Without its thread (commands, tests) it does its work when it is asked to."""

    def __init__(
        self, *, backend: LeaseRedisCache, writes: CacheWrites, outbox: OutboxRepository, readership: ReaderRegistry
    ) -> None:
        self._backend = backend
        self._writes = writes
        self._outbox = outbox
        self._readership = readership
        self._fences = FenceKeeper(backend)
        self._serves = False
        self._confirmed: deque[tuple[int, str]] = deque()
        self._doubts: deque[Doubt] = deque()
        self._busy = Lock()
        self._thread: Thread | None = None
        self._stopped = Event()
        self._tried = self._cleaned = self._looked = self._hurried = float("-inf")

    def start(self) -> None:
        """Begin to work in a thread; the first attempt to trust Redis is made before this returns."""
        self._stopped.clear()
        self._serves = True
        if self._backend.trust.state != "away":  # before it served it was not entered
            self._backend.trust.lose("this process begins to serve")
        self.work()
        self._thread = Thread(target=self._run, name="relay", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread. What is read from Redis after this must not matter."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._serves = False
        with suppress(SQLAlchemyError):
            self._readership.leave()

    def confirm(self, parcel: Parcel, run: str, *, at_once: bool = False) -> None:
        """Take note that a run of Redis deleted the keys of one row. With the thread, struck off with others."""
        self._confirmed.append((parcel.id, run))
        if self._thread is None or at_once:
            with suppress(SQLAlchemyError):
                self._strike_off()

    def resolve(self, doubt: Doubt) -> None:
        """Keep the holds of a write until it is known what became of it. Without the thread, they run out."""
        self._doubts.append(doubt)

    def seek(self) -> None:
        """Try to come to trust Redis, if there is no thread to do that and it was not tried just now."""
        if self._thread is None and monotonic() - self._tried > timing.PAUSE:
            self.work()

    def work(self) -> None:
        """Do once all that the thread does again and again."""
        self._looked = float("-inf")
        self._turn()

    def _turn(self) -> None:
        if not self._busy.acquire(blocking=False):
            return
        try:
            self._tried = monotonic()
            self._settle_doubts()
            self._strike_off()
            if self._backend.trust.state == "trusted":
                self._watch()
            else:
                self._return()
            self._clean()
        except RedisError as error:
            self._backend.trust.refused(error)
        except SQLAlchemyError as error:
            troubles.happened(log, "The relay could not work", error)
        finally:
            if self._backend.trust.state != "trusted" and self._readership.is_entered:
                with suppress(SQLAlchemyError):  # no write shall wait for who could not return
                    self._readership.leave()
            self._busy.release()

    def _run(self) -> None:
        while not self._stopped.wait(timing.PAUSE):
            try:
                self._turn()
            except Exception:  # the thread must outlive whatever this is: nobody else delivers for this process
                log.exception("The relay failed, and goes on")

    def _return(self) -> None:
        """Come to trust a Redis: see who it is, let writes at it, enter, deliver everything, let reads at it.

        A write that cannot delete either sees the entry, and waits for this process, or is found in the outbox. So does
        one that deletes in another run, once its process knows of this one.
        """
        trust = self._backend.trust
        deployment = self._backend.discover()
        if not all(server.is_primary for server in deployment.servers.values()):
            return
        number = trust.begin_return(deployment)
        moment = self._outbox.moment()
        run, emptied = self._fences.join(deployment, database=moment.database, cleaned=moment.cleaned)
        if emptied:
            log.info("A new run of Redis: what it held was dropped")
        self._fences.sign(run, now=moment.now)
        self._backend.expect(run.fences)
        if not trust.join(number, run):
            return
        if self._serves:
            self._readership.enter(run.name)
            if not self._readership.introduce():
                return
        if emptied == set(deployment.servers):
            self._outbox.adopt(run=run.name, before=moment.now)
        self._deliver_all(run.name)
        if self._serves and not self._readership.look().renewed:
            return  # else writes may have gone by without waiting: once more, from the beginning
        trust.finish_return(number)

    def _deliver_all(self, run: str) -> None:
        """Delete what all rows name that are there now. Of very many, drop all copies instead: that takes less time."""
        ids = self._outbox.undelivered(run=run)
        if len(ids) > FLOOD:
            log.warning("%d writes are undelivered: all copies are dropped instead of what these name", len(ids))
            self._backend.clear()
            for start in range(0, len(ids), 10 * FLOOD):
                self._outbox.confirm(ids[start : start + 10 * FLOOD], run=run)
            return
        for start in range(0, len(ids), PORTION):
            self._deliver(ids[start : start + PORTION], run)

    def _deliver(self, ids: Sequence[int], run: str) -> None:
        known = self._backend.trust.run
        self._backend.release(self._outbox.parcels(ids))
        if known is not None and self._backend.trust.run is known:
            self._outbox.confirm(ids, run=run)

    def _watch(self) -> None:
        """See that what is trusted is still there, and deliver what others have left. What is later waits a turn."""
        run, now = self._backend.trust.run, monotonic()
        eager = now - self._hurried < timing.EAGER
        if run is None or (now - self._looked < timing.LOOKING and not eager):
            return
        self._looked = now
        if not self._backend.is_still(run.deployment):
            self._backend.trust.lose("Redis has changed: another server, or one that was a replica meanwhile")
            return
        if self._serves:
            look = self._readership.look()
            if look.database != run.database:
                self._backend.trust.lose("PostgreSQL goes on from another state: a failover, or a restart")
            elif not look.renewed:  # writes may have gone by without waiting
                self._backend.trust.lose("this process stood still, or PostgreSQL did")
            else:
                self._deliver_late(look.undelivered, run.name)
        else:
            self._deliver_late(self._outbox.undelivered(run=run.name, overdue=True), run.name)

    def _deliver_late(self, ids: Sequence[int], run: str) -> None:
        if not ids:
            return
        self._hurried = monotonic()
        self._deliver(ids, run)
        log.warning("Deleted the stale keys of %d writes that were not known to be deleted here", len(ids))

    def _settle_doubts(self) -> None:
        """See what became of commits that were not answered; until that is known, nobody reads what they may change."""
        answers = True
        for _ in range(len(self._doubts)):
            doubt = self._doubts.popleft()
            self._writes.hold(doubt.hold.keys, writer=doubt.hold.writer)
            fate: Fate = "in progress"
            if answers:
                try:
                    fate = self._outbox.fate(doubt.parcel.transaction)
                except SQLAlchemyError:  # the others are held without asking: each question might take seconds
                    answers = False
            if fate == "in progress":
                self._doubts.append(doubt)
                continue
            run = self._writes.forget(doubt.hold, database=doubt.parcel.database)
            if fate == "committed" and run is not None:
                self._confirmed.append((doubt.parcel.id, run))

    def _strike_off(self) -> None:
        by_run: dict[str, list[int]] = defaultdict(list)
        for _ in range(min(len(self._confirmed), 10 * PORTION)):
            parcel_id, run = self._confirmed.popleft()
            by_run[run].append(parcel_id)
        for run, ids in by_run.items():
            self._outbox.confirm(ids, run=run)

    def _clean(self) -> None:
        trust = self._backend.trust
        run = trust.run
        if run is None or trust.state != "trusted" or monotonic() - self._cleaned < timing.CLEANING:
            return
        self._cleaned = monotonic()
        moment = self._outbox.moment()
        self._outbox.clean()
        if run.deployment.slots and self._backend.discover().fingerprint != run.deployment.fingerprint:
            trust.lose("The Redis Cluster has changed")
        elif moment.database == run.database:
            self._fences.sign(run, now=moment.now)
