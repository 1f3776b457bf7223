"""One worker: `python -m feedapp.server.worker LISTENER READY TARGET THREADS [--successor]`, by the supervisor.

LISTENER and READY are descriptors: a listening socket, and a pipe into which a byte is written once the application is
ready, or else why it cannot be. TARGET is `module:name` of a WSGI application, or `module:name()` of a factory. A
successor takes the place of a worker that serves well, so it is ready only if it can serve, too (`/readyz`).
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import resource
import signal
import socket
import sys
import threading
from typing import TYPE_CHECKING
from wsgiref.util import setup_testing_defaults

from feedapp.server import answers
from feedapp.server.limits import Limits
from feedapp.server.processes.listening import begin_to_listen
from feedapp.server.processes.places import LONGEST_REASON, READY
from feedapp.server.server import Server

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

LAST_SECONDS = 3.0
OBJECTS_BEFORE_SEARCH = 10_000
RESERVED = 256
"""Descriptors reserved for everything except client connections."""


def main(listener: str, ready: str, target: str, threads: str, *kind: str) -> int:
    """Serve until SIGTERM or SIGINT, or until the supervisor is gone. Give the exit status."""
    is_wanted = threading.Event()
    parent = os.getppid()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: is_wanted.set())
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # a terminal that is closed tells the supervisor, and that the workers
    listening = socket.socket(fileno=int(listener))
    try:
        app = load(target)
        if "--successor" in kind and (refusal := why_not_ready(app)):
            sys.exit(f"feedapp: {refusal}")
        try:
            begin_to_listen(listening)
        except OSError as error:
            sys.exit(f"feedapp: the port was taken meanwhile ({error.strerror})")
    except BaseException as error:
        os.write(int(ready), _reason(error))
        raise
    server = Server(app, listening, threads=int(threads), limits=limits_for(app))
    os.write(int(ready), READY)
    os.close(int(ready))
    settle_memory()
    server.start()  # last: from here on, requests may do anything to this process
    status = server.run(is_wanted, parent)
    # What the application does at its end may wait for a server that does not answer: then it ends without that.
    last = threading.Timer(LAST_SECONDS, os._exit, (status,))
    last.daemon = True
    last.start()
    return status


def settle_memory() -> None:
    """Leave what the application is made of out of every later search for garbage, and search less often.

    A request makes some thousand objects, nearly all of which go by their counts. Searching every 700 of them, with the
    whole application to walk through now and then, took a twentieth of a request that misses.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BEFORE_SEARCH, 10, 10)


def load(target: str) -> WSGIApplication:
    """Import the application."""
    module, _, name = target.partition(":")
    found = getattr(importlib.import_module(module), name.removesuffix("()"))
    app: WSGIApplication = found() if name.endswith("()") else found
    return app


def why_not_ready(app: WSGIApplication) -> str:
    """Ask the application itself, as a probe would; empty if it can serve. Other answers than 503 say nothing."""
    environ: WSGIEnvironment = {"PATH_INFO": "/readyz"}
    setup_testing_defaults(environ)
    made = answers.of_application(app, environ)
    if not made.status.startswith("503"):
        return ""
    try:
        return str(json.loads(made.body)["detail"])
    except (ValueError, KeyError, TypeError):
        return "/readyz answers 503"


def _reason(error: BaseException) -> bytes:
    """Say in one line why the application cannot be loaded."""
    told = str(error) if isinstance(error, SystemExit) else f"{type(error).__name__}: {error}"
    return " ".join(told.removeprefix("feedapp: ").split()).encode()[:LONGEST_REASON] or b"it ended"


def limits_for(app: WSGIApplication) -> Limits:
    """Take the largest body from the application (Flask's MAX_CONTENT_LENGTH), the connections from the system."""
    default = Limits()
    body = getattr(app, "config", {}).get("MAX_CONTENT_LENGTH") or default.body
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return default._replace(body=body, connections=max(64, min(default.connections, files - RESERVED)))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
