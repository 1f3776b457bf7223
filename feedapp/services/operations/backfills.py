"""Large changes of rows after a migration: made in portions beside the site, by a periodic job that resumes.

A migration orders one with a row of `backfills`. Each portion is a transaction of its own, or several, and bears being
done twice: how far the change is, is noted after it.
"""

from __future__ import annotations

import logging
from time import monotonic
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from feedapp.repositories.delivery.backfills import BackfillRepository
    from feedapp.services.operations.counts import CountService
    from feedapp.writing.unit_of_work import UnitOfWork

EVERY = 30.0
LONGEST = 5.0
"""Seconds of one run, after which it goes on with the next portion at the next one: other jobs wait meanwhile."""
PORTION = 500
LOCKED = 100

log = logging.getLogger(__name__)


class Change(Protocol):
    """One large change."""

    def __call__(self, after: int) -> int | None:
        """Change the next few rows above an id; give the last id, None if there are no more."""


class BackfillService:
    """Goes on with what is unfinished. What this version does not know is left to the one that has ordered it."""

    def __init__(
        self, *, unit_of_work: UnitOfWork, backfills: BackfillRepository, changes: Mapping[str, Change]
    ) -> None:
        self._unit_of_work = unit_of_work
        self._backfills = backfills
        self._changes = changes

    def go_on(self) -> int:
        """Do portions for some seconds; give how many."""
        done, until = 0, monotonic() + LONGEST
        for name, position in self._unfinished():
            change = self._changes.get(name)
            last: int | None = position
            while change is not None and last is not None and monotonic() < until:
                last = change(last)
                with self._unit_of_work():
                    self._backfills.note(name, last)
                done += 1
                if last is None:
                    log.info("Backfill %s is finished", name)
        return done

    def _unfinished(self) -> list[tuple[str, int]]:
        with self._unit_of_work():
            return [(each.name, each.position) for each in self._backfills.unfinished()]


def counts_of_tags(counts: CountService) -> Change:
    """Give what counts the posts and followers of tags anew."""

    def change(after: int) -> int | None:
        last, found = counts.look("tag", after, at_most=PORTION)
        ids = sorted({each.owner_id for each in found})
        for start in range(0, len(ids), LOCKED):
            counts.repair_of("tag", ids[start : start + LOCKED])
        return last

    return change
