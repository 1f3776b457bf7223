"""A client on a raw socket, which sends what no library would."""

from __future__ import annotations

import json
import socket
from contextlib import suppress
from time import monotonic
from typing import Any, NamedTuple

PATIENCE = 60.0
"""Seconds that anything may take on a busy machine: nobody waits for so long where all is well."""


class Answer(NamedTuple):
    """One answer, or what came of it."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Client:
    """One connection."""

    def __init__(self, port: int, *, receive_buffer: int | None = None) -> None:
        self.port = port
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(PATIENCE)
        try:
            self.socket.connect(("127.0.0.1", port))
        except OSError:
            self.socket.close()
            raise
        self._received = b""

    def send(self, data: bytes | str) -> None:
        self.socket.sendall(data.encode("latin-1") if isinstance(data, str) else data)

    def request(self, method: str, path: str, *headers: str, body: bytes = b"", more: str = "") -> None:
        """Send a request without waiting for its answer."""
        length = f"Content-Length: {len(body)}\r\n" if body else ""
        lines = "".join(f"{header}\r\n" for header in headers)
        self.send(f"{method} {path} HTTP/1.1\r\nHost: feed.example\r\n{lines}{length}{more}\r\n".encode() + body)

    def ask(self, path: str, *headers: str, method: str = "GET", body: bytes = b"") -> Answer:
        self.request(method, path, *headers, body=body)
        return self.answer(method)

    def answer(self, method: str = "GET") -> Answer:
        """Read one answer. Raise ConnectionError if the connection ends before it is whole."""
        while b"\r\n\r\n" not in self._received:
            self._more()
        head, _, self._received = self._received.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        status = int(first.split()[1])
        length = 0 if method == "HEAD" or status in {100, 204, 304} else int(headers["content-length"])
        while len(self._received) < length:
            self._more()
        body, self._received = self._received[:length], self._received[length:]
        return Answer(status, headers, body)

    def seconds_until_closed(self) -> float:
        """Read until the other side closes; give how long that took."""
        began = monotonic()
        with suppress(ConnectionError):
            while True:
                self._more()
        return monotonic() - began

    def close(self) -> None:
        self.socket.close()

    def _more(self) -> None:
        chunk = self.socket.recv(1 << 16)
        if not chunk:
            raise ConnectionError("closed")
        self._received += chunk
