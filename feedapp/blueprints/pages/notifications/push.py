"""/settings/push: whether this browser is told at once; /push.js: the worker that shows what it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, request, url_for

from feedapp.blueprints.pages.kit import cookies
from feedapp.blueprints.pages.kit.assets import content_of
from feedapp.blueprints.pages.kit.rendering import nothing, see_other, wants_fragment

if TYPE_CHECKING:
    from feedapp.services.notifications.pushes import PushService

PATH = "/settings/push"


def blueprint(pushes: PushService) -> Blueprint:
    """Make the blueprint."""
    pages = Blueprint("push", __name__)

    @pages.get("/push.js")
    def worker() -> Response:
        """Give the worker: its address stays, since a browser looks there for a newer one, and is above all pages."""
        answer = Response(content_of("js/push_worker.js"), mimetype="text/javascript")
        answer.headers["Cache-Control"] = "no-cache"
        return answer

    @pages.post(PATH)
    def subscribe() -> Response:
        given = {name: request.form.get(name, "") for name in ("endpoint", "p256dh", "auth")}
        pushes.subscribe(cookies.credentials(), **given)
        return _done()

    @pages.post(f"{PATH}/delete")
    def unsubscribe() -> Response:
        pushes.unsubscribe(cookies.credentials())
        return _done()

    @pages.get(PATH)
    @pages.get(f"{PATH}/delete")
    def settings() -> Response:
        return see_other(url_for("pages.notifications.settings"))

    return pages


def _done() -> Response:
    return nothing() if wants_fragment() else see_other(url_for("pages.notifications.settings", saved=1))
