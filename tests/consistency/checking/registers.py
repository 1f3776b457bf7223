"""The values that a register may have had at a time, from the writes to it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.consistency.checking.history import Write

LONG_AGO = -1
Window = tuple[int, int]


class Register:
    """One writer's sequence of values. A version is an index into `values`; version 0 was there before the load.

    An attempt that was not answered has no place in the sequence: nobody knows when it takes effect, or whether.
    """

    def __init__(self, first: int, writes: Sequence[Write] = ()) -> None:
        """`writes` are in the order in which their one writer made them."""
        self.values = [first, *(write.value for write in writes)]
        self.starts = [LONG_AGO, *(write.start for write in writes)]
        self.ends: list[int | None] = [LONG_AGO, *(write.seen_from for write in writes)]
        self._acknowledged = [version for version, end in enumerate(self.ends) if end is not None]
        self._acknowledged_at = [end for end in self.ends if end is not None]
        self._open: dict[int, int] = {}
        for write in writes:
            if write.again:
                self._open.setdefault(write.value, write.start)

    def window(self, start: int, end: int) -> Window:
        """Give the first and last version that a read from `start` to `end` may show.

        The first is the latest that was acknowledged before the read began; the last, the latest begun before its end.
        """
        oldest = self._acknowledged[bisect_left(self._acknowledged_at, start) - 1]
        return oldest, bisect_right(self.starts, end) - 1

    def may_return(self, value: int, end: int) -> bool:
        """Tell whether an attempt that was not answered can explain the value in a read that ends then."""
        return self._open.get(value, end + 1) <= end

    def find(self, value: int, window: Window) -> int | None:
        """Give the first version in a window that has the value."""
        for version in range(window[0], window[1] + 1):
            if self.values[version] == value:
                return version
        return None

    def find_before(self, value: int, version: int) -> int | None:
        """Give the last version before another that has the value."""
        return next((each for each in range(version - 1, -1, -1) if self.values[each] == value), None)

    def missed_at(self, version: int, start: int) -> int:
        """Give when the first write after a version was acknowledged: what a read at `start` that shows it missed."""
        for at, acknowledged in zip(self._acknowledged_at, self._acknowledged, strict=True):
            if acknowledged > version:
                return at
        return start

    def possible(self, start: int, end: int) -> set[int]:
        """Give the values that a read may show."""
        oldest, newest = self.window(start, end)
        return {*self.values[oldest : newest + 1], *(value for value, begun in self._open.items() if begun <= end)}


def merged(components: Sequence[tuple[int, Sequence[Write]]], weigh: Callable[[int], int] = bool) -> Register | None:
    """Make one register of a sum, if all its parts have the same writer and so one order; else None."""
    writes = sorted(
        ((write, part) for part, (_, own) in enumerate(components) for write in own), key=lambda pair: pair[0].start
    )
    before = LONG_AGO
    for write, _ in writes:
        if write.start < before or write.seen_from is None or write.again:
            return None
        before = write.seen_from
    state = [weigh(first) for first, _ in components]
    total = sum(state)
    sequence: list[Write] = []
    for write, part in writes:
        state[part] = weigh(write.value)
        if sum(state) != (sequence[-1].value if sequence else total):
            sequence.append(write._replace(value=sum(state)))
    return Register(total, sequence)


class Sum:
    """A count whose parts have several writers: only its bounds are known."""

    def __init__(self, parts: Sequence[Register]) -> None:
        self._parts = parts

    def allows(self, value: int, start: int, end: int) -> bool:
        """Tell whether a read may show the value."""
        possible = [{bool(each) for each in part.possible(start, end)} for part in self._parts]
        return sum(map(min, possible)) <= value <= sum(map(max, possible))

    def staleness(self, value: int, start: int, end: int) -> int | None:
        """Give how much earlier a read would have had to begin to show the value, doubling from 1 ms; None if never."""
        back = 1_000_000
        while not self.allows(value, max(start - back, 0), end):
            if back > start:
                return None
            back *= 2
        return min(back, start)
