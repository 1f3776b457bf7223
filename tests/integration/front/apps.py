"""Small WSGI applications to stand behind the front."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

released = threading.Event()
LARGE = 8 * 1024 * 1024


def echo(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer with the environment and the body, as JSON."""
    told = {name: value for name, value in environ.items() if isinstance(value, str)}
    told["body"] = environ["wsgi.input"].read().decode("latin-1")
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(told).encode()]


def moody(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:  # noqa: C901, PLR0911
    """Do what the address says."""
    path = environ["PATH_INFO"]
    if path.startswith("/hang"):
        released.wait(60)
    elif path == "/large":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"x" * LARGE]
    elif path == "/middle":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"x" * 100_000]
    elif path == "/raise":
        raise RuntimeError("on purpose")
    elif path == "/exit":
        raise SystemExit(1)
    elif path == "/split":
        start_response("200 OK", [("X-Name", "a\r\nSet-Cookie: b=c")])
        return [b"split"]
    elif path == "/unicode":
        start_response("200 OK", [("X-Name", "\u2603")])
        return [b"snow"]
    elif path == "/nothing":
        start_response("204 No Content", [])
        return []
    elif path == "/pid":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [str(os.getpid()).encode()]
    elif path == "/die":
        os.kill(os.getpid(), signal.SIGKILL)
    elif path.startswith("/slow/"):
        time.sleep(float(path.removeprefix("/slow/")))
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
    return [b"ok"]
