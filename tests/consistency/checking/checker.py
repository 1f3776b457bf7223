"""Finds, in a history, every read that showed what it could not.

Stale: it began after a write had been acknowledged and shows the state before it. Backward: it began after another read
had ended, and shows an older state than that one did. Impossible: no write explains it at all. Every register but the
sums has one writer, so the order of its values is known and the check exact.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Literal, NamedTuple

from tests.consistency.checking.registers import Register, Sum, merged
from tests.consistency.load import world

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tests.consistency.checking.history import History, Read, Write

Kind = Literal["stale", "backward", "impossible"]


class Violation(NamedTuple):
    """One value that a read must not have shown. `since`: when what it missed was acknowledged, or shown to another."""

    kind: Kind
    register: int
    value: int
    read: Read
    since: int

    @property
    def staleness(self) -> int:
        """Nanoseconds from the acknowledgement to the start of the read."""
        return self.read.start - self.since

    def __str__(self) -> str:
        read = self.read
        return (
            f"{self.kind}: {world.name(self.register)} shown as {self.value} by {read.view} of process {read.process} "
            f"to client {read.client}, {self.staleness / 1e6:.1f} ms late, at {read.start}"
        )


class Checker:
    """Knows what every register may have held at any time."""

    def __init__(self, writes: Sequence[Write], first: Mapping[int, int]) -> None:
        own: dict[int, list[Write]] = defaultdict(list)
        for write in sorted(writes, key=lambda write: write.start):
            own[write.register].append(write)
        self.registers = {number: Register(value, own[number]) for number, value in first.items()}
        self._sums: dict[int, Sum] = {}
        for number, parts in world.sums().items():
            one = merged([(first[part], own[part]) for part in parts])
            if one:
                self.registers[number] = one
            else:
                self._sums[number] = Sum([self.registers[part] for part in parts])
        self._homes = world.homes()

    def check(self, history: History) -> list[Violation]:
        """Check all reads, which must be in the order in which they began."""
        found: list[Violation] = []
        seen: dict[int, tuple[array[int], array[int]]] = defaultdict(lambda: (array("i"), array("i")))
        for number, read in enumerate(history.reads):
            for register, value in read.observations():
                if register in self._sums:
                    found += self._check_sum(register, value, read)
                    continue
                for basic, shown in self._taken_apart(register, value, read):
                    numbers, shown_values = seen[basic]
                    numbers.append(number)
                    shown_values.append(shown)
        for register, (numbers, shown_values) in seen.items():
            reads = ((history.reads[number], value) for number, value in zip(numbers, shown_values, strict=True))
            found += self._check_register(register, reads)
        return sorted(found, key=lambda violation: violation.read.start)

    def _taken_apart(self, register: int, value: int, read: Read) -> list[tuple[int, int]]:
        """Say what a post's presence or absence in a home feed shows of the post and of the follow."""
        if register not in self._homes:
            return [(register, value)]
        post, follow = self._homes[register]
        if follow is None:
            return [(post, value)]
        if value:
            return [(post, value), (follow, 1)]
        follows = self.registers[follow].possible(read.start, read.end) == {1}
        exists = 0 not in self.registers[post].possible(read.start, read.end)
        if follows and exists:  # neither can explain it: take the one that would be less late
            return [(max(post, follow, key=lambda number: self._missed_at(number, read)), 0)]
        return [(post, 0)] if follows else [(follow, 0)] if exists else []

    def _missed_at(self, number: int, read: Read) -> int:
        """Give when the write was acknowledged that a read missed if it shows nothing there; 0 if nothing never was."""
        register = self.registers[number]
        older = register.find_before(0, register.window(read.start, read.end)[0])
        return 0 if older is None else register.missed_at(older, read.start)

    def _check_sum(self, register: int, value: int, read: Read) -> Iterator[Violation]:
        total = self._sums[register]
        if not total.allows(value, read.start, read.end):
            late = total.staleness(value, read.start, read.end)
            kind: Kind = "impossible" if late is None else "stale"
            yield Violation(kind, register, value, read, read.start - (late or 0))

    def _check_register(self, number: int, reads: Iterator[tuple[Read, int]]) -> Iterator[Violation]:
        register = self.registers[number]
        ended: list[tuple[int, int]] = []
        shown, shown_at = 0, 0
        for read, value in reads:
            if register.may_return(value, read.end):  # and tells nothing of the order
                continue
            while ended and ended[0][0] < read.start:
                end, version = heappop(ended)
                if version > shown:
                    shown, shown_at = version, end
            window = register.window(read.start, read.end)
            found = register.find(value, (max(shown, window[0]), window[1]))
            if found is not None:
                heappush(ended, (read.end, found))
            elif register.find(value, window) is not None:
                yield Violation("backward", number, value, read, shown_at)
            elif (older := register.find_before(value, window[0])) is not None:
                yield Violation("stale", number, value, read, register.missed_at(older, read.start))
            else:
                yield Violation("impossible", number, value, read, read.start)
