"""Hits and misses, counted for the request and for Prometheus, and written into the log."""

from __future__ import annotations

import logging
from collections import Counter
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from feedapp.cache.catalogue.keys import POST
from feedapp.observability import logs, metrics, request_costs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from feedapp.cache.catalogue.declarations import Key

log = logging.getLogger(__name__)
_TEMPLATE = attrgetter("template")


class Reads(NamedTuple):
    """Keys that were read with the same outcome, sorted once to be counted often."""

    keys: Sequence[Key]
    told: Sequence[Key]
    """Those that are worth a line each: pages, or the post where there is one only. A feed reads a hundred keys."""
    by_template: Mapping[str, int]

    @classmethod
    def of(cls, keys: Sequence[Key]) -> Reads:
        """Sort them."""
        counted = Counter(map(_TEMPLATE, keys))
        told: Sequence[Key] = ()
        if any(template.kind == "page" for template in counted):
            told = [key for key in keys if key.template.kind == "page"]
        elif counted.get(POST) == 1:
            told = [key for key in keys if key.template is POST]
        return cls(keys, told, {template.name: count for template, count in counted.items()})


class HitCounts:
    """Counts. `name` gives the whole key, as it stands in Redis."""

    def __init__(self, name: Callable[[str], str]) -> None:
        self._name = name

    def hit(self, reads: Reads) -> None:
        """Count what the cache answered."""
        request_costs.current().hits += len(reads.keys)
        metrics.hits.count(reads.by_template)
        self._log("HIT", reads)

    def missed(self, reads: Reads) -> None:
        """Count what went to PostgreSQL."""
        request_costs.current().misses += len(reads.keys)
        for template, count in reads.by_template.items():
            metrics.MISSES.labels(template).inc(count)
        self._log("MISS", reads)

    def bypassed(self, keys: Sequence[Key]) -> None:
        """Count what went to PostgreSQL without Redis being asked, or since it did not answer."""
        for template, count in Counter(map(_TEMPLATE, keys)).items():
            metrics.BYPASSES.labels(template.name).inc(count)

    def _log(self, outcome: str, reads: Reads) -> None:
        """Write a line for each key that is told; for every other key too if LOG_LEVEL is DEBUG."""
        if not log.isEnabledFor(logging.INFO):
            return
        for key in reads.keys if log.isEnabledFor(logging.DEBUG) else reads.told:
            level = logging.INFO if key in reads.told else logging.DEBUG
            logs.tell(log, level, f"Cache {outcome} ({self._name(key.name)})")
