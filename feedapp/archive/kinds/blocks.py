"""Blocks in an archive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedapp.archive.batches import Batch, Record
from feedapp.cache.catalogue.invalidation.relations import block_changed

if TYPE_CHECKING:
    from datetime import datetime

    from feedapp.archive.fields import Fields


@dataclass(frozen=True, slots=True)
class Block(Record):
    """That neither sees anything of the other, at the wish of `blocker`."""

    kind = "block"
    blocker: str
    blocked: str
    created_at: datetime

    @classmethod
    def read(cls, fields: Fields, line: int) -> Block:
        """Check what a line says. Raise ValueError."""
        blocker, blocked = fields.username("blocker"), fields.username("blocked")
        if blocker == blocked:
            raise ValueError("nobody can block themselves")
        return cls(line, blocker, blocked, fields.created_at())

    def usernames(self) -> tuple[str, ...]:
        """Name the people in it."""
        return (self.blocker, self.blocked)

    @classmethod
    def bring(cls, batch: Batch) -> None:
        """Bring in those that are not there yet."""
        first: dict[tuple[int, int], datetime] = {}
        for each, pair in batch.named(
            Block, lambda each: (batch.users.id(each.blocker, each.line), batch.users.id(each.blocked, each.line))
        ):
            first.setdefault(pair, each.created_at)
        added = batch.rows.add_pairs("blocks", ("blocker_id", "blocked_id"), first)
        batch.brought(cls, len(added))
        for blocker_id, blocked_id in sorted(added):
            batch.work.stales(block_changed(blocker_id=blocker_id, blocked_id=blocked_id))
