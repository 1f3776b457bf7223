"""Checks that nothing is loaded that need not be: one load for each time that a key was missing.

A lease that was taken is a load. Between a load that was stored and the next of the same key, something must have
deleted it: a write, or the end of its lifetime. For a page, also what deletes or replaces one of its stamps.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from feedapp.cache.catalogue import keys
from tests.consistency.checking.history import SECOND
from tests.consistency.sites.watching import CLAIM, DELETE, FILL, STAMP

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.consistency.sites.watching import Event

SHORTEST_LIFE = 0.9 * min(template.lifetime for template in keys.TEMPLATES.values())
READ_AHEAD = SECOND // 5
"""How long before its fill a page's stamps may have been read: one that fell since then made it dead when stored."""


class Loads(NamedTuple):
    """How many there were, and those without need."""

    total: int
    needless: list[str]


def check(events: Iterable[Event]) -> Loads:
    """Check the events of all processes. What may have happened in another order is given the benefit of the doubt."""
    fills: dict[str, list[tuple[int, int]]] = defaultdict(list)
    deleted: dict[str, int] = defaultdict(int)
    total, needless = 0, []
    for kind, start, end, key in sorted(events, key=lambda event: event[2] if event[0] == CLAIM else event[1]):
        if kind in (DELETE, STAMP):
            deleted[key] = max(deleted[key], end)
        elif kind == FILL:
            fills[key].append((start, end))
        else:
            total += 1
            before = next((begin for begin, ended in reversed(fills[key]) if ended <= start), None)
            if before is None or start - before > SHORTEST_LIFE * SECOND:
                continue
            stamps = _stamps(key)
            if max(deleted[each] for each in (key, *stamps)) < before - (READ_AHEAD if stamps else 0):
                needless.append(f"{key} was loaded again after {(start - before) / 1e6:.1f} ms, and nothing deleted it")
    return Loads(total, needless)


def _stamps(key: str) -> list[str]:
    """Name the stamps of the list that a page belongs to."""
    base, _, rest = key.rpartition(":")
    if not rest.isdigit() or base.count(":") < 2:
        return []
    listing = base.rpartition(":")[0]
    return [f"{listing}:stamp", "posts:feed:home:stamp"]
