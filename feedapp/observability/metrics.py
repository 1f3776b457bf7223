"""What Prometheus may ask, correct over several worker processes.

With PROMETHEUS_MULTIPROC_DIR set (wsgi.py does it), every process writes its figures into files there and `render` adds
them up; without it the figures are those of this process.
"""

from __future__ import annotations

import atexit
import logging
import os
from collections import Counter as Counted
from collections import deque
from functools import cache
from multiprocessing.util import Finalize
from pathlib import Path
from threading import Event, Lock, Thread
from time import sleep
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Summary, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import REGISTRY, Collector

from feedapp.observability import metric_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from prometheus_client import Metric

log = logging.getLogger(__name__)
metric_files.use()
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

REQUESTS = Histogram(
    "feedapp_request_seconds", "Requests and how long they took", ("method", "route", "status"), buckets=SECONDS
)
HITS = Counter("feedapp_cache_hits", "Reads that the cache answered", ("template",))
MISSES = Counter("feedapp_cache_misses", "Reads that went to PostgreSQL", ("template",))
BYPASSES = Counter("feedapp_cache_bypasses", "Reads that went past Redis, since it was not trusted", ("template",))
VERIFIED = Counter("feedapp_cache_verified", "Cached values that were compared with PostgreSQL", ("template",))
STALE = Counter("feedapp_cache_stale", "Cached values that were not what PostgreSQL has", ("template",))
WALK_SECONDS = Gauge(
    "feedapp_verifier_walk_seconds",
    "How long the verifier took last for all cached values",
    multiprocess_mode="mostrecent",
)
WALK_KEYS = Gauge("feedapp_verifier_walk_keys", "How many those were", multiprocess_mode="mostrecent")
FILLS_REFUSED = Counter("feedapp_cache_fills_refused", "Loads not stored since a write came between", ("template",))
INVALIDATIONS = Counter("feedapp_cache_invalidations", "Values deleted since a write made them stale", ("template",))
REDIS_SECONDS = Histogram("feedapp_redis_seconds", "Time a request spent on Redis", buckets=SECONDS)
REDIS_ERRORS = Counter("feedapp_redis_errors", "Redis did not answer, or wrongly")
SQL_SECONDS = Histogram("feedapp_sql_seconds", "Time a request spent on PostgreSQL", buckets=SECONDS)
SQL_ERRORS = Counter("feedapp_sql_errors", "PostgreSQL did not answer, or refused")
POOL_WAITS = Summary("feedapp_sql_pool_wait_seconds", "Waits for a free connection, where there was none")
LOG_INS_REFUSED = Counter("feedapp_log_ins_refused", "Log-ins that were refused", ("reason",))
EVENTS = Counter("feedapp_events", "What was changed and committed", ("event",))
JOB_RUNS = Counter("feedapp_periodic_job_runs", "Periodic jobs that were done", ("job", "outcome"))
JOB_SECONDS = Summary("feedapp_periodic_job_seconds", "How long periodic jobs took that succeeded", ("job",))
JOB_SUCCESS = Gauge(
    "feedapp_periodic_job_last_success_timestamp_seconds",
    "When a periodic job succeeded last, in any process",
    ("job",),
    multiprocess_mode="max",
)
FAILED_LAST = Gauge(
    "feedapp_failure_last_timestamp_seconds",
    "When something failed last for a reason, in any process",
    ("reason",),
    multiprocess_mode="max",
)
MESSAGES = Counter("feedapp_outbox_messages", "Messages to targets other than Redis", ("target", "outcome"))


@cache
def requests(method: str, route: str, status: int) -> Histogram:
    """Give the histogram of one route, looked up once."""
    return REQUESTS.labels(method, route, status)


