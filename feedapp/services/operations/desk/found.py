"""What the operator's desk has found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

    from feedapp.repositories.figures.server import Statement, Table
    from feedapp.services.operations.desk.disks import Disk
    from feedapp.services.operations.desk.windows import Window
    from feedapp.services.operations.health import Health


class Sentence(NamedTuple):
    """What is wrong, and what to do about it; `bad` if readers or writers are turned away."""

    said: str
    remedy: str
    bad: bool = False


HOUR = 3_600


class Process(NamedTuple):
    """One process of any host, as it was when its server wrote last; those of this server, as they are now.

    `since` is when `trusted` changed last.
    """

    host: str
    pid: str
    version: str
    memory: float
    files: int
    pool: int
    pool_max: int
    trusted: bool | None
    since: float
    started: float


class Job(NamedTuple):
    """A periodic job: when it succeeded last, and how often it failed in the servers that run now."""

    name: str
    last: float | None
    failed: int


@dataclass
class Found:
    """What was found. `gaps` names what could not be read."""

    health: Health
    trust_since: float
    trust_lost: str = ""
    """Why this process does not read from Redis."""
    took: float = 0.0
    windows: dict[str, Window] = field(default_factory=dict)
    gauges: dict[str, Any] = field(default_factory=dict)
    memory: dict[str, int] = field(default_factory=dict)
    processes: list[Process] = field(default_factory=list)
    failures: dict[str, float] = field(default_factory=dict)
    """When something failed last in any process, by the reason."""
    walk: dict[str, float] = field(default_factory=dict)
    """How many `seconds` the verifier took last for all cached values, and how many `keys` those were."""
    disks: list[Disk] = field(default_factory=list)
    """Those that are full: of this host and of others."""
    jobs: list[Job] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    statements: list[Statement] | None = None
    counters: dict[str, Any] = field(default_factory=dict)
    last_backup: datetime | None = None
    gaps: list[str] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)

    @property
    def recent(self) -> dict[str, Any]:
        """What was counted in the last minutes."""
        return self.windows["hour"].recent if self.windows else {}

    @property
    def evicted(self) -> int:
        """How many values Redis evicted in the last hour, up to this moment."""
        now = self.memory.get("evicted_keys", 0)
        if now and self.memory.get("uptime_in_seconds", HOUR) < HOUR:
            return now
        points = self.windows["hour"].points if self.windows else ()
        told = [point.site["evicted_keys"] for point in points if "evicted_keys" in point.site]
        since = max(0, now - told[-1]) if told else 0
        return since + (sum(evictions(self.windows["hour"])) if self.windows else 0)

    @property
    def stale_today(self) -> int:
        """How many wrong values the verifier found in the last day."""
        return int(self.windows["day"].totals.get("stale", 0)) if self.windows else 0

    @property
    def drifted(self) -> int:
        """How many people and posts have counters that drifted."""
        return len(self.counters.get("wrong", []))


def evictions(window: Window) -> list[int]:
    """Give how many values were evicted at each point: Redis tells how many since it started."""
    counts, before = [], None
    for point in window.points:
        now = point.site.get("evicted_keys")
        counts.append(max(0, now - before) if now is not None and before is not None else 0)
        before = before if now is None else now
    return counts
