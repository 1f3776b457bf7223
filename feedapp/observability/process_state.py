"""How one process is: processor, memory, files, connections, trust in Redis, version. Each tells it now and then.

prometheus_client has the first three itself, but not where several processes are added up.
"""

from __future__ import annotations

import os
import platform
import resource
import time
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from prometheus_client import Counter, Gauge

from feedapp.install.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable


class _Figures:
    """Made when a process tells of itself first: a command that serves nobody is in no figure."""

    def __init__(self) -> None:
        def gauge(name: str, about: str, *labels: str) -> Gauge:
            return Gauge(f"feedapp_{name}", about, labels, multiprocess_mode="liveall")

        self.cpu = Counter("feedapp_process_cpu_seconds", "Processor time of all processes, ended ones included")
        self.memory = gauge("process_resident_memory_bytes", "Memory of a process")
        self.files = gauge("process_open_fds", "Open file descriptors of a process")
        self.most_files = gauge("process_max_fds", "File descriptors that it may open")
        self.started = gauge("process_start_time_seconds", "When a process started")
        self.trusted = gauge("redis_trusted", "1 if a process reads from Redis, 0 if not")
        self.trust_since = gauge("redis_trust_changed_timestamp_seconds", "When that changed last")
        self.pool_used = gauge("sql_pool_connections_in_use", "Connections to PostgreSQL in use", "pool")
        self.pool_most = gauge("sql_pool_connections_max", "Connections that a process may have", "pool")
        self.build = gauge("build_info", "The version that serves", "version", "python")


_made = cache(_Figures)
_making = Lock()


def _figures() -> _Figures:
    with _making:  # two threads may tell at the same moment
        return _made()


_PAGE = resource.getpagesize()
_born = time.time()


class ProcessState:
    """Tells it. `pools` gives connections in use and at most by name; `trust` whether Redis is read, and since when."""

    def __init__(
        self, *, pools: Callable[[], dict[str, tuple[int, int]]], trust: Callable[[], tuple[bool, float]]
    ) -> None:
        self._pools = pools
        self._trust = trust
        self._counted = 0.0

    def tell(self) -> None:
        """Set the figures to what is so now."""
        figures, used = _figures(), time.process_time()
        figures.cpu.inc(max(0.0, used - self._counted))
        self._counted = used
        figures.started.set(_born)
        figures.build.labels(VERSION, platform.python_version()).set(1)
        _tell_system(figures)
        is_trusted, since = self._trust()
        figures.trusted.set(is_trusted)
        figures.trust_since.set(since)
        for name, (in_use, most) in self._pools().items():
            figures.pool_used.labels(name).set(in_use)
            figures.pool_most.labels(name).set(most)


def _tell_system(figures: _Figures) -> None:
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    figures.most_files.set(soft)
    try:
        figures.memory.set(int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE)
        figures.files.set(len(os.listdir("/proc/self/fd")) - 1)  # noqa: PTH208 (one name a file, none of them read)
    except OSError:  # not Linux
        figures.memory.set(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
