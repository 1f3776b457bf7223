"""How one process is: processor, memory, files, connections, trust in Redis, version. Each tells it now and then.

prometheus_client has the first three itself, but not where several processes are added up.
"""

from __future__ import annotations

import os
import platform
import resource
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from prometheus_client import Counter, Gauge

if TYPE_CHECKING:
    from collections.abc import Callable

try:
    VERSION = version("feedapp")
except PackageNotFoundError:  # it runs from its folder
    VERSION = "0.1.0"

CPU = Counter("feedapp_process_cpu_seconds", "Processor time of all processes, ended ones included")
MEMORY = Gauge("feedapp_process_resident_memory_bytes", "Memory of a process", multiprocess_mode="liveall")
FILES = Gauge("feedapp_process_open_fds", "Open file descriptors of a process", multiprocess_mode="liveall")
MOST_FILES = Gauge("feedapp_process_max_fds", "File descriptors that it may open", multiprocess_mode="liveall")
STARTED = Gauge("feedapp_process_start_time_seconds", "When a process started", multiprocess_mode="liveall")
TRUST = Gauge("feedapp_redis_trusted", "1 if a process reads from Redis, 0 if not", multiprocess_mode="liveall")
TRUST_SINCE = Gauge(
    "feedapp_redis_trust_changed_timestamp_seconds", "When that changed last", multiprocess_mode="liveall"
)
POOL_USED = Gauge(
    "feedapp_sql_pool_connections_in_use", "Connections to PostgreSQL in use", ("pool",), multiprocess_mode="liveall"
)
POOL_MOST = Gauge(
    "feedapp_sql_pool_connections_max", "Connections that a process may have", ("pool",), multiprocess_mode="liveall"
)
BUILD = Gauge("feedapp_build_info", "The version that serves", ("version", "python"), multiprocess_mode="liveall")
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
        used = time.process_time()
        CPU.inc(max(0.0, used - self._counted))
        self._counted = used
        STARTED.set(_born)
        BUILD.labels(VERSION, platform.python_version()).set(1)
        _tell_system()
        is_trusted, since = self._trust()
        TRUST.set(is_trusted)
        TRUST_SINCE.set(since)
        for name, (in_use, most) in self._pools().items():
            POOL_USED.labels(name).set(in_use)
            POOL_MOST.labels(name).set(most)


def _tell_system() -> None:
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    MOST_FILES.set(soft)
    try:
        MEMORY.set(int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE)
        FILES.set(len(os.listdir("/proc/self/fd")) - 1)  # noqa: PTH208 (one name a file, none of them read)
    except OSError:  # not Linux
        MEMORY.set(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
