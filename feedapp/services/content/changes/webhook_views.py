"""Webhooks and their log, as admins see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from feedapp.reading.read_models import time_text

if TYPE_CHECKING:
    from feedapp.models import Webhook, WebhookDelivery

State = Literal["active", "failing", "disabled"]


@dataclass(frozen=True, slots=True)
class WebhookView:
    """A webhook. `secret` is there only in the answer that makes it; `trouble` says why it is disabled."""

    id: int
    url: str
    name: str
    kinds: list[str]
    state: State
    created_at: str
    delivered_at: str | None
    failing_since: str | None
    trouble: str
    secret: str | None = None


class DeliveryView(NamedTuple):
    """An attempt to deliver a message."""

    message: str
    kind: str
    changes: int
    attempt: int
    at: str
    status: int | None
    trouble: str
    milliseconds: int


class PingView(NamedTuple):
    """A message that is on its way, to see whether it comes through."""

    message: str


def view_of(row: Webhook, secret: str | None = None) -> WebhookView:
    """Give a webhook, with its secret if it was just made."""
    state: State = "disabled" if row.disabled_at else "failing" if row.failing_since else "active"
    return WebhookView(
        row.id,
        row.url,
        row.name,
        list(row.kinds),
        state,
        time_text(row.created_at),
        None if row.delivered_at is None else time_text(row.delivered_at),
        None if row.failing_since is None else time_text(row.failing_since),
        row.trouble if row.disabled_at else "",
        secret,
    )


def delivery_of(row: WebhookDelivery) -> DeliveryView:
    """Give a line of the log."""
    return DeliveryView(
        row.message,
        row.kind,
        row.changes,
        row.attempt,
        time_text(row.at),
        row.status,
        row.trouble,
        row.milliseconds,
    )
