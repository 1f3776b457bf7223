"""A push service: a real HTTP server, and the browsers that it stands for, which decrypt what comes by a library."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from os import urandom
from typing import TYPE_CHECKING, Any, Self

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02

from feedapp.writing.targets.web_push import encoded, point

if TYPE_CHECKING:
    import ssl


@dataclass
class Device:
    """A browser: its keys, and its path at the service."""

    path: str
    key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = field(default_factory=lambda: urandom(16))

    def form(self, service: PushServer) -> dict[str, str]:
        """Give what the page's script sends."""
        keys = {"p256dh": encoded(point(self.key.public_key())), "auth": encoded(self.auth)}
        return {"endpoint": f"{service.root}{self.path}", **keys}

    def read(self, body: bytes) -> Any:
        return json.loads(http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth))


class PushServer:
    """Notes what is sent to it, and refuses with 401 what no key has signed. `statuses` are of paths."""

    scheme = "http"

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, str], bytes]] = []
        self.statuses: dict[str, int] = {}
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                service.sent.append((self.path, headers, body))
                signed = Vapid02.verify(headers["authorization"])
                self.send_response(service.statuses.get(self.path, 201) if signed else 401)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Stay silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]

    @property
    def root(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def speak_tls(self, context: ssl.SSLContext) -> None:
        """Speak TLS from now on."""
        self.scheme = "https"
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
