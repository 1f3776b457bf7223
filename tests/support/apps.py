"""The app of the tests, and what it is set to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from feedapp.wiring import Services

SECRET_KEY = "not a secret, in tests"
METRICS_TOKEN = "a-token-for-Prometheus"
NOTHING_BY_ITSELF = {"autovacuum": "off"}
"""Settings of a PostgreSQL in which only tests do something. Its own ANALYZE is a transaction like any other: while one
runs, `/api/changes` waits with all that was committed since it began; and it holds locks."""
METRICS = {"Authorization": f"Bearer {METRICS_TOKEN}"}


def services(app: Flask) -> Services:
    found: Services = app.extensions["feedapp"]
    return found
