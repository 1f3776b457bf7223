"""/api/notifications."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

from flask import Blueprint

from feedapp.blueprints.api.kit.declaration import Call, Reply
from feedapp.schemas.inputs import ReadUntil
from feedapp.serialisers.notifications import NotificationJson, UnreadJson, notification, unread

if TYPE_CHECKING:
    from feedapp.blueprints.api.kit.endpoint import Endpoints
    from feedapp.blueprints.api.kit.sent import Sent
    from feedapp.reading.notifications import NotificationsView
    from feedapp.services.notifications.lists import NotificationLists

PAGE: Reply[Any] = Reply(
    NotificationJson, notification, many="page", counts={"unread_count": attrgetter("unread_count")}
)
UNREAD: Reply[int] = Reply(UnreadJson, unread)


def blueprint(notifications: NotificationLists, endpoints: Endpoints) -> Blueprint:
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

    return api
