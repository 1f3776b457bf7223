"""The processes of all hosts, by what they tell once a minute: their versions, clocks and periodic jobs."""

from __future__ import annotations

import os
import socket
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import SQLAlchemyError

from feedapp import deadline
from feedapp.install.version import VERSION
from feedapp.services.operations.doctor.clocks import clock_fault
from feedapp.services.operations.doctor.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from feedapp.periodic import PeriodicJob
    from feedapp.repositories.delivery.leases import LeaseRepository
    from feedapp.repositories.figures.ring import RingRepository, Server

PATIENCE = 5.0
SILENT = 180.0
"""Seconds after which a server that has said nothing is not there any more."""
WRITING = 5.0
"""Seconds that telling may take: PostgreSQL's clock is read at its end, the server's own at its beginning."""
LATE = 1_200.0
"""Seconds by which a job may be late: each process looks after ten minutes at most; then another takes it over."""
OFTEN = 3
FEW = 3


class FleetChecks:
    """`jobs` are those of the site, of which one process does each."""

    def __init__(
        self,
        ring: RingRepository,
        leases: LeaseRepository,
        jobs: Sequence[PeriodicJob],
        *,
        version: str = VERSION,
        is_alive: Callable[[int], bool] | None = None,
    ) -> None:
        self._ring = ring
        self._leases = leases
        self._every = {each.name: each.every for each in jobs if each.lease is not None}
        self._version = version
        self._is_alive = is_alive or _is_alive

    def check(self) -> Iterator[Fault]:
        """Look at those that are there. Nothing is said while PostgreSQL does not answer: its own check does."""
        try:
            with deadline.within(PATIENCE):
                told = self._ring.servers()
                late = self._leases.lateness()
        except SQLAlchemyError:
            return
        servers = [living for each in told if each.age < SILENT and (living := self._living(each)).state["processes"]]
        yield from self._versions(servers)
        for each in servers:
            if "clock" in each.state:
                clock, host = float(each.state["clock"]), str(each.state.get("host", each.source))
                yield from clock_fault(host, each.at - WRITING, clock, each.at, ours="PostgreSQL")
        yield from self._late(servers, late)
        yield from self._failing(servers)

    def _living(self, server: Server) -> Server:
        """Leave out processes of this machine that have ended since."""
        processes = server.state.get("processes") or {}
        if server.state.get("host") == socket.gethostname():
            processes = {pid: each for pid, each in processes.items() if not pid.isdigit() or self._is_alive(int(pid))}
        return server._replace(state={**server.state, "processes": processes})

    def _versions(self, servers: Sequence[Server]) -> Iterator[Fault]:
        others: dict[tuple[str, str], list[str]] = {}
        for server in servers:
            for pid, each in server.state["processes"].items():
                version = each.get("version")
                if version and version != self._version:
                    others.setdefault((version, str(server.state.get("host", server.source))), []).append(pid)
        for (version, host), pids in sorted(others.items()):
            yield Fault(
                f"Another version serves, too: {version} on {host} (process {', '.join(sorted(pids))}), and "
                f"{self._version} is installed here. Readers get either, and what is new fails on the old one.",
                f"Finish the upgrade on {host}: `systemctl reload feedapp`, or `flask --app wsgi reload`.",
            )

    def _late(self, servers: Sequence[Server], late: Mapping[str, float]) -> Iterator[Fault]:
        """Nothing is late that no process has had the time to do."""
        started = [float(each["started"]) for each in _processes(servers) if each.get("started")]
        if not started:
            return
        serving = time.time() - min(started)
        overdue = {name: late[name] for name in self._every if min(late.get(name, 0.0), serving) > LATE}
        if overdue:
            yield Fault(
                f"Periodic jobs do not run: {_listed(overdue)}, due for {max(overdue.values()) / 60:,.0f} minutes. "
                "What is to be deleted stays, and what is to be sent waits.",
                "Restart the processes (`systemctl restart feedapp`); the log says `Periodic job … failed` if that is "
                "why.",
            )

    def _failing(self, servers: Sequence[Server]) -> Iterator[Fault]:
        failed: dict[str, int] = {}
        last: dict[str, float] = {}
        for server in servers:
            for name, times in (server.state.get("failed") or {}).items():
                failed[name] = failed.get(name, 0) + int(times)
            for name, at in (server.state.get("jobs") or {}).items():
                last[name] = max(float(at), last.get(name, 0.0))
        now = time.time()
        bad = {
            name: times
            for name, times in failed.items()
            if times >= OFTEN and now - last.get(name, 0.0) > max(LATE, 2 * self._every.get(name, 0.0))
        }
        if bad:
            yield Fault(
                f"Periodic jobs fail again and again: {_listed(bad)}. What is to be deleted stays, and what is to be "
                "sent waits.",
                "The log says why: `journalctl --namespace=feedapp | grep 'Periodic job'`.",
            )


def _processes(servers: Sequence[Server]) -> Iterator[dict[str, Any]]:
    for server in servers:
        yield from server.state["processes"].values()


def _listed(names: Mapping[str, object]) -> str:
    told = sorted(names)
    return ", ".join(told[:FEW]) + (f" and {len(told) - FEW} more" if len(told) > FEW else "")


def _is_alive(pid: int) -> bool:
    with suppress(ProcessLookupError):
        try:
            os.kill(pid, 0)
        except PermissionError:  # another user's
            return True
        return True
    return False
