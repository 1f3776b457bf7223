"""A small HTTP/1.1 client on a raw socket that stays open: the load must cost less than the server."""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress
from functools import cache

from tests.consistency.load.places import Place

TIMEOUT = 20.0
NO_ANSWER = 0
_CHUNK = 1 << 17


class Connection:
    """One keep-alive connection to one app process; opened when it is needed, and again after it broke.

    `patience`: seconds after which no answer is waited for any longer.
    """

    def __init__(self, place: Place | int, *, patience: float = TIMEOUT) -> None:
        self.place = Place(port=place) if isinstance(place, int) else place
        self._patience = patience
        self._socket: socket.socket | None = None
        self.has_sent = False
        """Whether the last request may have arrived: there was a connection for it."""

    def ask(self, method: str, path: str, *, headers: str = "", body: bytes = b"") -> tuple[int, bytes]:
        """Send a request; give the status and the body. The status is NO_ANSWER if none came."""
        status, _, content = self.exchange(method, path, headers=headers, body=body)
        return status, content

    def exchange(self, method: str, path: str, *, headers: str = "", body: bytes = b"") -> tuple[int, bytes, bytes]:
        """Do the same and give the head of the answer, too."""
        length = f"Content-Length: {len(body)}\r\n" if body or method != "GET" else ""
        request = f"{method} {path} HTTP/1.1\r\nHost: {self.place}\r\n{headers}{length}\r\n".encode() + body
        self.has_sent = False
        try:
            connected = self._connected()
            self.has_sent = True
            connected.sendall(request)
            return self._answer(connected)
        except (OSError, ValueError):
            self.close()
            return NO_ANSWER, b"", b""

    def close(self) -> None:
        """Close it; the next request opens it again."""
        if self._socket:
            with suppress(OSError):
                self._socket.close()
            self._socket = None

    def _connected(self) -> socket.socket:
        if self._socket is None:
            self._socket = socket.create_connection((self.place.host, self.place.port), self._patience)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.place.tls:
                self._socket = _anybody().wrap_socket(self._socket)
        return self._socket

    def _answer(self, connected: socket.socket) -> tuple[int, bytes, bytes]:
        received = b""
        while (split := received.find(b"\r\n\r\n")) < 0:
            received += self._more(connected)
        head, content = received[:split].lower(), received[split + 4 :]
        status = int(head[9:12])
        at = head.find(b"\r\ncontent-length:")
        length = 0 if at < 0 else int(head[at + 17 : (head + b"\r\n").find(b"\r\n", at + 17)])
        if at < 0 and status != 204:
            raise ValueError("an answer without a length")
        while len(content) < length:
            content += self._more(connected)
        if b"\r\nconnection: close" in head:
            self.close()
        return status, received[:split], content

    def _more(self, connected: socket.socket) -> bytes:
        chunk = connected.recv(_CHUNK)
        if not chunk:
            raise ConnectionError("closed midway")
        return chunk


@cache
def _anybody() -> ssl.SSLContext:
    """Trust whom nobody has vouched for: the balancers of a run have certificates that they made themselves."""
    return ssl._create_unverified_context()  # noqa: S323
