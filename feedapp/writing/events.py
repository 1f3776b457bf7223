"""What happened, as one domain tells it to the others: see `Work.emits`.

An event names its things by id and says what may not be found any more. Who handles which is in `wiring/events.py`.
Imports, seeds and repairs of counts emit nothing: what they write has happened before, or elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a write does. It has happened once the transaction is committed."""


@dataclass(frozen=True, slots=True)
class AccountCreated(Event):
    """Somebody has signed up, or an operator has made an account."""

    user_id: int
    username: str


@dataclass(frozen=True, slots=True)
class UserRenamed(Event):
    """Somebody has another username."""

    user_id: int
    user_key: UUID
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class AccountDeletionBegan(Event):
    """Nobody may act for that user any more; what they left is being deleted."""

    user_id: int


@dataclass(frozen=True, slots=True)
class AccountDeleted(Event):
    """The last that is left of a user is deleted: emitted just before the row is."""

    user_id: int
    user_key: UUID
    username: str


@dataclass(frozen=True, slots=True)
class PostPublished(Event):
    """A new post."""

    post_id: int
    author_id: int


@dataclass(frozen=True, slots=True)
class PostEdited(Event):
    """Another text."""

    post_id: int
    author_id: int


@dataclass(frozen=True, slots=True)
class PostDeleted(Event):
    """A post is deleted, with its comments and likes, of which no other event tells."""

    post_id: int
    author_id: int


@dataclass(frozen=True, slots=True)
class PostLiked(Event):
    """Somebody likes a post."""

    post_id: int
    user_id: int


@dataclass(frozen=True, slots=True)
class PostUnliked(Event):
    """Somebody likes a post no more."""

    post_id: int
    user_id: int


@dataclass(frozen=True, slots=True)
class CommentAdded(Event):
    """A new comment."""

    comment_id: int
    post_id: int
    author_id: int


@dataclass(frozen=True, slots=True)
class CommentEdited(Event):
    """Another text."""

    comment_id: int
    post_id: int
    author_id: int


@dataclass(frozen=True, slots=True)
class CommentDeleted(Event):
    """A comment is deleted."""

    comment_id: int
    post_id: int
    author_id: int


@dataclass(frozen=True, slots=True)
class Followed(Event):
    """Somebody follows somebody."""

    follower_id: int
    followee_id: int


@dataclass(frozen=True, slots=True)
class Unfollowed(Event):
    """Somebody follows somebody no more."""

    follower_id: int
    followee_id: int
