"""Posts in an archive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from feedapp.archive.batches import Batch, Record
from feedapp.archive.fields import LARGEST
from feedapp.archive.names import own_ids
from feedapp.cache.catalogue.invalidation.operations import past_imported
from feedapp.schemas import texts
from feedapp.text.links import tags

if TYPE_CHECKING:
    from datetime import datetime

    from feedapp.archive.fields import Fields

VISIBILITIES = ("public", "followers")


@dataclass(frozen=True, slots=True)
class Post(Record):
    """A post; `archive_id` is its id in the file. `hidden` is why moderators hid it, "" if they did not.

    `number` is its id where it comes from, 0 if unknown.
    """

    kind = "post"
    archive_id: str
    author: str
    body: str
    created_at: datetime
    edited_at: datetime | None
    visibility: str
    language: str | None
    hidden: str
    hidden_at: datetime | None
    number: int

    @classmethod
    def read(cls, fields: Fields, line: int) -> Post:
        """Check what a line says. Raise ValueError."""
        archive_id, author = fields.archive_id("id"), fields.username("author")
        body = fields.text("body", texts.body)
        visibility = fields.optional("visibility", _visibility, VISIBILITIES[0])
        number = fields.kept_id() or next((own["id"] for own in own_ids([archive_id]) if own["id"] <= LARGEST), 0)
        times = fields.created_at(), fields.edited_at()
        return cls(line, archive_id, author, body, *times, visibility, fields.language(), *fields.hidden(), number)

    def usernames(self) -> tuple[str, ...]:
        """Name the people in it."""
        return (self.author,)

    def posts(self) -> tuple[str, ...]:
        """Give the archive ids of the posts in it."""
        return (self.archive_id,)

    @classmethod
    def bring(cls, batch: Batch) -> None:
        """Bring in those that are not there yet."""
        batch.look_up_posts()
        first: dict[str, dict[str, Any]] = {}
        lines: dict[str, int] = {}
        for post, author_id in batch.named(Post, lambda post: batch.users.id(post.author, post.line)):
            if post.archive_id not in batch.posts and post.archive_id not in first:
                first[post.archive_id] = {
                    "n": len(first),
                    "id": post.number,
                    "archive_id": post.archive_id,
                    "author_id": author_id,
                    "body": post.body,
                    "created_at": post.created_at,
                    "edited_at": post.edited_at,
                    "visibility": post.visibility,
                    "language": post.language,
                    "hidden": post.hidden or None,
                    "hidden_at": post.hidden_at,
                }
                lines[post.archive_id] = post.line
        batch.keep_ids("posts", list(first.values()))
        added = batch.rows.add_posts(list(first.values())) if first else {}
        batch.posts.bring(added, lines)
        batch.brought(cls, len(added))
        authors = [first[archive_id]["author_id"] for archive_id in added]
        for archive_id, post_id in added.items():
            if first[archive_id]["hidden"] is None:
                public = first[archive_id]["visibility"] == VISIBILITIES[0]
                batch.tag(post_id, tags(first[archive_id]["body"]), counted=public)
                batch.count("user", first[archive_id]["author_id"], "posts")
        if authors:
            batch.work.stales(past_imported(author_ids=set(authors)))


def _visibility(text: str) -> str:
    if text not in VISIBILITIES:
        raise ValueError(f"must be {' or '.join(VISIBILITIES)}")
    return text
