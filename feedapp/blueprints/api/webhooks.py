"""/api/webhooks, for admins: addresses that changes are sent to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from feedapp.blueprints.api.kit.declaration import NOTHING, Call, Reply
from feedapp.errors import ForbiddenError, TooManyWebhooksError
from feedapp.schemas.webhooks import WebhookChange, WebhookWanted
from feedapp.serialisers.webhooks import (
    DeliveryJson,
    IssuedWebhookJson,
    PingJson,
    WebhookJson,
    delivery,
    issued,
    ping,
    webhook,
)

if TYPE_CHECKING:
    from feedapp.blueprints.api.kit.endpoint import Endpoints
    from feedapp.blueprints.api.kit.sent import Sent
    from feedapp.services.content.changes.webhook_views import DeliveryView, PingView, WebhookView
    from feedapp.services.content.changes.webhooks import WebhookService

WEBHOOK: Reply[WebhookView] = Reply(WebhookJson, webhook, secret=True)
WEBHOOKS: Reply[list[WebhookView]] = Reply(WebhookJson, webhook, many="items", secret=True)
MADE: Reply[WebhookView] = Reply(
    IssuedWebhookJson, issued, status=201, headers={"Location": lambda made: f"/api/webhooks/{made.id}"}
)
RENEWED: Reply[WebhookView] = Reply(IssuedWebhookJson, issued, status=201)
DELIVERIES: Reply[list[DeliveryView]] = Reply(DeliveryJson, delivery, many="items", secret=True)
SENT: Reply[PingView] = Reply(PingJson, ping, status=202)
ONE = "/webhooks/<webhook_id>"


def blueprint(service: WebhookService, endpoints: Endpoints) -> Blueprint:
    """Make the blueprint."""
    api = Blueprint("webhooks", __name__)

    def there(sent: Sent[None], webhook_id: int) -> None:
        service.one(sent.sender, webhook_id)

    @endpoints.add(
        api,
        Call(
            summary="List the webhooks",
            method="GET",
            path="/webhooks",
            reply=WEBHOOKS,
            auth="required",
            scopes=("admin",),
            reuse=False,
            raises=(ForbiddenError,),
        ),
    )
    def listed(sent: Sent[None]) -> list[WebhookView]:
        return service.listed(sent.sender)[1]

    @endpoints.add(
        api,
        Call(
            summary="Make a webhook",
            method="POST",
            path="/webhooks",
            reply=MADE,
            auth="required",
            scopes=("admin",),
            body=WebhookWanted,
            idempotent=True,
            again=lambda sent, made_id: service.issued(sent.sender, made_id),
            raises=(ForbiddenError, TooManyWebhooksError),
        ),
    )
    def add(sent: Sent[WebhookWanted]) -> WebhookView:
        given = sent.body
        return service.add(sent.sender, url=given.url, name=given.name, kinds=given.kinds, once=sent.once)

    @endpoints.add(
        api,
        Call(
            summary="Read a webhook",
            method="GET",
            path=ONE,
            reply=WEBHOOK,
            auth="required",
            scopes=("admin",),
            reuse=False,
            raises=(ForbiddenError,),
        ),
    )
    def show(sent: Sent[None], webhook_id: int) -> WebhookView:
        return service.one(sent.sender, webhook_id)

    @endpoints.add(
        api,
        Call(
            summary="Change a webhook, disable it, or enable it and try at once",
            method="PATCH",
            path=ONE,
            reply=WEBHOOK,
            auth="required",
            scopes=("admin",),
            body=WebhookChange,
            exists=there,
            raises=(ForbiddenError,),
        ),
    )
    def change(sent: Sent[WebhookChange], webhook_id: int) -> WebhookView:
        given = sent.body
        return service.change(
            sent.sender, webhook_id, url=given.url, name=given.name, kinds=given.kinds, enabled=given.enabled
        )

    @endpoints.add(
        api,
        Call(
            summary="Delete a webhook",
            method="DELETE",
            path=ONE,
            reply=NOTHING,
            auth="required",
            scopes=("admin",),
            exists=there,
            raises=(ForbiddenError,),
        ),
    )
    def remove(sent: Sent[None], webhook_id: int) -> None:
        service.remove(sent.sender, webhook_id)

    _add_messages(api, service, endpoints)
    return api


def _add_messages(api: Blueprint, service: WebhookService, endpoints: Endpoints) -> None:
    """Add what concerns messages: how they are signed, one for a test, the log."""

    def there(sent: Sent[None], webhook_id: int) -> None:
        service.one(sent.sender, webhook_id)

    def renewed(sent: Sent[None], made_id: int, webhook_id: int) -> WebhookView:
        del made_id
        return service.issued(sent.sender, webhook_id)

    @endpoints.add(
        api,
        Call(
            summary="Give a webhook another secret",
            method="POST",
            path=f"{ONE}/secret",
            reply=RENEWED,
            auth="required",
            scopes=("admin",),
            idempotent=True,
            again=renewed,
            exists=there,
            raises=(ForbiddenError,),
        ),
    )
    def renew(sent: Sent[None], webhook_id: int) -> WebhookView:
        return service.renew(sent.sender, webhook_id, once=sent.once)

    @endpoints.add(
        api,
        Call(
            summary="Send a message that says nothing, to see whether it arrives",
            method="POST",
            path=f"{ONE}/ping",
            reply=SENT,
            auth="required",
            scopes=("admin",),
            idempotent=True,
            exists=there,
            raises=(ForbiddenError,),
        ),
    )
    def send_ping(sent: Sent[None], webhook_id: int) -> PingView:
        return service.ping(sent.sender, webhook_id, once=sent.once)

    @endpoints.add(
        api,
        Call(
            summary="Read the log of what was delivered to a webhook, the last first",
            method="GET",
            path=f"{ONE}/deliveries",
            reply=DELIVERIES,
            auth="required",
            scopes=("admin",),
            reuse=False,
            raises=(ForbiddenError,),
        ),
    )
    def deliveries(sent: Sent[None], webhook_id: int) -> list[DeliveryView]:
        return service.deliveries(sent.sender, webhook_id)[1]
