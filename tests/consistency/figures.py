"""The figures of one run, whether they are within what the scenario allows, and the table of them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from tests.consistency.checking.history import SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.consistency.checking.checker import Violation
    from tests.consistency.checking.history import History
    from tests.consistency.checking.loads import Loads
    from tests.consistency.faults.scenarios import Scenario

HEADINGS = (
    "scenario", "seconds", "reads", "writes", "reads 5xx", "reads unanswered", "write attempts failed", "stale reads",
    "backward reads", "impossible reads", "longest staleness in the fault, ms", "after it, ms",
    "slowest read in it, ms", "writes lost", "disagreements at the end", "loads of a cold key", "loads",
    "loads without need",
)  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """When something was broken, in monotonic nanoseconds; the same moment twice if nothing was."""

    begin: int
    end: int


@dataclass
class Figures:
    """What one scenario gave."""

    scenario: Scenario
    seconds: float
    history: History
    violations: list[Violation]
    fault: Fault
    lost: list[str]
    disagreements: list[str]
    loads: int
    processes: int
    watched: Loads
    spent: dict[str, float]
    """Seconds of processor time while the load ran, by who spent them."""
    forgotten: int | None = None
    """Acknowledged writes that PostgreSQL itself lost, where it was to."""

    def row(self) -> list[str]:
        """Write the figures in the order of HEADINGS."""
        counts = [str(self._count(kind)) for kind in ("stale", "backward", "impossible")]
        reads = self.history.reads
        return [
            *(self.scenario.name, f"{self.seconds:.0f}", f"{len(reads):,}", f"{len(self.history.writes):,}"),
            *(str(self.read_errors), str(sum(read.status == 0 for read in reads)), str(self.history.failed_writes)),
            *(*counts, _ms(self._late(after=False)), _ms(self._late(after=True)), self._slowest()),
            *(str(len(self.lost)), str(len(self.disagreements)), str(self.loads)),
            *(f"{self.watched.total:,}", str(len(self.watched.needless)) if self.scenario.monotonic else "-"),
        ]

    @property
    def read_errors(self) -> int:
        """How many reads were answered 5xx."""
        return sum(read.status >= 500 for read in self.history.reads)

    def pause(self) -> str:
        """Say for how long nothing was written."""
        ends = sorted(write.end for write in self.history.writes if write.end)
        return _ms([later - earlier for earlier, later in pairwise(ends)])

    def costs(self) -> str:
        """Say how much processor time one request took of whom, in milliseconds."""
        requests = max(1, len(self.history.reads) + len(self.history.writes))
        return ", ".join(f"{who} {1_000 * seconds / requests:.2f}" for who, seconds in self.spent.items())

    def faults(self) -> list[str]:
        """Name what goes beyond what the scenario allows."""
        scenario = self.scenario
        beyond = [*self.lost, *self.disagreements, *self.history.oddities[:20]]
        beyond += [str(each) for each in self.violations if not self._is_allowed(each)]
        if self.read_errors and not scenario.read_errors:
            beyond.append(f"{self.read_errors} reads were answered 5xx while only Redis was broken")
            beyond += self.history.errors[:5]
        if any(read.status == 0 for read in self.history.reads) and not scenario.read_errors:
            beyond.append("reads were not answered while only Redis was broken")
        if scenario.monotonic:
            beyond += self.watched.needless
        if self.forgotten == 0:
            beyond.append("PostgreSQL lost nothing, so nothing was tried")
        if self.loads > 1:
            beyond.append(f"one cold key was loaded {self.loads} times")
        return beyond

    def _is_allowed(self, violation: Violation) -> bool:
        scenario = self.scenario
        if violation.kind == "impossible":
            return False
        if violation.kind == "backward":
            return not scenario.monotonic
        return violation.read.start - violation.since <= scenario.stale_at_most * SECOND

    def _count(self, kind: str) -> int:
        return sum(violation.kind == kind for violation in self.violations)

    def _late(self, *, after: bool) -> Iterable[int]:
        end = self.fault.end
        return [v.staleness for v in self.violations if v.kind == "stale" and (v.read.start > end) == after]

    def _slowest(self) -> str:
        within = [r for r in self.history.reads if r.start <= self.fault.end and r.end >= self.fault.begin]
        return _ms([read.end - read.start for read in within])


def _ms(nanoseconds: Iterable[int]) -> str:
    longest = max(nanoseconds, default=None)
    return "-" if longest is None else f"{longest / 1e6:.0f}"
