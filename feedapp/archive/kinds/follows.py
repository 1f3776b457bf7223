"""Follows in an archive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedapp.archive.batches import Batch, Record
from feedapp.cache.catalogue.invalidation.operations import past_follow_imported

if TYPE_CHECKING:
    from datetime import datetime

    from feedapp.archive.fields import Fields


@dataclass(frozen=True, slots=True)
class Follow(Record):
    """That one reads the other."""

    kind = "follow"
    follower: str
    followee: str
    created_at: datetime

    @classmethod
    def read(cls, fields: Fields, line: int) -> Follow:
        """Check what a line says. Raise ValueError."""
        follower, followee = fields.username("follower"), fields.username("followee")
        if follower == followee:
            raise ValueError("nobody can follow themselves")
        return cls(line, follower, followee, fields.created_at())

    def usernames(self) -> tuple[str, ...]:
        """Name the people in it."""
        return (self.follower, self.followee)

    @classmethod
    def bring(cls, batch: Batch) -> None:
        """Bring in those that are not there yet."""
        first: dict[tuple[int, int], datetime] = {}
        for follow, pair in batch.named(
            Follow,
            lambda each: (batch.users.id(each.follower, each.line), batch.users.id(each.followee, each.line)),
        ):
            first.setdefault(pair, follow.created_at)
        added = batch.rows.add_pairs("follows", ("follower_id", "followee_id"), first)
        batch.brought(cls, len(added))
        for follower_id, followee_id in sorted(added):
            batch.count("user", follower_id, "following")
            batch.count("user", followee_id, "followers")
            batch.work.stales(past_follow_imported(follower_id=follower_id, followee_id=followee_id))
