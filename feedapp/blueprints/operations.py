"""What whoever runs the site asks: is the process alive, is it ready, how is it doing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, jsonify

from feedapp import metrics

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from feedapp.services.health import HealthService


def blueprint(health: HealthService) -> Blueprint:
    """Make the blueprint."""
    operations = Blueprint("operations", __name__)

    @operations.get("/livez")
    def livez() -> ResponseReturnValue:
        return jsonify(status="ok")

    @operations.get("/readyz")
    def readyz() -> ResponseReturnValue:
        state = health.check()
        return jsonify(status=state.status, postgresql=state.postgresql, redis=state.redis), 200 if state.ready else 503

    @operations.get("/metrics")
    def figures() -> ResponseReturnValue:
        return Response(
            metrics.render(outbox_depth=health.undelivered()), content_type="text/plain; version=0.0.4; charset=utf-8"
        )

    return operations
