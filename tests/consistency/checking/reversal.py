"""What must hold when PostgreSQL continues from an older state: two histories, and nothing of the first in the second.

Between the end of the old primary and the first acknowledged change in the new one nobody can know which it is: what is
in Redis is still shown then. From that change on, a read shows the new history only: the state of the standby, and what
was written since.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from tests.consistency.checking.checker import Checker
from tests.consistency.load import world

if TYPE_CHECKING:
    from tests.consistency.checking.checker import Violation
    from tests.consistency.checking.history import History


class Reversal(NamedTuple):
    """When the standby fell behind, the primary ended, and the standby took writes (monotonic nanoseconds).

    `values`: what the standby held, of every register.
    """

    cut: int
    killed: int
    promoted: int
    values: dict[int, int]

    def first_values(self) -> dict[int, int]:
        """Give the values with which the second history begins, of all registers that are written."""
        return {register: self.values[register] for register in world.first_values()}

    def before(self, whole: History) -> History:
        """Give the first history; what was answered after its end may have happened."""
        writes = [
            each if each.end and each.end < self.killed else each._replace(end=None)
            for each in whole.writes
            if each.start < self.killed
        ]
        return replace(whole, writes=writes, reads=[each for each in whole.reads if each.end < self.killed])

    def after(self, whole: History) -> History:
        """Give the second history, from its first acknowledged change on.

        An "already done", since what it was to undo is lost, waits for nobody: see docs/consistency.md. What of the
        first history may still take effect at any time may do so in this one.
        """
        writes = [each for each in whole.writes if each.end is None or each.end > self.promoted]
        standing, begun = self.first_values(), float("inf")
        for each in sorted(writes, key=lambda write: write.start):
            if each.seen_from and standing[each.register] != each.value:
                begun = min(begun, each.seen_from)
            standing[each.register] = each.value
        writes += [
            each._replace(end=None) for each in whole.writes if each.again and 0 < (each.end or 0) <= self.promoted
        ]
        return replace(whole, writes=writes, reads=[each for each in whole.reads if each.start > begun])

    def lost(self, whole: History) -> int:
        """Count the writes that were acknowledged, and are not in the second history."""
        return sum(each.start > self.cut and bool(each.end) and (each.end or 0) < self.killed for each in whole.writes)

    def check(self, whole: History) -> list[Violation]:
        """Check both."""
        first = Checker(self.before(whole).writes, world.first_values()).check(self.before(whole))
        after = self.after(whole)
        return first + Checker(after.writes, self.first_values()).check(after)
