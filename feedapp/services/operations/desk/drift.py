"""Counters that drifted: looked for all the time, a few owners a minute, and repaired by a button.

How far the walk is, and what it found, is kept beside the states of servers: whichever process is next goes on.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from feedapp.services.operations.counts import KINDS

if TYPE_CHECKING:
    from feedapp.repositories.figures.ring import RingRepository
    from feedapp.services.operations.counts import CountService

EVERY = 60.0
OWNERS = 500
SHOWN = 100
"""Drifted owners that are kept at most, and repaired by one click."""
SOURCE = "counters"

log = logging.getLogger(__name__)


class Drift:
    """Looks for them, and repairs them."""

    def __init__(self, *, counts: CountService, ring: RingRepository) -> None:
        self._counts = counts
        self._ring = ring

    def look(self) -> int:
        """Compare the next few; give how many are wrong."""
        state = self.state()
        kind, last = state.get("kind", KINDS[0]), state.get("last", 0)
        end, found = self._counts.look(kind, last, at_most=OWNERS)
        wrong: list[list[Any]] = state.get("wrong", [])
        for difference in found:
            entry = [kind, difference.owner_id]
            if entry not in wrong:
                log.warning(
                    "Counter %s of %s %d says %s, there are %d",
                    difference.counter, kind, difference.owner_id, difference.counted, difference.true,
                )  # fmt: skip
                wrong.append(entry)
        state |= {"kind": kind, "last": end or 0, "wrong": wrong[:SHOWN]}
        if end is None:
            is_last = kind == KINDS[-1]
            state["kind"] = KINDS[0] if is_last else KINDS[KINDS.index(kind) + 1]
            state["walks"] = state.get("walks", 0) + is_last
        self._ring.keep_state(SOURCE, state)
        return len(found)

    def repair(self) -> int:
        """Repair those that were found; give how many counters were wrong indeed."""
        state = self.state()
        repaired = 0
        for kind in KINDS:
            ids = sorted(owner for found, owner in state.get("wrong", []) if found == kind)
            if ids:
                repaired += len(self._counts.repair_of(kind, ids))
        self._ring.keep_state(SOURCE, state | {"wrong": []})
        return repaired

    def state(self) -> dict[str, Any]:
        """Give how far the walk is, and `wrong`: [kind, id] of each owner of a drifted counter."""
        return next((dict(each.state) for each in self._ring.servers() if each.source == SOURCE), {})
