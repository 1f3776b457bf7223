"""Delivers the outbox, and decides when Redis is to be trusted. Every serving process runs one, in a thread.

A write that could not delete its keys, or died before it did, leaves them in the outbox; whichever process reaches
Redis deletes them within half a second. Delivering twice does no harm, so nothing is locked. Who reads from Redis is
entered in `services/readership.py`, so that such a write knows whom to wait for.
"""

from __future__ import annotations

import logging
from collections import defaultdict, deque
from contextlib import suppress
from threading import Event, Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING

from redis import RedisError
from sqlalchemy.exc import SQLAlchemyError

from feedapp import troubles
from feedapp.cache import incarnations
from feedapp.services.chores import Chores

if TYPE_CHECKING:
    from feedapp.cache.backend import LeaseRedisCache
    from feedapp.cache.discovery import Deployment
    from feedapp.repositories.outbox import OutboxRepository
    from feedapp.services.readership import Readership

PAUSE = 0.2
CLEANING = 10.0
PORTION = 500

log = logging.getLogger(__name__)


class Relay:
    """One for each process. Without its thread (commands, tests) it does its work when it is asked to."""

    def __init__(self, *, backend: LeaseRedisCache, outbox: OutboxRepository, readership: Readership) -> None:
        self._backend = backend
        self._outbox = outbox
        self._readership = readership
        self._serves = False
        self._chores = Chores()
        self._confirmed: deque[tuple[int, str]] = deque()
        self._busy = Lock()
        self._thread: Thread | None = None
        self._stopped = Event()
        self._tried = self._cleaned = float("-inf")

    def add_chores(self, chores: Chores) -> None:
        """Do these as well, in a thread of their own: none of them may keep the relay waiting."""
        self._chores = chores

    def start(self) -> None:
        """Begin to work in a thread; the first attempt to trust Redis is made before this returns."""
        self._stopped.clear()
        self._serves = True
        self.work()
        self._thread = Thread(target=self._run, name="relay", daemon=True)
        self._thread.start()
        Thread(target=self._run_chores, name="chores", daemon=True).start()

    def stop(self) -> None:
        """End the thread. What is read from Redis after this must not matter."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._serves = False
        with suppress(SQLAlchemyError):
            self._readership.leave()

    def confirm(self, parcel_id: int, run: str) -> None:
        """Take note that a run of Redis deleted the keys of one row. With the thread, struck off with others."""
        self._confirmed.append((parcel_id, run))
        if self._thread is None:
            with suppress(SQLAlchemyError):
                self._strike_off()

    def seek(self) -> None:
        """Try to come to trust Redis, if there is no thread to do that and it was not tried just now."""
        if self._thread is None and monotonic() - self._tried > PAUSE:
            self.work()

    def work(self) -> None:
        """Do once what the thread does all the time."""
        if not self._busy.acquire(blocking=False):
            return
        try:
            self._tried = monotonic()
            self._strike_off()
            if self._backend.trust.state == "trusted":
                self._deliver(overdue_only=self._keep_entered())
            else:
                self._readership.leave()
                self._return()
            self._clean()
        except RedisError as error:
            self._backend.trust.refused(error)
        except SQLAlchemyError as error:
            troubles.happened(log, "The relay could not work", error)
        finally:
            if self._backend.trust.state != "trusted":  # who could not return lets no write wait until the next attempt
                with suppress(SQLAlchemyError):
                    self._readership.leave()
            self._busy.release()

    def _run(self) -> None:
        while not self._stopped.wait(PAUSE):
            try:
                self.work()
            except Exception:  # the thread must outlive whatever this is: nobody else delivers for this process
                log.exception("The relay failed, and goes on")

    def _run_chores(self) -> None:
        while not self._stopped.wait(PAUSE):
            self._chores.work()

    def _return(self) -> None:
        """Come to trust a Redis: see who it is, let writes at it, enter, deliver everything, let reads at it.

        A write that cannot delete either sees the entry, and waits for this process, or is found in the outbox.
        """
        deployment = self._backend.discover()
        if not all(server.is_primary for server in deployment.servers.values()):
            return
        number = self._backend.trust.begin_return(deployment)
        self._keep_entered()
        began = self._outbox.now()
        strangers = incarnations.strangers(self._backend, deployment)
        if strangers:
            log.info("A new run of Redis: what it holds is dropped")
            self._backend.clear(only=strangers)
            if strangers == set(deployment.servers):
                self._outbox.adopt(run=deployment.run, before=began)
        self._deliver(overdue_only=False)
        incarnations.sign(self._backend, deployment)
        if self._keep_entered():  # else writes may have gone by without waiting: once more, from the beginning
            self._backend.trust.finish_return(number)

    def _keep_entered(self) -> bool:
        known = self._backend.trust.known
        return known is None or not self._serves or self._readership.keep(known.run)

    def _deliver(self, *, overdue_only: bool) -> None:
        """Deliver what is in the outbox now; what comes later is another's turn, so this ends."""
        known = self._backend.trust.known
        if known is None:
            return
        ids = self._outbox.undelivered(run=known.run, overdue_only=overdue_only)
        if ids and overdue_only and not self._is_still(known):
            return
        entered = True
        for start in range(0, len(ids), PORTION):
            portion = ids[start : start + PORTION]
            self._backend.release(self._outbox.parcels(portion))
            if self._backend.trust.known is not known:
                return
            self._outbox.confirm(portion, run=known.run)
            entered = self._keep_entered() and entered
        if not entered:
            self._deliver(overdue_only=False)
        if ids and overdue_only:
            log.warning("Deleted the stale keys of %d writes that were not known to be deleted here", len(ids))

    def _is_still(self, known: Deployment) -> bool:
        """Make sure that what is trusted is what answers: it may have changed without breaking a connection."""
        if self._backend.discover().run == known.run:
            return True
        self._backend.trust.lose("Redis has changed: another server, or one that was a replica meanwhile")
        return False

    def _strike_off(self) -> None:
        by_run: dict[str, list[int]] = defaultdict(list)
        for _ in range(min(len(self._confirmed), 10 * PORTION)):
            parcel_id, run = self._confirmed.popleft()
            by_run[run].append(parcel_id)
        for run, ids in by_run.items():
            self._outbox.confirm(ids, run=run)

    def _clean(self) -> None:
        known = self._backend.trust.known
        if known is not None and self._backend.trust.state == "trusted" and monotonic() - self._cleaned > CLEANING:
            self._cleaned = monotonic()
            self._outbox.clean()
            if known.slots and not self._is_still(known):
                return
            incarnations.sign(self._backend, known)
