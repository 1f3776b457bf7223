"""What every request gets: an id, its costs in headers, a log line, figures for Prometheus, and safe headers.

This stands around Flask, not in it: an answer that is given again (`feedapp.web.response_cache`) needs all of it, and
nothing of Flask.
"""

from __future__ import annotations

import logging
from time import perf_counter
from typing import TYPE_CHECKING

from flask import request

from feedapp import deadline, freshness
from feedapp.languages import spoken
from feedapp.observability import logs, metrics, request_costs
from feedapp.web import conditional, cors
from feedapp.web.readable import make_readable, refuse_unreadable
from feedapp.web.wsgi_answer import ROUTE, SAFE, answer_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from flask import Flask

    from feedapp.cache.protocol.page_reads import CacheReads
    from feedapp.web.response_cache import ResponseCache
    from feedapp.web.wsgi_answer import Answer

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PROTECTION = (
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)
ONLY_HTTPS = ("Strict-Transport-Security", "max-age=31536000")
SECRET_PATHS = {"/invite/": "/invite/<code>", "/home/": "/home/<secret>"}
"""Paths below these let somebody in, or read: the log has the second instead, whatever follows."""
PROBES = frozenset({"/livez", "/readyz", "/metrics"})
"""Routes that are asked all the time: their lines are at DEBUG, unless something is wrong."""
FAILED = 400
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})

log = logging.getLogger("feedapp.requests")


def observe(app: Flask, reads: CacheReads, kept: ResponseCache) -> None:
    """Put it around every request of the app."""

    @app.before_request
    def begin() -> None:
        request.environ[ROUTE] = request.url_rule.rule if request.url_rule else "unknown"
        refuse_unreadable()

    app.wsgi_app = Observed(app.wsgi_app, reads, kept)  # type: ignore[method-assign]  # Flask's own way to wrap itself


class Observed:
    """The app with all this around it. What it answered before is given again without asking it."""

    def __init__(self, app: WSGIApplication, reads: CacheReads, kept: ResponseCache) -> None:
        self._app = app
        self._reads = reads
        self._kept = kept

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        started = perf_counter()
        method = environ["REQUEST_METHOD"] = environ["REQUEST_METHOD"].upper()  # as Flask would read it
        make_readable(environ)
        request_id = logs.begin_request(environ.get("HTTP_X_REQUEST_ID"))
        spent = request_costs.begin()
        freshness.begin()
        spoken.begin(environ.get("HTTP_ACCEPT_LANGUAGE"))
        with self._reads.request(), deadline.within(deadline.REQUEST):
            answer = self._found(environ) or self._kept.keep(environ, answer_of(self._app, environ))
        answer = conditional.validated(environ, answer)
        seconds = perf_counter() - started
        headers = [
            *answer.headers,
            ("X-Request-Id", request_id),
            ("Server-Timing", _timing(spent, seconds)),
            *PROTECTION,
            *cors.headers(environ),
        ]
        status = spent.cache_status()
        if status and method in SAFE:
            headers.append(("Cache-Status", status))
        if environ["wsgi.url_scheme"] in {"https", "wss"}:
            headers.append(ONLY_HTTPS)
        _record(environ, int(answer.status[:3]), spent, seconds)
        start_response(answer.status, headers)
        return answer.body

    def _found(self, environ: WSGIEnvironment) -> Answer | None:
        try:
            return self._kept.find(environ)
        except Exception:  # Flask then answers, be it that something went wrong
            log.exception("The response cache could not be read")
            return None


def _timing(spent: request_costs.Costs, seconds: float) -> str:
    return (
        f'redis;dur={spent.redis_seconds * 1000:.2f};desc="{spent.redis_trips} trips", '
        f'sql;dur={spent.sql_seconds * 1000:.2f};desc="{spent.sql_statements} statements", '
        f"total;dur={seconds * 1000:.2f}"
    )


def _record(environ: WSGIEnvironment, status: int, spent: request_costs.Costs, seconds: float) -> None:
    method, route = environ["REQUEST_METHOD"], environ.get(ROUTE, "unknown")
    metrics.requests(method if method in METHODS else "other", route, status).observe(seconds)
    if spent.redis_trips:
        metrics.REDIS_SECONDS.observe(spent.redis_seconds)
    if spent.sql_statements:
        metrics.SQL_SECONDS.observe(spent.sql_seconds)
    level = logging.DEBUG if route in PROBES and status < FAILED else logging.INFO
    if log.isEnabledFor(level):
        path = environ.get("PATH_INFO", "")
        secret = next((shown for below, shown in SECRET_PATHS.items() if path.startswith(below)), None)
        path = secret or _printable(path)
        sender = logs.sender(environ.get("REMOTE_ADDR"))
        logs.tell(log, level, f"{method} {path} {status} {seconds * 1000:.1f} ms", sender)


def _printable(path: str) -> str:
    """Keep an address from making a line of its own in the log, or from colouring a terminal."""
    if path.isascii() and path.isprintable():
        return path
    path = path.encode("latin-1").decode(errors="replace")  # WSGI's way to pass bytes
    return path if path.isprintable() else ascii(path)
