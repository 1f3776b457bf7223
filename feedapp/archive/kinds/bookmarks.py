"""Bookmarks in an archive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedapp.archive.batches import Batch, Record
from feedapp.cache.catalogue.invalidation.operations import past_bookmarks_imported

if TYPE_CHECKING:
    from datetime import datetime

    from feedapp.archive.fields import Fields


@dataclass(frozen=True, slots=True)
class Bookmark(Record):
    """A bookmark."""

    kind = "bookmark"
    post: str
    user: str
    created_at: datetime

    @classmethod
    def read(cls, fields: Fields, line: int) -> Bookmark:
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
        for bookmark, pair in batch.named(
            Bookmark, lambda each: (batch.posts.id(each.post, each.line), batch.users.id(each.user, each.line))
        ):
            first.setdefault(pair, bookmark.created_at)
        added = batch.rows.add_pairs("bookmarks", ("post_id", "user_id"), first)
        batch.brought(cls, len(added))
        batch.work.stales(past_bookmarks_imported(bookmarks=sorted(added)))
