"""What Prometheus may ask, correct over several worker processes.

With PROMETHEUS_MULTIPROC_DIR set (wsgi.py does it), every process writes its figures into files there and `render` adds
them up; without it the figures are those of this process.
"""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import REGISTRY, Collector

from feedapp import metric_files

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from prometheus_client import Metric

metric_files.use()
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)

REQUESTS = Histogram(
    "feedapp_request_seconds", "Requests and how long they took", ("method", "route", "status"), buckets=_SECONDS
)
HITS = Counter("feedapp_cache_hits", "Reads that the cache answered", ("template",))
MISSES = Counter("feedapp_cache_misses", "Reads that went to PostgreSQL", ("template",))
FILLS_REFUSED = Counter("feedapp_cache_fills_refused", "Loads not stored since a write came between", ("template",))
INVALIDATIONS = Counter("feedapp_cache_invalidations", "Values deleted since a write made them stale", ("template",))
REDIS_SECONDS = Histogram("feedapp_redis_seconds", "Time a request spent on Redis", buckets=_SECONDS)
REDIS_ERRORS = Counter("feedapp_redis_errors", "Redis did not answer, or wrongly")
SQL_SECONDS = Histogram("feedapp_sql_seconds", "Time a request spent on PostgreSQL", buckets=_SECONDS)
SQL_ERRORS = Counter("feedapp_sql_errors", "PostgreSQL did not answer, or refused")


@cache
def requests(method: str, route: str, status: int) -> Histogram:
    """Give the histogram of one route, looked up once."""
    return REQUESTS.labels(method, route, status)


@cache
def hits(template: str) -> Counter:
    """Give the counter of one template, looked up once: it is used several times in every request."""
    return HITS.labels(template)


def render(*, outbox_depth: int | None = None) -> bytes:
    """Write all figures in Prometheus' text format, with the depth of the outbox if it is known."""
    figures = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        figures = CollectorRegistry()
        MultiProcessCollector(figures)  # type: ignore[no-untyped-call]
    found = CollectorRegistry()
    if outbox_depth is not None:
        found.register(_Outbox(outbox_depth))
    return generate_latest(figures) + generate_latest(found)


class _Outbox(Collector):
    """The depth of the outbox is the database's, not a process's: a Gauge would be kept, and added up, for each."""

    def __init__(self, depth: int) -> None:
        self._depth = depth

    def collect(self) -> Iterable[Metric]:
        """Give the one figure."""
        text = "Writes whose keys are not yet known to be deleted"
        return [GaugeMetricFamily("feedapp_outbox_depth", text, value=self._depth)]


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
