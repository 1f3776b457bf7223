"""What every request gets: an id, its costs in headers, a log line, figures for Prometheus, and safe headers."""

from __future__ import annotations

import logging
from time import perf_counter
from typing import TYPE_CHECKING

from flask import Flask, g, request

from feedapp import costs, freshness, logs, metrics
from feedapp.blueprints.arrivals import refuse_unreadable

if TYPE_CHECKING:
    from flask import Response

    from feedapp.cache.reads import CacheReads

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})

log = logging.getLogger("feedapp.requests")


def observe(app: Flask, reads: CacheReads) -> None:
    """Put it around every request of the app."""

    @app.before_request
    def begin() -> None:
        g.started = perf_counter()
        g.request_id = logs.begin_request(request.headers.get("X-Request-Id"))
        g.costs = costs.begin()
        freshness.begin()
        g.fetched = reads.request()
        g.fetched.__enter__()
        refuse_unreadable()

    @app.after_request
    def finish(response: Response) -> Response:
        seconds = perf_counter() - g.started
        _describe(response, g.costs, seconds)
        _protect(response)
        _record(response, g.costs, seconds)
        return response

    @app.teardown_request
    def end(_error: BaseException | None) -> None:
        fetched = g.pop("fetched", None)
        if fetched is not None:
            fetched.__exit__(None, None, None)


def _describe(response: Response, spent: costs.Costs, seconds: float) -> None:
    response.headers["X-Request-Id"] = g.request_id
    response.headers["Server-Timing"] = (
        f'redis;dur={spent.redis_seconds * 1000:.2f};desc="{spent.redis_trips} trips", '
        f'sql;dur={spent.sql_seconds * 1000:.2f};desc="{spent.sql_statements} statements", '
        f"total;dur={seconds * 1000:.2f}"
    )
    status = spent.cache_status()
    if status and request.method in {"GET", "HEAD"}:
        response.headers["Cache-Status"] = status


def _protect(response: Response) -> None:
    headers = response.headers
    headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"


def _record(response: Response, spent: costs.Costs, seconds: float) -> None:
    route = request.url_rule.rule if request.url_rule else "unknown"
    method = request.method if request.method in METHODS else "other"
    metrics.REQUESTS.labels(method, route, response.status_code).observe(seconds)
    if spent.redis_trips:
        metrics.REDIS_SECONDS.observe(spent.redis_seconds)
    if spent.sql_statements:
        metrics.SQL_SECONDS.observe(spent.sql_seconds)
    log.info("%s %s %d %.1f ms", request.method, _printable(request.path), response.status_code, seconds * 1000)


def _printable(path: str) -> str:
    """Keep an address from making a line of its own in the log, or from colouring a terminal."""
    return path if path.isprintable() else ascii(path)
