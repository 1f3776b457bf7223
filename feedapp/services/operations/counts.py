"""Checks and repairs the counters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.cache.catalogue.invalidation.operations import (
    comment_counters_repaired,
    post_counters_repaired,
    user_counters_repaired,
)
from feedapp.cache.catalogue.invalidation.tags import tags_recounted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from feedapp.repositories.counters import CounterRepository, Difference
    from feedapp.writing.unit_of_work import UnitOfWork

PORTION = 1_000
LOCKED = 100
KINDS = ("user", "post", "comment", "tag")

_REPAIRED = {
    "user": lambda owner_id: user_counters_repaired(user_id=owner_id),
    "post": lambda owner_id: post_counters_repaired(post_id=owner_id),
    "comment": lambda owner_id: comment_counters_repaired(comment_id=owner_id),
}


class CountService:
    """Compares counters with the rows they count, beside a site that is in use."""

    def __init__(self, *, unit_of_work: UnitOfWork, counters: CounterRepository) -> None:
        self._unit_of_work = unit_of_work
        self._counters = counters

    def differences(self) -> Iterator[tuple[str, Difference]]:
        """Give every counter that is wrong, as ("user", "post", "comment" or "tag", difference)."""
        for kind, found in self._portions():
            yield from ((kind, each) for each in found)

    def repair(self) -> Iterator[tuple[str, Difference]]:
        """Set them right, and give those that were wrong."""
        for kind, found in self._portions():
            ids = sorted({difference.owner_id for difference in found})
            for start in range(0, len(ids), LOCKED):
                yield from ((kind, each) for each in self.repair_of(kind, ids[start : start + LOCKED]))

    def _portions(self) -> Iterator[tuple[str, list[Difference]]]:
        for kind in KINDS:
            last_id = 0
            while True:
                last, found = self.look(kind, last_id, at_most=PORTION)
                if last is None:
                    break
                last_id = last
                yield kind, found

    def look(self, kind: str, last_id: int, *, at_most: int) -> tuple[int | None, list[Difference]]:
        """Compare the counters of the next few; give the last id of them, None if there is nobody more."""
        with self._unit_of_work(bulk=True):
            ids = list(self._counters.owners_after(kind, last_id, at_most=at_most))
            return (ids[-1] if ids else None), self._counters.differences(kind, ids)

    def repair_of(self, kind: str, ids: list[int]) -> list[Difference]:
        """Set those of a few right; give those that were wrong.

        They are counted again while nobody can change the counters, since they may have changed meanwhile.
        """
        with self._unit_of_work() as work:
            self._counters.lock(kind, ids)
            found = self._counters.differences(kind, ids)
            for difference in found:
                self._counters.set(kind, difference)
                if kind != "tag":
                    work.stales(_REPAIRED[kind](difference.owner_id))
            if kind == "tag":
                work.stales(tags_recounted(tags=self._counters.tag_names([each.owner_id for each in found]).values()))
        return found
