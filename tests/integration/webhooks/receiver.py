"""A receiver of webhooks: a real HTTP server that checks signatures with the library that receivers use."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self

from standardwebhooks import Webhook

if TYPE_CHECKING:
    import ssl


class Receiver:
    """Notes what is sent to it. `status` is what it answers, `stalls` for how many seconds it says nothing before."""

    def __init__(self) -> None:
        self.status = 204
        self.stalls = 0.0
        self.sent: list[tuple[dict[str, str], str]] = []
        self.location = ""
        self._released = threading.Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                receiver.sent.append(({name.lower(): value for name, value in self.headers.items()}, body))
                receiver._released.wait(receiver.stalls)
                self.send_response(receiver.status)
                if receiver.location:
                    self.send_header("Location", receiver.location)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Stay silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}/hook?of=tests"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._released.set()
        self._server.shutdown()
        self._server.server_close()

    def speak_tls(self, context: ssl.SSLContext) -> None:
        """Speak TLS from now on."""
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)

    def take(self, secret: str) -> list[dict[str, Any]]:
        """Give what came, with the id of each message, if it is signed by this secret; and forget it."""
        taken, self.sent = self.sent, []
        checked = Webhook(secret)
        for headers, body in taken:
            checked.verify(body, headers)
        return [{"id": headers["webhook-id"], **json.loads(body)} for headers, body in taken]
