"""Mutes in an archive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedapp.archive.batches import Batch, Record
from feedapp.cache.catalogue.invalidation.relations import mute_changed

if TYPE_CHECKING:
    from datetime import datetime

    from feedapp.archive.fields import Fields


@dataclass(frozen=True, slots=True)
class Mute(Record):
    """That `muter` does not read `muted`."""

    kind = "mute"
    muter: str
    muted: str
    created_at: datetime

    @classmethod
    def read(cls, fields: Fields, line: int) -> Mute:
        """Check what a line says. Raise ValueError."""
        muter, muted = fields.username("muter"), fields.username("muted")
        if muter == muted:
            raise ValueError("nobody can mute themselves")
        return cls(line, muter, muted, fields.created_at())

    def usernames(self) -> tuple[str, ...]:
        """Name the people in it."""
        return (self.muter, self.muted)

    @classmethod
    def bring(cls, batch: Batch) -> None:
        """Bring in those that are not there yet."""
        first: dict[tuple[int, int], datetime] = {}
        for each, pair in batch.named(
            Mute, lambda each: (batch.users.id(each.muter, each.line), batch.users.id(each.muted, each.line))
        ):
            first.setdefault(pair, each.created_at)
        added = batch.rows.add_pairs("mutes", ("muter_id", "muted_id"), first)
        batch.brought(cls, len(added))
        for muter_id in sorted({muter_id for muter_id, _ in added}):
            batch.work.stales(mute_changed(muter_id=muter_id))
