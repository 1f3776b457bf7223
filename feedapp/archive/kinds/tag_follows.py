"""Follows of tags in an archive."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedapp.archive.batches import Batch, Record
from feedapp.cache.catalogue.invalidation.tags import past_tag_follow_imported
from feedapp.text import tags

if TYPE_CHECKING:
    from datetime import datetime

    from feedapp.archive.fields import Fields


@dataclass(frozen=True, slots=True)
class TagFollow(Record):
    """That somebody follows a tag."""

    kind = "tag_follow"
    tag: str
    user: str
    created_at: datetime

    @classmethod
    def read(cls, fields: Fields, line: int) -> TagFollow:
        """Check what a line says. Raise ValueError."""
        return cls(line, fields.text("tag", _tag), fields.username("user"), fields.created_at())

    def usernames(self) -> tuple[str, ...]:
        """Name the people in it."""
        return (self.user,)

    @classmethod
    def bring(cls, batch: Batch) -> None:
        """Bring in those that are not there yet."""
        first: dict[tuple[int, str], datetime] = {}
        for follow, user_id in batch.named(TagFollow, lambda each: batch.users.id(each.user, each.line)):
            first.setdefault((user_id, follow.tag), follow.created_at)
        if first:
            batch.later((name for _, name in first), lambda: _add(batch, first))
        else:
            batch.brought(cls, 0)


def _add(batch: Batch, wanted: dict[tuple[int, str], datetime]) -> None:
    ids = batch.tag_ids
    names = {tag_id: name for name, tag_id in ids.items()}
    pairs = {(user_id, ids[name]): moment for (user_id, name), moment in wanted.items()}
    added = batch.rows.add_pairs("tag_follows", ("user_id", "tag_id"), pairs)
    batch.brought(TagFollow, len(added))
    if added:
        batch.rows.count_followers(Counter(tag_id for _, tag_id in added))
    for user_id, tag_id in sorted(added):
        batch.work.stales(past_tag_follow_imported(user_id=user_id, tag=names[tag_id]))


def _tag(text: str) -> str:
    name = tags.read(text)
    if name is None:
        raise ValueError("is no tag")
    return name
