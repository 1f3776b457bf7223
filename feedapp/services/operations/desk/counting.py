"""Writes the ring: each server adds what its processes counted, one process of the site sums up hours and sweeps.

A server is the workers that share one directory of figures. Whichever of them holds a lock in it writes for all, about
once a minute. What was written is kept in that directory too, so that another worker goes on from there, also after a
minute in which PostgreSQL was away. Nothing of this is on the way of a request.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import socket
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, time
from typing import TYPE_CHECKING, Any

from redis import RedisError
from sqlalchemy.exc import SQLAlchemyError

from feedapp import deadline
from feedapp.observability import snapshots
from feedapp.repositories.figures.ring import SERVERS, SITE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from feedapp.cache.redis.backend import LeaseRedisCache
    from feedapp.observability.process_state import ProcessState
    from feedapp.repositories.figures.ring import Entry, RingRepository
    from feedapp.repositories.figures.server import DeskServerRepository
    from feedapp.services.operations.desk.disks import Disk

EVERY = 60.0
SOON = 50.0
"""Seconds since the last time after which a server writes again: its workers come at moments of their own."""
LONGEST = 3_600.0
PATIENCE = 5.0
LAST_PATIENCE = 1.0
"""Seconds for PostgreSQL when a process ends."""

log = logging.getLogger(__name__)


class Counting:
    """Of one process. `snapshot` gives what all processes of its server counted since that started."""

    def __init__(
        self,
        *,
        ring: RingRepository,
        server: DeskServerRepository,
        backend: LeaseRedisCache,
        process: ProcessState,
        disks: Callable[[], list[Disk]] = list,
        snapshot: Callable[[], snapshots.Snapshot] = snapshots.take,
    ) -> None:
        self._ring = ring
        self._server = server
        self._backend = backend
        self._process = process
        self._disks = disks
        self._snapshot = snapshot
        self._written: dict[str, Any] = {}

    def write(self) -> int | None:
        """Add what this server counted, unless it was done less than a minute ago, or another worker is at it."""
        return self._write(SOON, PATIENCE)

    def finish(self) -> None:
        """Add what is not written yet, since this process ends. Does without if PostgreSQL does not answer."""
        with suppress(SQLAlchemyError, OSError):
            self._write(0.0, LAST_PATIENCE)

    def _write(self, soon: float, patience: float) -> int | None:
        directory = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
        place = None if directory is None else Path(directory)
        with _alone(place) as is_alone:
            if not is_alone:
                return None
            written = self._last(place)
            if abs(time() - written.get("at", 0.0)) < soon:
                return None
            self._process.tell()
            now = self._snapshot()
            totals = snapshots.difference(now.totals, written.get("totals"))
            details = snapshots.difference(now.details, written.get("details"))
            with deadline.within(patience):
                seconds = round(min(time() - written.get("at", time() - EVERY), LONGEST), 1)
                self._ring.add(
                    server_name(),
                    totals={**(snapshots.pruned(totals) or {}), "seconds": seconds},
                    details=snapshots.pruned(details) or {},
                    state={
                        **now.state,
                        "host": socket.gethostname(),
                        "clock": time(),
                        "disks": [each for each in self._disks() if each.is_full],
                    },
                )
            self._keep(place, {"at": time(), "totals": now.totals, "details": now.details})
            return 1

    def _last(self, place: Path | None) -> dict[str, Any]:
        if place is None:
            return self._written
        with suppress(OSError, ValueError):
            found: dict[str, Any] = json.loads((place / "written.json").read_text(encoding="utf-8"))
            return found
        return self._written

    def _keep(self, place: Path | None, written: dict[str, Any]) -> None:
        self._written = written
        if place is not None:
            file = place / f"written.{os.getpid()}"
            with suppress(OSError):  # the disk is full: what this process writes next goes by its own memory
                file.write_text(json.dumps(written), encoding="utf-8")
                file.replace(place / "written.json")

    def site(self) -> int:
        """Add what there is once for all servers, sum up whole hours, sweep. For one process of the site."""
        began = monotonic()
        gauges = self._server.gauges()
        gauges["sql_answer"] = round(monotonic() - began, 4)
        gauges["redis_trusted"] = int(self._backend.trust.for_reads)
        with suppress(RedisError):
            gauges |= self._backend.memory() if gauges["redis_trusted"] else {}
        self._ring.add(SITE, totals=gauges, details={}, state=None)
        while minutes := self._ring.unsummed():
            self._sum_up(minutes)
        self._ring.sweep()
        return 0

    def _sum_up(self, minutes: list[Entry]) -> None:
        hour = minutes[0].at.replace(minute=0, second=0, microsecond=0)
        counted = [each for each in minutes if each.source != SITE]
        site = most(each.totals for each in minutes if each.source == SITE)
        # The row of the site last: that it stands is what tells that an hour is done.
        self._ring.add_hour(hour, SERVERS, **summed(counted))
        self._ring.add_hour(hour, SITE, totals=site, details={"tables": self._server.sizes()})


def summed(entries: list[Entry]) -> dict[str, Any]:
    """Add up what servers counted."""
    return {
        "totals": snapshots.added(each.totals for each in entries),
        "details": snapshots.added(each.details for each in entries),
    }


def most(gauges: Any) -> dict[str, Any]:
    """Give the worst of each gauge, or the greatest."""
    found: dict[str, Any] = {}
    for each in gauges:
        for name, value in each.items():
            choose = min if name == "redis_trusted" else max
            found[name] = choose(found[name], value) if name in found else value
    return found


def server_name() -> str:
    """Name the server that this process is of: one host can have several."""
    directory = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    return f"{socket.gethostname()}/{os.getpid() if directory is None else Path(directory).name}"


@contextmanager
def _alone(place: Path | None) -> Iterator[bool]:
    """Tell whether no other worker of this server is writing."""
    if place is None:
        yield True
        return
    try:
        held = os.open(place / "writing.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:  # the disk is full, or the directory is gone
        yield False
        return
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
    else:
        yield True
    finally:
        os.close(held)
