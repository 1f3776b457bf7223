"""Likes of comments in an archive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedapp.archive.batches import Batch, Record
from feedapp.cache.catalogue.invalidation.operations import past_comment_likes_imported

if TYPE_CHECKING:
    from datetime import datetime

    from feedapp.archive.fields import Fields


@dataclass(frozen=True, slots=True)
class CommentLike(Record):
    """A like of a comment, which is known by its post, its author and its time: comments have no id in a file."""

    kind = "comment_like"
    post: str
    author: str
    commented_at: datetime
    user: str
    created_at: datetime

    @classmethod
    def read(cls, fields: Fields, line: int) -> CommentLike:
        """Check what a line says. Raise ValueError."""
        commented_at = fields.moment("commented_at")
        if commented_at is None:
            raise ValueError("commented_at is missing")
        names = fields.archive_id("post"), fields.username("author")
        return cls(line, *names, commented_at, fields.username("user"), fields.created_at())

    def usernames(self) -> tuple[str, ...]:
        """Name the people in it."""
        return self.author, self.user

    def posts(self) -> tuple[str, ...]:
        """Give the archive ids of the posts in it."""
        return (self.post,)

    @classmethod
    def bring(cls, batch: Batch) -> None:
        """Bring in those that are not there yet."""

        def ids(like: CommentLike) -> tuple[int, int, int]:
            post_id = batch.posts.id(like.post, like.line)
            return post_id, batch.users.id(like.author, like.line), batch.users.id(like.user, like.line)

        named = list(batch.named(cls, ids))
        rows = [
            {"n": n, "post_id": post_id, "author_id": author_id, "created_at": like.commented_at}
            for n, (like, (post_id, author_id, _)) in enumerate(named)
        ]
        comments = batch.rows.comments_at(rows) if rows else {}
        first: dict[tuple[int, int], datetime] = {}
        for n, (like, (_, _, user_id)) in enumerate(named):
            if n in comments:
                first.setdefault((comments[n], user_id), like.created_at)
            else:
                batch.outcome.fault(cls.kind, like.line, f'there is no comment of "{like.author}" at that time')
        added = batch.rows.add_pairs("comment_likes", ("comment_id", "user_id"), first)
        batch.brought(cls, len(added))
        for comment_id, _ in added:
            batch.count("comment", comment_id, "likes")
        batch.work.stales(past_comment_likes_imported(likes=sorted(added)))
