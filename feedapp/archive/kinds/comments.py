"""Comments in an archive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from feedapp.archive.batches import Batch, Record
from feedapp.archive.kinds.threading import addressed, called, thread
from feedapp.cache.catalogue.invalidation.operations import past_comments_imported
from feedapp.schemas import texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from feedapp.archive.fields import Fields


@dataclass(frozen=True, slots=True)
class Comment(Record):
    """A comment; `dated` tells whether the line had a time.

    `in_reply_to` is whose comment it answers, and `answers_at` when that was written, None for their last one before.
    The first is "" if it answers none, and None if the line does not say: then one that begins with `@name` answers
    that person, if they wrote something there before; so does one that begins with what they are `called`, without its
    gaps, or with the beginning of that.
    `number` is its id where it comes from, 0 if unknown.
    """

    kind = "comment"
    post: str
    author: str
    body: str
    created_at: datetime
    edited_at: datetime | None
    dated: bool
    in_reply_to: str | None
    called: str | None
    answers_at: datetime | None
    language: str | None
    hidden: str
    hidden_at: datetime | None
    number: int

    @classmethod
    def read(cls, fields: Fields, line: int) -> Comment:
        """Check what a line says. Raise ValueError."""
        post, author = fields.archive_id("post"), fields.username("author")
        body, dated = fields.text("body", texts.body), fields.has("created_at")
        answered = fields.optional("in_reply_to", lambda text: text and texts.username(text), "")
        in_reply_to = answered if fields.has("in_reply_to") else addressed(body)
        name = None if fields.has("in_reply_to") else called(body)
        times = fields.created_at(), fields.edited_at()
        at, language = fields.moment("answers_at"), fields.language()
        hidden, number = fields.hidden(), fields.kept_id()
        return cls(line, post, author, body, *times, dated, in_reply_to, name, at, language, *hidden, number)

    def usernames(self) -> tuple[str, ...]:
        """Name the people in it."""
        return (self.author,)

    def posts(self) -> tuple[str, ...]:
        """Give the archive ids of the posts in it."""
        return (self.post,)

    @classmethod
    def bring(cls, batch: Batch) -> None:
        """Bring in those that are not there yet: comments have no id in a file, so they are known by what they say."""

        def ids(comment: Comment) -> tuple[int, int]:
            return batch.posts.id(comment.post, comment.line), batch.users.id(comment.author, comment.line)

        rows = [
            {
                "n": n,
                "id": comment.number,
                "post_id": post_id,
                "author_id": author_id,
                "body": comment.body,
                "created_at": comment.created_at,
                "edited_at": comment.edited_at,
                "dated": comment.dated,
                "author": comment.author,
                "answered": comment.in_reply_to,
                "called": comment.called,
                "answers_at": comment.answers_at,
                "language": comment.language,
                "hidden": comment.hidden or None,
                "hidden_at": comment.hidden_at,
            }
            for n, (comment, (post_id, author_id)) in enumerate(batch.named(Comment, ids))
        ]
        known = batch.rows.known_comments(rows, newest=batch.newest) if rows else set()
        new = list(_first_of_each(row for row in rows if row["n"] not in known))
        if new:
            batch.keep_ids("comments", new)
            thread(new, batch.rows)
            batch.rows.add_comments(new)
        batch.brought(cls, len(new))
        for row in new:
            batch.count("post", row["post_id"], "comments")
            if row["in_reply_to"] is not None:
                batch.count("comment", row["in_reply_to"], "replies")
        answered_ids = {row["in_reply_to"] for row in new} - {None}
        posts, authors = ({row[column] for row in new} for column in ("post_id", "author_id"))
        batch.work.stales(past_comments_imported(post_ids=posts, author_ids=authors, answered_ids=answered_ids))


def _first_of_each(comments: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Leave out comments that repeat an earlier one; one without a time repeats any of the same text."""
    seen = set[tuple[Any, ...]]()
    for row in comments:
        text = (row["post_id"], row["author_id"], row["body"])
        exact = (*text, row["created_at"])
        if (exact if row["dated"] else text) not in seen:
            yield row
        seen |= {text, exact}
