"""What somebody is told, as the API sends it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast

from pydantic import WithJsonSchema
from typing_extensions import TypedDict

from feedapp.models.notifications import EVERY, KINDS
from feedapp.serialisers.fields import Count, Id, Time
from feedapp.serialisers.people import AuthorJson, author

if TYPE_CHECKING:
    from feedapp.reading.notifications import NotificationView
    from feedapp.services.notifications.wishes import Wishes

Kind = Annotated[str, WithJsonSchema({"type": "string", "enum": list(KINDS)})]

Digest = Annotated[str, WithJsonSchema({"type": "string", "enum": ["never", *EVERY]})]


class NotificationJson(TypedDict):
    """What somebody is told.

    `actor` did it last, null for moderators; `others_count` more did the same. The `id` is another one once it has
    grown. `post_id` and `comment_id` say what it is about, and are null where there is no such thing.
    """

    id: Id
    kind: Kind
    created_at: Time
    read: bool
    actor: AuthorJson | None
    others_count: Count
    post_id: Id | None
    comment_id: Id | None


class UnreadJson(TypedDict):
    """How many notifications are unread."""

    unread_count: Count


class WishesJson(TypedDict):
    """Of each kind of notifications, whether somebody is told, and how often by mail what they have not read."""

    like: bool
    comment: bool
    reply: bool
    mention: bool
    follow: bool
    digest: Digest


class MutedJson(TypedDict):
    """Whether somebody is not told of what is written under a post."""

    muted: bool


def wishes(wanted: Wishes) -> WishesJson:
    """Give what somebody wants to be told."""
    return cast("WishesJson", {**wanted.told, "digest": wanted.digest})


def muted(_changed: bool) -> MutedJson:  # noqa: FBT001
    """Give that a conversation is muted."""
    return {"muted": True}


def unmuted(_changed: bool) -> MutedJson:  # noqa: FBT001
    """Give that it is not."""
    return {"muted": False}


def notification(view: NotificationView) -> NotificationJson:
    """Give a notification."""
    return {
        "id": view.id,
        "kind": view.kind,
        "created_at": view.created_at,
        "read": view.read,
        "actor": None if view.actor is None else author(view.actor),
        "others_count": view.others_count,
        "post_id": None if view.post_id is None else str(view.post_id),
        "comment_id": None if view.comment_id is None else str(view.comment_id),
    }


def unread(count: int) -> UnreadJson:
    """Give how many are unread."""
    return {"unread_count": count}
