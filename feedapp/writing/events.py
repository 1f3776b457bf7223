"""Domain events: how one domain tells the others what happened. See `Work.emits`.

An event refers to rows by id and carries what may no longer be found. Handlers are registered in `wiring/events.py`.
Imports, seeds and repairs of counts emit nothing: what they write happened before, or elsewhere.
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
    """A user has signed up, or an operator has created an account."""

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
class AccountHidden(Event):
    """An account is to be deleted: it is out of sight, nobody may act as that user, and it can be taken back."""

    user_id: int


@dataclass(frozen=True, slots=True)
class AccountTakenBack(Event):
    """An account that was to be deleted is back as it was, without its tokens and sessions."""

    user_id: int


@dataclass(frozen=True, slots=True)
class PasswordChanged(Event):
    """Somebody has another password, whoever set it."""

    user_id: int


@dataclass(frozen=True, slots=True)
class SecondFactorChanged(Event):
    """A log-in takes a code from now on, or none any more."""

    user_id: int
    is_on: bool


@dataclass(frozen=True, slots=True)
class PasskeyChanged(SecondFactorChanged):
    """A passkey of this name lets somebody in from now on, or no longer."""

    name: str


@dataclass(frozen=True, slots=True)
class NewDevice(Event):
    """Somebody logged in from a device that was not seen before: what it calls itself, and its network."""

    user_id: int
    family: str
    network: str


@dataclass(frozen=True, slots=True)
class AccountDeletionBegan(Event):
    """Account deletion has begun: nobody may act as that user any more, and their rows are being deleted."""

    user_id: int


@dataclass(frozen=True, slots=True)
class AccountDeleted(Event):
    """Account deletion ends: emitted just before the user's own row is deleted."""

    user_id: int
    user_key: UUID
    username: str


@dataclass(frozen=True, slots=True)
class PostPublished(Event):
    """A new post, and its text."""

    post_id: int
    author_id: int
    body: str


@dataclass(frozen=True, slots=True)
class PostEdited(Event):
    """Another text."""

    post_id: int
    author_id: int
    body: str


@dataclass(frozen=True, slots=True)
class PostDeleted(Event):
    """A post is deleted, with its comments and likes, which have no events of their own: all of it is still there."""

    post_id: int
    author_id: int


@dataclass(frozen=True, slots=True)
class PostHidden(Event):
    """A moderator has hidden a post: it stands in no list but its author's."""

    post_id: int


@dataclass(frozen=True, slots=True)
class PostShown(Event):
    """A moderator shows a post again."""

    post_id: int


@dataclass(frozen=True, slots=True)
class PostLiked(Event):
    """Somebody likes a post."""

    post_id: int
    user_id: int


@dataclass(frozen=True, slots=True)
class PostUnliked(Event):
    """Somebody has unliked a post."""

    post_id: int
    user_id: int


@dataclass(frozen=True, slots=True)
class Reported(Event):
    """Somebody reported something. `first`: nobody had, so moderators do not know of it yet."""

    case_id: int
    reporter_id: int
    first: bool


@dataclass(frozen=True, slots=True)
class Followed(Event):
    """Somebody follows somebody."""

    follower_id: int
    followee_id: int


@dataclass(frozen=True, slots=True)
class Unfollowed(Event):
    """Somebody has unfollowed somebody."""

    follower_id: int
    followee_id: int


@dataclass(frozen=True, slots=True)
class Blocked(Event):
    """Somebody blocks somebody: what either follows of the other has ended."""

    blocker_id: int
    blocked_id: int


@dataclass(frozen=True, slots=True)
class Unblocked(Event):
    """Somebody has stopped blocking somebody."""

    blocker_id: int
    blocked_id: int


@dataclass(frozen=True, slots=True)
class Muted(Event):
    """Somebody mutes somebody."""

    muter_id: int
    muted_id: int


@dataclass(frozen=True, slots=True)
class Moderated(Event):
    """A moderator did something to somebody (`user_id`), or to a post or a comment of theirs, for a reason.

    `action` says what: `hide`, `delete`, `silence`, `suspend`, or that one of these was taken back.
    """

    user_id: int
    action: str
    reason: str = ""
    post_id: int | None = None
    comment_id: int | None = None
