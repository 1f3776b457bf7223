"""Names that people had before, in an archive: what texts of then mean by them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from feedapp.archive.batches import Batch, Record
from feedapp.cache.catalogue.invalidation.people import held_names_changed

if TYPE_CHECKING:
    from datetime import datetime

    from feedapp.archive.fields import Fields


@dataclass(frozen=True, slots=True)
class HeldName(Record):
    """A name that somebody had from `created_at` to before `until`."""

    kind = "held_name"
    user: str
    name: str
    created_at: datetime
    until: datetime

    @classmethod
    def read(cls, fields: Fields, line: int) -> HeldName:
        """Check what a line says. Raise ValueError."""
        since, until = fields.created_at(), fields.moment("until")
        if until is None or until <= since:
            raise ValueError("until must be after created_at")
        return cls(line, fields.username("user"), fields.username("name"), since, until)

    def usernames(self) -> tuple[str, ...]:
        """Name the people in it."""
        return (self.user,)

    @classmethod
    def bring(cls, batch: Batch) -> None:
        """Bring in those that are not there yet."""
        rows: list[dict[str, Any]] = [
            {"user_id": user_id, "username": each.name, "held_from": each.created_at, "held_until": each.until}
            for each, user_id in batch.named(HeldName, lambda each: batch.users.id(each.user, each.line))
        ]
        added = batch.rows.add_held_names(rows) if rows else []
        batch.brought(cls, len(added))
        batch.work.stales(held_names_changed(usernames=sorted(set(added))))
