"""feedapp as its users run it, and beside it what it is measured against: bare routes and the usual design.

All of them answer in one process of one server. The usual design is a blueprint of the same application, so that Flask,
the middleware and the logging cost both the same; the bare routes are those of an application with nothing but Flask.
BENCH_CACHE=off makes a process that never trusts Redis: every read goes to PostgreSQL. BENCH_DESK=1 makes one whose
desk can be paused: see desk.py.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, Response
from redis.exceptions import TimeoutError as RedisTimeoutError
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from bench import desk
from bench.rival import views
from wsgi import app

if TYPE_CHECKING:
    from feedapp.wiring import Services

KINDS = {"json": "application/json", "page": "text/html; charset=utf-8"}
kept: dict[str, bytes] = {}


bare = Flask("bare")


@bare.get("/<kind>")
def answer(kind: str) -> Response:
    """Answer from memory with the bytes that the feed answered with, which the harness has put into a file."""
    body = kept.get(kind)
    if body is None:
        body = kept[kind] = (Path(os.environ["BENCH_DIRECTORY"]) / f"bare.{kind}").read_bytes()
    return Response(body, content_type=KINDS[kind])


def never_trust_redis(services: Services) -> None:
    """Leave Redis alone for good: the relay, which alone comes back to it, does not run.

    Writes do not wait for the processes beside it that do read from Redis, as they would not if all were like this one.
    """
    services.relay.stop()
    setattr(services.relay._registry, "await_others", lambda _parcel_id: None)  # noqa: B010, SLF001
    setattr(services.backend.trust, "seek", lambda: None)  # noqa: B010
    services.backend.trust.lose(RedisTimeoutError("the benchmark has the cache off"))  # so it is not tried either


app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/bare": bare})  # type: ignore[method-assign]  # Flask's own way
app.register_blueprint(views.blueprint(app), url_prefix="/rival")
if os.environ.get("BENCH_CACHE") == "off":
    never_trust_redis(app.extensions["feedapp"])
if os.environ.get("BENCH_DESK"):
    desk.hasten(app.extensions["feedapp"], Path(os.environ["BENCH_DIRECTORY"]))
