"""Everything the operator's desk shows, read once: as far as it can be had, also while a server is away."""

from __future__ import annotations

import socket
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

from redis import RedisError
from sqlalchemy.exc import SQLAlchemyError

from feedapp import deadline
from feedapp.observability import snapshots
from feedapp.repositories.figures.ring import Server
from feedapp.services import policy
from feedapp.services.operations.desk import drift, windows
from feedapp.services.operations.desk.counting import server_name
from feedapp.services.operations.desk.disks import Disk, Disks
from feedapp.services.operations.desk.found import Found, Job, Process
from feedapp.services.operations.desk.judging import judge

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from feedapp.cache.redis.backend import LeaseRedisCache
    from feedapp.reading.read_models import Viewer
    from feedapp.reading.viewers import Credentials, ViewerService
    from feedapp.repositories.figures.ring import RingRepository
    from feedapp.repositories.figures.server import DeskServerRepository
    from feedapp.services.operations.desk.drift import Drift
    from feedapp.services.operations.health import HealthService

DESK = policy.Thing("desk")
PATIENCE = 2.5
"""Seconds for all that PostgreSQL is asked."""
SILENT = 180.0
"""Seconds after which a server that has said nothing is not there any more."""
T = TypeVar("T")


class Desk:
    """Looks, and repairs counters, for admins; commands look without being asked who they are."""

    def __init__(
        self,
        *,
        viewers: ViewerService,
        health: HealthService,
        backend: LeaseRedisCache,
        ring: RingRepository,
        server: DeskServerRepository,
        drift: Drift,
        disks: Disks,
    ) -> None:
        self._viewers = viewers
        self._health = health
        self._backend = backend
        self._ring = ring
        self._server = server
        self._drift = drift
        self._disks = disks

    def show(self, credentials: Credentials) -> tuple[Viewer, Found]:
        """Look, for an admin. Raise UnauthenticatedError, ForbiddenError."""
        viewer = self._viewers.require(credentials)
        policy.require(viewer, "see", DESK)
        return viewer, self.look()

    def repair(self, credentials: Credentials) -> int:
        """Repair the counters that were found to have drifted; give how many were wrong indeed.

        Raise UnauthenticatedError, ForbiddenError.
        """
        policy.require(self._viewers.require(credentials), "edit", DESK)
        return self._drift.repair()

    def look(self) -> Found:
        """Read everything, in seconds at most."""
        trust = self._backend.trust
        found = Found(self._health.check(), trust.since, trust.why)
        here = snapshots.state()
        found.failures = dict(here["troubles"])
        if found.health.postgresql in {"unavailable", "unmigrated"}:
            found.gaps.append("The figures of before")
            found.disks = [each for each in self._disks.look(may_ask=False) if each.is_full]
        else:
            began = monotonic()
            with deadline.within(PATIENCE):
                self._read(found, here)
            found.took = monotonic() - began
        if found.health.redis != "unavailable":
            try:
                found.memory = self._backend.memory()
            except RedisError as error:
                trust.failed(error)
        found.sentences = judge(found)
        return found

    def _read(self, found: Found, here: dict[str, Any]) -> None:
        """Ask PostgreSQL for one thing after another; after the first that it does not answer, for no more.

        `here` is the state of this server now: what it wrote is a minute old.
        """
        servers: list[Server] = []

        def part(name: str, read: Callable[[], T], default: T) -> T:
            if found.gaps:
                return default
            try:
                return read()
            except SQLAlchemyError:
                found.gaps.append(name)
                return default

        found.windows = part("The figures of before", lambda: windows.read(self._ring), {})
        servers = part("The state of the servers", self._ring.servers, servers)
        found.gauges = part("The outbox", self._server.gauges, {})
        found.last_backup = part("The last backup", self._server.last_backup, None)
        found.tables = part("The size of the tables", self._server.tables, [])
        found.statements = part("The slowest statements", self._server.statements, None)
        found.counters = next((dict(each.state) for each in servers if each.source == drift.SOURCE), {})
        found.disks = [each for each in self._disks.look(may_ask=not found.gaps) if each.is_full]
        own = server_name()
        living = [each for each in servers if each.age < SILENT and each.source not in {drift.SOURCE, own}]
        for each in living:
            found.disks += [Disk(*disk) for disk in each.state.get("disks", ())]
            for reason, at in each.state.get("troubles", {}).items():
                found.failures[reason] = max(at, found.failures.get(reason, 0.0))
        living.append(Server(own, 0.0, here | {"host": socket.gethostname()}))
        found.walk = max((each.state.get("walk", {}) for each in living), key=lambda walk: walk.get("keys", 0))
        found.processes = [process for each in living for process in _processes(each)]
        found.jobs = _jobs(living)


def _processes(server: Server) -> list[Process]:
    """Give those that have told of themselves."""
    host = str(server.state.get("host", server.source))
    return [
        Process(
            host,
            pid,
            str(each.get("version", "?")),
            each.get("memory", 0.0),
            int(each.get("files", 0)),
            int(each.get("pool", 0)),
            int(each.get("pool_max", 0)),
            None if each.get("trusted") is None else bool(each["trusted"]),
            each.get("since", 0.0),
            each.get("started", 0.0),
        )
        for pid, each in sorted(server.state.get("processes", {}).items())
        if each
    ]


def _jobs(servers: Sequence[Server]) -> list[Job]:
    last: dict[str, float] = {}
    for server in servers:
        for name, at in server.state.get("jobs", {}).items():
            last[name] = max(at, last.get(name, 0.0))
    failed = snapshots.added(server.state.get("failed", {}) for server in servers)
    return [Job(name, last.get(name), int(failed.get(name, 0))) for name in sorted({*last, *failed})]
