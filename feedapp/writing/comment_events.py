"""What happens to comments: see `events`."""

from __future__ import annotations

from dataclasses import dataclass

from feedapp.writing.events import Event


@dataclass(frozen=True, slots=True)
class CommentAdded(Event):
    """A new comment, its text, and the comment that it answers."""

    comment_id: int
    post_id: int
    author_id: int
    body: str
    in_reply_to: int | None = None


@dataclass(frozen=True, slots=True)
class CommentEdited(Event):
    """Another text."""

    comment_id: int
    post_id: int
    author_id: int
    body: str


@dataclass(frozen=True, slots=True)
class CommentDeleted(Event):
    """A comment is deleted: emitted while it is still there."""

    comment_id: int
    post_id: int
    author_id: int


@dataclass(frozen=True, slots=True)
class CommentLiked(Event):
    """Somebody likes a comment, or has taken that back."""

    comment_id: int
    user_id: int
    liked: bool
