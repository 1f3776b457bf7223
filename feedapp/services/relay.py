"""Delivers the outbox, and decides when Redis is to be trusted. Every serving process runs one, in a thread.

A write that could not delete its keys, or died before it did, leaves them in the outbox; whichever process reaches
Redis deletes them within half a second. Delivering twice does no harm, so nothing is locked.
"""

from __future__ import annotations

import logging
from collections import deque
from contextlib import suppress
from threading import Event, Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING

from redis import RedisError
from sqlalchemy.exc import SQLAlchemyError

from feedapp.cache.keys import INCARNATION
from feedapp.cache.trust import ask_server
from feedapp.services.chores import Chores

if TYPE_CHECKING:
    from feedapp.cache.backend import LeaseRedisCache
    from feedapp.cache.trust import Server
    from feedapp.repositories.outbox import OutboxRepository

PAUSE = 0.2
CLEANING = 10.0
PORTION = 500

log = logging.getLogger(__name__)


class Relay:
    """One for each process. Without its thread (commands, tests) it does its work when it is asked to."""

    def __init__(self, *, backend: LeaseRedisCache, outbox: OutboxRepository) -> None:
        self._backend = backend
        self._outbox = outbox
        self._chores = Chores()
        self._confirmed: deque[int] = deque()
        self._busy = Lock()
        self._thread: Thread | None = None
        self._stopped = Event()
        self._server: Server | None = None
        self._tried = self._cleaned = float("-inf")

    def add_chores(self, chores: Chores) -> None:
        """Let the thread do these as well."""
        self._chores = chores

    def start(self) -> None:
        """Begin to work in a thread; the first attempt to trust Redis is made before this returns."""
        self.work()
        self._thread = Thread(target=self._run, name="relay", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def confirm(self, parcel_id: int) -> None:
        """Take note that the keys of one row were deleted. With the thread, struck off together with others."""
        self._confirmed.append(parcel_id)
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
                self._deliver(overdue_only=True)
            else:
                self._return()
            self._clean()
        except RedisError as error:
            self._backend.trust.failed(error)
        except SQLAlchemyError as error:
            log.warning("PostgreSQL does not answer the relay: %s", str(error).partition("\n")[0])
        finally:
            self._busy.release()

    def _run(self) -> None:
        while not self._stopped.wait(PAUSE):
            self.work()
            self._chores.work()

    def _return(self) -> None:
        """Come to trust a Redis: see who it is, let writes at it, deliver everything, then let reads at it."""
        server = self._who_answers()
        if not server.is_primary:
            return
        number = self._backend.trust.begin_return(server)
        known = self._backend.get(INCARNATION.name) or {}
        if known.get("run_id") != server.run_id:
            if known.get("history") in server.histories:
                log.warning("Redis failed over: what was deleted during the last minute is deleted again")
                self._outbox.reopen()
            else:
                log.info("A new run of Redis: what it holds is dropped")
                self._backend.clear()
        self._deliver(overdue_only=False)
        self._server = server
        self._sign()
        self._backend.trust.finish_return(number)

    def _sign(self) -> None:
        """Write into Redis which run of it the copies belong to, for the processes that come after."""
        assert self._server is not None, "nothing is signed before a server was met"
        mark = {"run_id": self._server.run_id, "history": self._server.history}
        self._backend.set(INCARNATION.name, mark, INCARNATION.template.lifetime)

    def _who_answers(self) -> Server:
        pool = self._backend.client.connection_pool
        connection = pool.get_connection()
        try:
            return ask_server(connection)
        finally:
            pool.release(connection)

    def _deliver(self, *, overdue_only: bool) -> None:
        """Deliver what is in the outbox now; what comes later is another's turn, so this ends."""
        ids = self._outbox.unconfirmed(overdue_only=overdue_only)
        for start in range(0, len(ids), PORTION):
            portion = ids[start : start + PORTION]
            self._backend.delete_many(*self._outbox.keys_of(portion))
            self._outbox.confirm(portion)
        if ids and overdue_only:
            log.warning("Deleted the stale keys of %d writes whose own process had not", len(ids))

    def _strike_off(self) -> None:
        ids: list[int] = []
        while self._confirmed and len(ids) < 10 * PORTION:
            ids.append(self._confirmed.popleft())
        if ids:
            self._outbox.confirm(ids)

    def _clean(self) -> None:
        if self._backend.trust.state == "trusted" and monotonic() - self._cleaned > CLEANING:
            self._cleaned = monotonic()
            self._outbox.clean()
            self._sign()
