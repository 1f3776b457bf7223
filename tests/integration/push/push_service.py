"""A push service: a real HTTP server, and the browsers that it stands for, which decrypt what comes by a library."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from os import urandom
from typing import Any

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02

from feedapp.writing.targets.web_push import encoded, point
from tests.support.deployments.http_server import HttpServer


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


class PushServer(HttpServer):
    """Notes what is sent to it, and refuses with 401 what no key has signed. `statuses` are of paths."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, str], bytes]] = []
        self.statuses: dict[str, int] = {}
        super().__init__(self._answer)

    def _answer(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str]]:
        self.sent.append((path, headers, body))
        return self.statuses.get(path, 201) if Vapid02.verify(headers["authorization"]) else 401, {}
