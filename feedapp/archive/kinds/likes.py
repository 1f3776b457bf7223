"""Likes in an archive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedapp.archive.batches import Batch, Record
from feedapp.cache.catalogue.invalidation.operations import past_likes_imported

if TYPE_CHECKING:
    from datetime import datetime

    from feedapp.archive.fields import Fields


@dataclass(frozen=True, slots=True)
class Like(Record):
    """A like."""

    kind = "like"
    post: str
    user: str
    created_at: datetime

    @classmethod
    def read(cls, fields: Fields, line: int) -> Like:
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
        """Bring in those that are not there yet."""
        first: dict[tuple[int, int], datetime] = {}
        for like, pair in batch.named(
            Like, lambda each: (batch.posts.id(each.post, each.line), batch.users.id(each.user, each.line))
        ):
            first.setdefault(pair, like.created_at)
        added = batch.rows.add_pairs("likes", ("post_id", "user_id"), first)
        batch.brought(cls, len(added))
        for post_id, _ in added:
            batch.count("post", post_id, "likes")
        batch.work.stales(past_likes_imported(likes=sorted(added)))
