"""Pinned posts in an archive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedapp.archive.batches import Batch, Record
from feedapp.cache.catalogue.invalidation.content import pin_changed

if TYPE_CHECKING:
    from datetime import datetime

    from feedapp.archive.fields import Fields


@dataclass(frozen=True, slots=True)
class Pin(Record):
    """Which post of their own somebody has at the top of their profile."""

    kind = "pin"
    post: str
    user: str
    created_at: datetime

    @classmethod
    def read(cls, fields: Fields, line: int) -> Pin:
        """Check what a line says. Raise ValueError."""
        return cls(line, fields.archive_id("post"), fields.username("user"), fields.created_at())

    def usernames(self) -> tuple[str, ...]:
        """Name the people in it."""
        return (self.user,)

    def posts(self) -> tuple[str, ...]:
        """Give the archive ids of the posts in it."""
        return (self.post,)

    @classmethod
    def bring(cls, batch: Batch) -> None:
        """Bring in those of people who have pinned nothing here; one of another's post is passed over."""
        first: dict[int, tuple[int, datetime]] = {}
        for pin, (post_id, user_id) in batch.named(
            Pin, lambda each: (batch.posts.id(each.post, each.line), batch.users.id(each.user, each.line))
        ):
            first.setdefault(user_id, (post_id, pin.created_at))
        added = batch.rows.add_pins(first) if first else []
        batch.brought(cls, len(added))
        for user_id in added:
            batch.work.stales(pin_changed(user_id=user_id))
