"""The figures on a port of their own, for a Prometheus that reaches this machine and nobody else.

All processes of a site would listen there, and one can: whichever comes first. The others try again now and then, so
that one of them takes over when that one ends. Whoever answers tells the figures of all.
"""

from __future__ import annotations

import errno
import hmac
import logging
import socket
from socketserver import TCPServer, ThreadingMixIn
from threading import Thread
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from feedapp.observability import troubles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
REQUEST_SECONDS = 5

log = logging.getLogger(__name__)


def is_right(authorization: str | None, token: str) -> bool:
    """Tell whether a request carries the token."""
    scheme, _, sent = (authorization or "").partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(sent.strip().encode(), token.encode())


class MetricsServer:
    """Answers GET /metrics at `port`, if that is not None; with a token only to who sends it."""

    def __init__(self, *, host: str, port: int | None, token: str | None, figures: Callable[[], bytes]) -> None:
        self._host, self._port, self._token, self._figures = host, port, token, figures
        self._server: WSGIServer | None = None
        self._is_waiting = False

    def take_port(self) -> None:
        """Listen, unless this process does, or another."""
        if self._port is None or self._server is not None:
            return
        kind = _Server6 if ":" in self._host else _Server
        try:
            self._server = make_server(self._host, self._port, self._answer, server_class=kind, handler_class=_Handler)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                troubles.happened(log, f"METRICS_PORT {self._port} at {self._host} cannot be served", error)
            elif not self._is_waiting:
                self._is_waiting = True
                log.info("METRICS_PORT %d is served by another process", self._port)
            return
        Thread(target=self._server.serve_forever, name="metrics", daemon=True).start()
        log.info("Metrics for Prometheus at http://%s:%d/metrics", self._host, self._port)

    def close(self) -> None:
        """Leave the port to others."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        status, body, more = "200 OK", b"", list[tuple[str, str]]()
        if environ["PATH_INFO"] != "/metrics" or environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            status, body = "404 Not Found", b"Only GET /metrics is answered here.\n"
        elif self._token is not None and not is_right(environ.get("HTTP_AUTHORIZATION"), self._token):
            status, body = "401 Unauthorized", b"Send METRICS_TOKEN as Authorization: Bearer.\n"
            more = [("WWW-Authenticate", "Bearer")]
        else:
            body = self._figures()
        headers = [("Content-Type", CONTENT_TYPE), ("Content-Length", str(len(body))), *more]
        start_response(status, headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


class _Handler(WSGIRequestHandler):
    timeout = REQUEST_SECONDS

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing: a line every few seconds for each Prometheus helps nobody."""


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def server_bind(self) -> None:
        """Bind without asking for this machine's name, which can take long."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])
        self.setup_environ()


class _Server6(_Server):
    address_family = socket.AF_INET6
