"""Webhooks as the API sends them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import WithJsonSchema
from typing_extensions import TypedDict

from feedapp.models import CHANGE_KINDS
from feedapp.serialisers.fields import Address, Count, Id, Time

if TYPE_CHECKING:
    from feedapp.services.content.changes.webhook_views import DeliveryView, PingView, WebhookView

Kind = Annotated[str, WithJsonSchema({"type": "string", "enum": list(CHANGE_KINDS)})]
State = Annotated[str, WithJsonSchema({"type": "string", "enum": ["active", "failing", "disabled"]})]
Sent = Annotated[str, WithJsonSchema({"type": "string", "enum": ["changes", "expired", "ping"]})]


class WebhookJson(TypedDict):
    """A webhook. `trouble` says why it is disabled; it is empty if an admin did that, or it is not."""

    id: Id
    url: Address
    name: str
    kinds: list[Kind]
    state: State
    created_at: Time
    delivered_at: Time | None
    failing_since: Time | None
    trouble: str


class IssuedWebhookJson(WebhookJson):
    """A webhook with its secret, which is shown this once."""

    secret: str


class DeliveryJson(TypedDict):
    """An attempt to deliver a message. `status` is null where nothing was answered, `trouble` empty if it arrived."""

    message: str
    type: Sent
    changes_count: Count
    attempt: Count
    at: Time
    status: int | None
    trouble: str
    milliseconds: Count


class PingJson(TypedDict):
    """The id of a message that is on its way."""

    message: str


def webhook(view: WebhookView) -> WebhookJson:
    """Give a webhook."""
    return {
        "id": str(view.id),
        "url": view.url,
        "name": view.name,
        "kinds": list(view.kinds),
        "state": view.state,
        "created_at": view.created_at,
        "delivered_at": view.delivered_at,
        "failing_since": view.failing_since,
        "trouble": view.trouble,
    }


def issued(view: WebhookView) -> IssuedWebhookJson:
    """Give a webhook with its secret."""
    assert view.secret is not None, "it was just made"
    return {**webhook(view), "secret": view.secret}


def delivery(view: DeliveryView) -> DeliveryJson:
    """Give a line of the log."""
    return {
        "message": view.message,
        "type": view.kind,
        "changes_count": view.changes,
        "attempt": view.attempt,
        "at": view.at,
        "status": view.status,
        "trouble": view.trouble,
        "milliseconds": view.milliseconds,
    }


def ping(view: PingView) -> PingJson:
    """Give the id of a message."""
    return {"message": view.message}
