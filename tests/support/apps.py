"""The app of the tests, and what it is set to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from feedapp.wiring import Services

SECRET_KEY = "not a secret, in tests"
METRICS_TOKEN = "a-token-for-Prometheus"
METRICS = {"Authorization": f"Bearer {METRICS_TOKEN}"}


def services(app: Flask) -> Services:
    found: Services = app.extensions["feedapp"]
    return found
