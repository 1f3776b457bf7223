"""The outbox relay of a process: it decides when Redis may be trusted, and deletes the keys that others could not.

    away ──begin──▶ returning ──finish──▶ trusted        docs/cache-protocol.md has the picture and the proof
      ▲                 │                    │
      └──────lose───────┴────────lose────────┘

The state itself is in `cache/redis/trust.py`, where readers and connections check it on each round trip. All else is
owned here: the registry entry, the fences, the rows of the outbox, the commits in doubt. Every serving process has a
relay with a thread. If a write could not delete its keys, or its process died first, they stay in the outbox, and any
process that reaches Redis deletes them within a second.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from threading import Event, Lock, Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING, Literal

from redis import RedisError
from sqlalchemy.exc import SQLAlchemyError

from feedapp import deadline, timing
from feedapp.cache.redis.fences import ContendedError
from feedapp.observability import troubles
from feedapp.writing.doubts import Doubts
from feedapp.writing.reader_registry import ReaderRegistry
from feedapp.writing.run_marks import FenceKeeper
from feedapp.writing.targets.redis import RedisTarget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.cache.protocol.writes import CacheWrites
    from feedapp.cache.redis.backend import LeaseRedisCache
    from feedapp.repositories.delivery.outbox import OutboxRepository, Parcel
    from feedapp.repositories.delivery.readers import ReaderRepository
    from feedapp.writing.doubts import Doubt

log = logging.getLogger(__name__)


class Relay:
    """One per process. Without its thread (commands, tests) it works only when called."""

    def __init__(
        self, *, backend: LeaseRedisCache, writes: CacheWrites, outbox: OutboxRepository, readers: ReaderRepository
    ) -> None:
        self._backend = backend
        self._trust = backend.trust
        self._outbox = outbox
        self._registry = ReaderRegistry(readers)
        self._fences = FenceKeeper(backend)
        self._redis = RedisTarget(backend=backend, outbox=outbox)
        self._doubts = Doubts(writes=writes, outbox=outbox, redis=self._redis)
        self._serves = False
        self._busy = Lock()
        self._thread: Thread | None = None
        self._stopped = Event()
        self._tried = self._cleaned = self._looked = self._hurried = float("-inf")
        self._trust.attach(self)

    def start(self) -> None:
        """Start the thread. The first attempt to trust Redis is made before this returns."""
        self._stopped.clear()
        self._serves = True
        if self._trust.state != "away":  # it was not registered before it served
            self._trust.lose("this process begins to serve")
        self.work()
        self._thread = Thread(target=self._run, name="relay", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop the thread. Nothing read from Redis after this may be used."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._serves = False
        with suppress(SQLAlchemyError):
            self._registry.leave()

    def deleted(self, parcel: Parcel, run: str) -> None:
        """Return once nobody can read the keys that a write has deleted in a run. Raise UnconfirmedError."""
        alone = self._registry.is_alone(run)
        self._redis.confirmed(parcel, run)
        if self._thread is None or not alone:
            with suppress(SQLAlchemyError):
                self._redis.strike_off()
        if not alone:
            self.undeleted(parcel)

    def undeleted(self, parcel: Parcel) -> None:
        """Return once other processes have deleted what this one could not. Raise UnconfirmedError."""
        with deadline.at_least(timing.FOR_OTHERS):
            self._registry.await_others(parcel)

    def doubts(self, doubt: Doubt) -> None:
        """Keep the holds of a write until its outcome is known. Without the thread, they expire."""
        self._doubts.add(doubt)

    def seek(self) -> None:
        """Try to trust Redis, if there is no thread to do that and the last attempt was not just now."""
        if self._thread is None and monotonic() - self._tried > timing.PAUSE:
            self.work()

    def work(self) -> None:
        """Do one round of the thread's work; another at once if it met another process that returns at the same time.

        Two workers that begin together on an empty Redis do meet: one of them would answer "not trusted yet" first.
        """
        until = monotonic() + timing.CONTENDED
        self._looked = float("-inf")
        while self._turn() == "contended" and monotonic() < until:
            sleep(timing.GLANCE)

    def _turn(self) -> Literal["done", "contended"]:
        if not self._busy.acquire(blocking=False):
            return "done"
        try:
            self._tried = monotonic()
            self._doubts.settle()
            self._redis.strike_off()
            if self._trust.state == "trusted":
                self._watch()
            else:
                self._return()
            self._clean()
        except ContendedError as error:
            self._trust.lose(error)
            return "contended"
        except RedisError as error:
            self._trust.refused(error)
        except SQLAlchemyError as error:
            troubles.happened(log, "The outbox relay failed", error)
        finally:
            if self._trust.state != "trusted" and self._registry.is_entered:
                with suppress(SQLAlchemyError):  # a process that is away delays no write
                    self._registry.leave()
            self._busy.release()
        return "done"

    def _run(self) -> None:
        while not self._stopped.wait(timing.PAUSE):
            try:
                self._turn()
            except Exception:  # the thread must survive any error: nobody else delivers for this process
                log.exception("The outbox relay failed, and continues")

    def _return(self) -> None:
        """Begin to trust a Redis: identify it, send deletions, register, deliver the whole outbox, then allow reads.

        A write that cannot delete either sees the registry entry and waits for this process, or is found in the outbox.
        The same holds for one that deletes in another run, once its process knows of this one.
        """
        deployment = self._backend.discover()
        if not all(server.is_primary for server in deployment.servers.values()):
            return
        number = self._trust.begin_return(deployment)
        moment = self._outbox.moment()
        run, emptied = self._fences.join(deployment, database=moment.database, cleaned=moment.cleaned)
        if emptied:
            log.info("A new run of Redis: its old copies were dropped")
        self._fences.sign(run, now=moment.now)
        self._backend.expect(run.fences)
        if not self._trust.join(number, run):
            return
        if self._serves:
            self._registry.enter(run.name)
            if not self._registry.introduce():
                return
        if emptied == set(deployment.servers):
            self._outbox.adopt(run=run.name, before=moment.now)
        self._redis.deliver_all(run.name)
        if self._serves and not self._registry.look().renewed:
            return  # else writes may have passed without waiting: start over
        self._trust.finish_return(number)

    def _watch(self) -> None:
        """Check that the trusted Redis is still there, and deliver what others left. Later rows wait a round."""
        run, now = self._trust.run, monotonic()
        eager = now - self._hurried < timing.EAGER
        if run is None or (now - self._looked < timing.LOOKING and not eager):
            return
        self._looked = now
        if not self._backend.is_still(run.deployment):
            self._trust.lose("Redis has changed: another server, or one that was a replica, or Sentinel names another")
            return
        if self._serves:
            look = self._registry.look()
            if look.database != run.database:
                self._trust.lose("PostgreSQL goes on from another state: a failover, or a restart")
            elif not look.renewed:  # writes may have passed without waiting
                self._trust.lose("this process stood still, or PostgreSQL did")
            else:
                self._deliver_late(look.undelivered, run.name)
        else:
            self._deliver_late(self._outbox.undelivered(run=run.name, overdue=True), run.name)

    def _deliver_late(self, ids: Sequence[int], run: str) -> None:
        if not ids:
            return
        self._hurried = monotonic()
        self._redis.deliver(ids, run)
        log.warning("Deleted the stale keys of %d writes whose deletion was not confirmed here", len(ids))

    def _clean(self) -> None:
        run = self._trust.run
        if run is None or self._trust.state != "trusted" or monotonic() - self._cleaned < timing.CLEANING:
            return
        self._cleaned = monotonic()
        moment = self._outbox.moment()
        self._outbox.clean()
        if run.deployment.slots and self._backend.discover().fingerprint != run.deployment.fingerprint:
            self._trust.lose("The Redis Cluster has changed")
        elif moment.database == run.database:
            self._fences.sign(run, now=moment.now)
