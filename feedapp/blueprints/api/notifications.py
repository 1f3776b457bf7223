"""/api/notifications."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

from flask import Blueprint

from feedapp.blueprints.api.kit.declaration import Call, Either, Reply
from feedapp.errors import FieldError, InvalidInputError
from feedapp.schemas.inputs import NotificationWishes, ReadUntil
from feedapp.serialisers.notifications import (
    MutedJson,
    NotificationJson,
    UnreadJson,
    WishesJson,
    muted,
    notification,
    unmuted,
    unread,
    wishes,
)

if TYPE_CHECKING:
    from feedapp.blueprints.api.kit.endpoint import Endpoints
    from feedapp.blueprints.api.kit.sent import Sent
    from feedapp.reading.notifications import NotificationsView
    from feedapp.services.content.posts import PostService
    from feedapp.services.notifications.lists import NotificationLists
    from feedapp.services.notifications.wishes import Wishes, WishService

PAGE: Reply[Any] = Reply(
    NotificationJson, notification, many="page", counts={"unread_count": attrgetter("unread_count")}
)
UNREAD: Reply[int] = Reply(UnreadJson, unread)
WISHES: Reply[Wishes] = Reply(WishesJson, wishes)
MUTED: Reply[bool] = Reply(MutedJson, muted, status=Either(bool, 201, 200))
UNMUTED: Reply[bool] = Reply(MutedJson, unmuted)
SETTINGS, CONVERSATION = "/notifications/settings", "/posts/<post_id>/mutes"


def blueprint(
    notifications: NotificationLists, wished: WishService, posts: PostService, endpoints: Endpoints
) -> Blueprint:
    """Make the blueprint."""
    api = Blueprint("notifications", __name__)

    @endpoints.add(
        api,
        Call(
            summary="Read what you are told",
            method="GET",
            path="/notifications",
            reply=PAGE,
            parameters=("kind", "cursor", "limit"),
            auth="required",
        ),
    )
    def listing(sent: Sent[None]) -> NotificationsView:
        return notifications.show(sent.sender, kind=sent.parameter("kind"), cursor=sent.cursor, limit=sent.limit)

    @endpoints.add(
        api,
        Call(
            summary="Count what you have not read",
            method="GET",
            path="/notifications/unread",
            reply=UNREAD,
            auth="required",
        ),
    )
    def count(sent: Sent[None]) -> int:
        return notifications.unread(sent.sender)

    @endpoints.add(
        api,
        Call(
            summary="Mark a notification and all before it as read",
            method="POST",
            path="/notifications/read",
            reply=UNREAD,
            auth="required",
            body=ReadUntil,
            idempotent=True,
        ),
    )
    def read(sent: Sent[ReadUntil]) -> int:
        return notifications.read(sent.sender, until=sent.body.until, once=sent.once)

    _wishes(api, wished, posts, endpoints)
    return api


def _wishes(api: Blueprint, wished: WishService, posts: PostService, endpoints: Endpoints) -> None:
    def post_of(sent: Sent[None], post_id: int) -> None:
        posts.show(sent.sender, post_id)

    @endpoints.add(
        api, Call(summary="Read what you want to be told", method="GET", path=SETTINGS, reply=WISHES, auth="required")
    )
    def wanted(sent: Sent[None]) -> Wishes:
        return wished.own(sent.sender)[1]

    @endpoints.add(
        api,
        Call(
            summary="Say what you want to be told",
            method="PATCH",
            path=SETTINGS,
            reply=WISHES,
            auth="required",
            body=NotificationWishes,
        ),
    )
    def choose(sent: Sent[NotificationWishes]) -> Wishes:
        chosen = sent.body.model_dump(exclude_unset=True)
        if not chosen:
            raise InvalidInputError(
                FieldError("like", "give at least one of like, comment, reply, mention, follow and digest")
            )
        digest = chosen.pop("digest", None)
        return wished.choose(sent.sender, chosen, digest=digest)

    @endpoints.add(
        api,
        Call(
            summary="Be told no more of what is written under a post",
            method="POST",
            path=CONVERSATION,
            reply=MUTED,
            auth="required",
            idempotent=True,
            exists=post_of,
        ),
    )
    def mute(sent: Sent[None], post_id: int) -> bool:
        return wished.mute(sent.sender, post_id, once=sent.once)

    @endpoints.add(
        api,
        Call(
            summary="Be told of it again",
            method="DELETE",
            path=CONVERSATION,
            reply=UNMUTED,
            auth="required",
            exists=post_of,
        ),
    )
    def unmute(sent: Sent[None], post_id: int) -> bool:
        return wished.unmute(sent.sender, post_id)
