"""/admin/webhooks: addresses that changes are sent to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request, url_for

from feedapp.blueprints.pages.kit import cookies
from feedapp.blueprints.pages.kit.addresses import known_id
from feedapp.blueprints.pages.kit.changes import Change
from feedapp.blueprints.pages.kit.form_keys import claimed
from feedapp.blueprints.pages.kit.forms import Form, read
from feedapp.blueprints.pages.kit.rendering import page, see_other
from feedapp.errors import InvalidInputError, TooManyWebhooksError
from feedapp.languages.catalogues import marked
from feedapp.schemas.webhooks import WebhookByForm, WebhookSwitch
from feedapp.services.content.changes.webhook_care import PATIENCE

if TYPE_CHECKING:
    from flask import Response

    from feedapp.services.content.changes.webhook_views import WebhookView
    from feedapp.services.content.changes.webhooks import WebhookService

DONE = {
    "saved": marked("The webhook was changed."),
    "on": marked("The webhook is enabled: what it missed is sent now."),
    "off": marked("The webhook is disabled: nothing is sent to it."),
    "sent": marked("A message is on its way. The log below shows what came of it."),
    "deleted": marked("The webhook was deleted."),
}
UNKEPT = "private, no-store"


def blueprint(webhooks: WebhookService) -> Blueprint:
    """Make the blueprint."""
    hook_pages = Blueprint("webhooks", __name__)

    @hook_pages.get("/admin/webhooks")
    def listed() -> Response:
        return _listed(webhooks)

    @hook_pages.post("/admin/webhooks")
    def add() -> Response:
        def act() -> WebhookView:
            given = read(WebhookByForm)
            by = cookies.credentials()
            once = claimed(_address_of)
            return webhooks.add(by, url=given.url, name=given.name, kinds=given.kinds, once=once)

        webhooks.listed(cookies.credentials())
        return Change(
            act=act,
            done=lambda made: _issued(webhooks, made),
            refusals=(InvalidInputError, TooManyWebhooksError),
            again=lambda form, error: _listed(webhooks, form=form, status=error.status),
        ).answer()

    @hook_pages.get("/admin/webhooks/<webhook_id>")
    def show(webhook_id: str) -> Response:
        return _shown(webhooks, known_id(webhook_id))

    @hook_pages.post("/admin/webhooks/<webhook_id>")
    def change(webhook_id: str) -> Response:
        hook_id = known_id(webhook_id)

        def act() -> None:
            given = read(WebhookByForm)
            webhooks.change(cookies.credentials(), hook_id, url=given.url, name=given.name, kinds=given.kinds)

        webhooks.one(cookies.credentials(), hook_id)
        return Change(
            act=act,
            done=lambda _: _back(hook_id, "saved"),
            again=lambda form, error: _shown(webhooks, hook_id, form=form, status=error.status),
        ).answer()

    _add_buttons(hook_pages, webhooks)
    return hook_pages


def _add_buttons(hook_pages: Blueprint, webhooks: WebhookService) -> None:
    """Add what a button does to one of them."""

    @hook_pages.post("/admin/webhooks/<webhook_id>/state")
    def switch(webhook_id: str) -> Response:
        hook_id = known_id(webhook_id)
        webhooks.one(cookies.credentials(), hook_id)
        enabled = read(WebhookSwitch).enabled == "1"
        webhooks.change(cookies.credentials(), hook_id, enabled=enabled)
        return _back(hook_id, "on" if enabled else "off")

    @hook_pages.post("/admin/webhooks/<webhook_id>/secret")
    def renew(webhook_id: str) -> Response:
        hook_id = known_id(webhook_id)
        return Change(
            act=lambda: webhooks.renew(cookies.credentials(), hook_id, claimed(lambda _: _address(hook_id))),
            done=lambda made: _issued(webhooks, made, renewed=True),
        ).answer()

    @hook_pages.post("/admin/webhooks/<webhook_id>/ping")
    def send_ping(webhook_id: str) -> Response:
        hook_id = known_id(webhook_id)
        webhooks.ping(cookies.credentials(), hook_id)
        return _back(hook_id, "sent")

    @hook_pages.post("/admin/webhooks/<webhook_id>/deletion")
    def remove(webhook_id: str) -> Response:
        webhooks.remove(cookies.credentials(), known_id(webhook_id))
        return see_other(url_for("pages.webhooks.listed", done="deleted"))

    @hook_pages.get("/admin/webhooks/<webhook_id>/<any(state, secret, ping, deletion):_>")
    def back(webhook_id: str, _: str) -> Response:
        return see_other(_address(known_id(webhook_id)))


def _listed(webhooks: WebhookService, *, form: Form | None = None, status: int = 200) -> Response:
    viewer, found = webhooks.listed(cookies.credentials())
    done = DONE.get(request.args.get("done", ""))
    return page("desk/webhooks.html", viewer=viewer, status=status, form=form, webhooks=found, done=done)


def _shown(webhooks: WebhookService, hook_id: int, *, form: Form | None = None, status: int = 200) -> Response:
    by = cookies.credentials()
    (viewer, _), (hook, log) = webhooks.listed(by), webhooks.deliveries(by, hook_id)
    values = {"url": hook.url, "name": hook.name, "kinds": " ".join(hook.kinds)}
    shown = {"form": form or Form(values, {}), "hook": hook, "log": log, "patience": PATIENCE.days}
    done = DONE.get(request.args.get("done", ""))
    return page("desk/webhook.html", viewer=viewer, status=status, done=done, issued=None, **shown)


def _issued(webhooks: WebhookService, hook: WebhookView, *, renewed: bool = False) -> Response:
    viewer, _ = webhooks.listed(cookies.credentials())
    answer = page("desk/webhook_secret.html", viewer=viewer, hook=hook, renewed=renewed)
    answer.headers["Cache-Control"] = UNKEPT
    return answer


def _address(hook_id: int) -> str:
    return url_for("pages.webhooks.show", webhook_id=hook_id)


def _address_of(hook: WebhookView) -> str:
    return _address(hook.id)


def _back(hook_id: int, done: str) -> Response:
    return see_other(url_for("pages.webhooks.show", webhook_id=hook_id, done=done))
