"""How much processor time each part of a run takes: on a shared machine the only figure for cost worth having."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from feedapp.embedded.processes import Process
    from tests.consistency.sites.site import Site


class ProcessorTime:
    """Begins to count when it is made. Processes that ended meanwhile are not counted."""

    def __init__(self, site: Site, clients: Sequence[Process]) -> None:
        self._site, self._clients = site, clients
        self._before = self._now()

    def spent_since(self) -> dict[str, float]:
        """Give the seconds of each part."""
        return {who: max(0, seconds - self._before[who]) for who, seconds in self._now().items()}

    def _now(self) -> dict[str, float]:
        site = self._site
        return {
            "app": _seconds(app.pid for app in site.apps),
            "PostgreSQL": _seconds(site.database.pids),
            "Redis": _seconds(server.pid for server in site.servers),
            "clients": _seconds(client.pid for client in self._clients),
        }


def _seconds(pids: Iterable[int | None]) -> float:
    """Add up processes with their children, those that ended included."""
    total = 0.0
    for pid in pids:
        with suppress(psutil.Error):
            whole = psutil.Process(pid) if pid is not None else None
            for process in [whole, *whole.children(recursive=True)] if whole else []:
                with suppress(psutil.Error):
                    total += sum(process.cpu_times()[:4])
    return total
