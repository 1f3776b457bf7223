"""Writes to notifications whose staleness is tested beside all others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from feedapp.extensions import db
from tests.support.touring import tour

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.support.people import Somebody


def sweep_notifications(app: Flask, client: FlaskClient, everybody: dict[str, Somebody]) -> None:
    """Let what was read, and is cached as that, be old."""
    until = {"until": f"{10**16}-1"}
    client.post("/api/notifications/read", headers=everybody["ada"].headers, json=until)
    tour(client, everybody)
    with app.app_context():
        db.session.execute(text("UPDATE notifications SET read_at = now() - interval '1 year'"))
        db.session.commit()
        assert app.extensions["feedapp"].telling.sweep() > 0
