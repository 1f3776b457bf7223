"""A receiver of webhooks: a real HTTP server that checks signatures with the library that receivers use."""

from __future__ import annotations

import json
import threading
from typing import Any

from standardwebhooks import Webhook

from tests.support.deployments.http_server import HttpServer


class Receiver(HttpServer):
    """Notes what is sent to it. `status` is what it answers, `stalls` for how many seconds it says nothing before."""

    def __init__(self) -> None:
        self.status = 204
        self.stalls = 0.0
        self.sent: list[tuple[dict[str, str], str]] = []
        self.location = ""
        self._released = threading.Event()
        super().__init__(self._answer)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}/hook?of=tests"

    def __exit__(self, *_: object) -> None:
        self._released.set()
        super().__exit__()

    def _answer(self, _path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str]]:
        self.sent.append((headers, body.decode()))
        self._released.wait(self.stalls)
        return self.status, {"Location": self.location} if self.location else {}

    def take(self, secret: str) -> list[dict[str, Any]]:
        """Give what came, with the id of each message, if it is signed by this secret; and forget it."""
        taken, self.sent = self.sent, []
        checked = Webhook(secret)
        for headers, body in taken:
            checked.verify(body, headers)
        return [{"id": headers["webhook-id"], **json.loads(body)} for headers, body in taken]
