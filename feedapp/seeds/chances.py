"""Chance as it is among people: few have much of everything, most have a little."""

from __future__ import annotations

from array import array
from bisect import bisect
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

TRIES = 4


def zipf(count: int, exponent: float, random: Random) -> array[float]:
    """Give every one of `count` a weight, the r-th heaviest 1 / (r + 2) ** exponent, in random order."""
    weights = array("d", ((rank + 2) ** -exponent for rank in range(count)))
    random.shuffle(weights)
    return weights


def ascending(count: int, random: Random) -> Iterator[float]:
    """Give `count` uniform numbers below 1 in ascending order, without holding them (order statistics, one by one)."""
    rest = 1.0
    for left in range(count, 0, -1):
        rest *= random.random() ** (1 / left)
        yield 1 - rest


class Draw:
    """Draws indexes by weight, from all or only from the first so many."""

    def __init__(self, weights: Sequence[float], random: Random) -> None:
        self._sums = array("d", accumulate(weights))
        self._random = random

    def __call__(self, among: int) -> int:
        """Draw one of the first `among`."""
        return bisect(self._sums, self._random.random() * self._sums[among - 1], 0, among - 1)

    def distinct(self, count: int, *, but: int | None = None) -> list[int]:
        """Draw `count` different ones from all, without `but`; the most likely first if they are nearly all."""
        everyone = len(self._sums)
        drawn: dict[int, None] = {}
        for _ in range(TRIES * count + TRIES):
            if len(drawn) == count:
                return list(drawn)
            index = self(everyone)
            if index != but:
                drawn[index] = None
        rest = [index for index in range(everyone) if index not in drawn and index != but]
        return [*drawn, *self._random.sample(rest, count - len(drawn))]


def allocate(weights: Sequence[float], total: int, most: int, random: Random) -> array[int]:
    """Share out exactly `total` by weight, at most `most` to each. `most` times their number must be enough."""
    counts = array("q", bytes(8 * len(weights)))
    if not total:
        return counts
    factor = total / sum(weights)
    reached, given, offset = 0.0, 0, random.random()
    for index, weight in enumerate(weights):
        reached += weight * factor
        share = min(int(reached + offset), total) - given
        given += share
        counts[index] = min(share, most)
    _share_out(counts, total - sum(counts), most, random.randrange(len(counts)))
    return counts


def _share_out(counts: array[int], rest: int, most: int, start: int) -> None:
    """Give the rest to those who have room for it."""
    index = start
    while rest:
        more = min(most - counts[index], max(1, rest // len(counts)), rest)
        counts[index] += more
        rest -= more
        index = (index + 1) % len(counts)
