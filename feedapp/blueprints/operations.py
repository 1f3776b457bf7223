"""Health checks and metrics: is the process alive, is it ready, how is it doing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, jsonify, request

from feedapp.observability.metrics_server import CONTENT_TYPE, is_right

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from feedapp.services.operations.health import HealthService


def blueprint(health: HealthService, figures: Callable[[], bytes], *, metrics_token: str | None) -> Blueprint:
    """Make the blueprint. Without a token nobody is told the figures here (but by `metrics_server`)."""
    operations = Blueprint("operations", __name__)

    @operations.get("/livez")
    def livez() -> ResponseReturnValue:
        return jsonify(status="ok")

    @operations.get("/readyz")
    def readyz() -> ResponseReturnValue:
        state = health.check()
        told = {"status": state.status, "postgresql": state.postgresql, "redis": state.redis}
        if state.detail:
            told["detail"] = state.detail
        return jsonify(told), 200 if state.ready else 503

    @operations.get("/metrics")
    def metrics() -> ResponseReturnValue:
        if metrics_token is None:
            abort(404)
        if not is_right(request.headers.get("Authorization"), metrics_token):
            refused = Response("Send METRICS_TOKEN as Authorization: Bearer.\n", 401, content_type="text/plain")
            refused.headers["WWW-Authenticate"] = "Bearer"
            return refused
        return Response(figures(), content_type=CONTENT_TYPE)

    return operations