class _Hits:
    """Hits by template, added to the figures a moment later: one feed hits half a dozen templates, many feeds the same.

    Adding them one by one took a tenth of a warm read's time.
    """

    DELAY = 0.2
    MOST = 5_000

    def __init__(self) -> None:
        self._reset()
        os.register_at_fork(after_in_child=self._reset)
        atexit.register(self.add)
        Finalize(None, self.add, exitpriority=0)  # a child of multiprocessing ends without atexit

    def _reset(self) -> None:
        self._starting = Lock()
        self._waiting: deque[Mapping[str, int]] = deque()
        self._are_awaited = Event()
        self._thread: Thread | None = None

    def count(self, by_template: Mapping[str, int]) -> None:
        """Count so many hits of each template."""
        self._waiting.append(by_template)
        if not self._are_awaited.is_set():
            self._are_awaited.set()
            self._begin()
        elif len(self._waiting) > self.MOST:
            self.add()

    def _begin(self) -> None:
        if self._thread is None:
            with self._starting:
                if self._thread is None:
                    thread = Thread(target=self._run, name="hits", daemon=True)
                    try:
                        thread.start()
                    except RuntimeError:  # no thread to be had now: at the next hit
                        self._are_awaited.clear()
                    else:
                        self._thread = thread

    def _run(self) -> None:
        while True:
            self._are_awaited.wait()
            sleep(self.DELAY)
            self._are_awaited.clear()
            try:
                self.add()
            except Exception:  # the next ones are tried
                log.exception("Hits could not be counted")

    def add(self) -> None:
        """Add to the figures what waits for it."""
        found: Counted[str] = Counted()
        while self._waiting:
            try:
                found.update(self._waiting.popleft())
            except IndexError:
                break
        for template, count in found.items():
            HITS.labels(template).inc(count)


hits = _Hits()


def registry() -> CollectorRegistry:
    """Give what all processes of this server counted; of the gauges of processes, only those of living ones."""
    hits.add()
    directory = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if directory is None:
        return REGISTRY
    _forget_dead(Path(directory))
    figures = CollectorRegistry()
    MultiProcessCollector(figures)  # type: ignore[no-untyped-call]
    return figures


def gauges() -> Iterable[Metric]:
    """Give how the processes of this server are, without what they counted: much cheaper than all figures."""
    directory = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if directory is None:
        return REGISTRY.collect()
    _forget_dead(Path(directory))
    files = [str(file) for file in Path(directory).glob("gauge_*.db")]
    found: Iterable[Metric] = MultiProcessCollector.merge(files)  # type: ignore[no-untyped-call]
    return found


def _forget_dead(directory: Path) -> None:
    """Delete the files of gauges that tell how a process is, where that one has ended, however it ended."""
    for file in directory.glob("gauge_live*_*.db"):
        pid = file.stem.rpartition("_")[2]
        if pid.isdigit() and not Path("/proc", pid).exists() and Path("/proc/self").exists():
            file.unlink(missing_ok=True)


def render(*, outbox: tuple[int, float] | None = None) -> bytes:
    """Write all figures in Prometheus' text format, with depth and age of the outbox if they are known."""
    figures, found = registry(), CollectorRegistry()
    if outbox is not None:
        found.register(_Outbox(*outbox))
    return generate_latest(figures) + generate_latest(found)


class _Outbox(Collector):
    """The outbox is the database's, not a process's: a Gauge would be kept, and added up, for each."""

    def __init__(self, depth: int, age: float) -> None:
        self._depth, self._age = depth, age

    def collect(self) -> Iterable[Metric]:
        """Give the two figures."""
        depth, age = "Writes whose keys are not yet known to be deleted", "Age of the oldest of those writes"
        return [
            GaugeMetricFamily("feedapp_outbox_depth", depth, value=self._depth),
            GaugeMetricFamily("feedapp_outbox_oldest_seconds", age, value=self._age),
        ]


def counted(directory: Path) -> tuple[int, dict[str, dict[str, int]]]:
    """Add up what the processes that write into a directory have counted since they started.

    Give how many processes that are, and for each counter with a template, figures by template.
    """
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(directory))  # type: ignore[no-untyped-call]
    figures: dict[str, dict[str, int]] = {}
    for metric in registry.collect():
        for sample in metric.samples:
            if set(sample.labels) == {"template"}:
                figures.setdefault(metric.name, {})[sample.labels["template"]] = int(sample.value)
    return len(list(directory.glob("counter_*.db"))), figures
