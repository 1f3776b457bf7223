"""A way out of a network namespace: an HTTP proxy that listens inside it and connects from outside.

So neither routes nor addresses of this machine are changed, and nothing but HTTP gets out.
"""

from __future__ import annotations

import ctypes
import os
import socket
import threading
from contextlib import suppress
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

NEW_NETWORK = 0x40000000
PORT = 3128
HEAD_BYTES = 64 * 1024
PATIENCE = 120.0


class Forwarder:
    """It runs from `start` to `stop`, for the namespace of a process."""

    def __init__(self) -> None:
        self.address = f"http://127.0.0.1:{PORT}"
        self._listener: socket.socket | None = None

    def start(self, pid: int) -> Self:
        """Listen inside. A thread of its own enters the namespace, and ends there."""
        given: list[socket.socket | OSError] = []

        def listen() -> None:
            try:
                with Path(f"/proc/{pid}/ns/net").open("rb") as namespace:
                    if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), NEW_NETWORK):
                        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))  # noqa: TRY301
                given.append(socket.create_server(("127.0.0.1", PORT)))
            except OSError as error:
                given.append(error)

        thread = threading.Thread(target=listen)
        thread.start()
        thread.join()
        (found,) = given
        if isinstance(found, OSError):
            raise found
        self._listener = found
        threading.Thread(target=self._accept, args=(found,), daemon=True).start()
        return self

    def stop(self) -> None:
        """Take no more."""
        if self._listener:
            with suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()

    @staticmethod
    def _accept(listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=_serve, args=(client,), daemon=True).start()


def _serve(client: socket.socket) -> None:
    with client, suppress(OSError, ValueError):
        client.settimeout(PATIENCE)
        head, rest = _head(client)
        method, target, version = head[0].split(" ")
        where = urlsplit(f"//{target}" if method == "CONNECT" else target)
        with socket.create_connection((where.hostname or "", where.port or 80), timeout=PATIENCE) as server:
            if method == "CONNECT":
                client.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
            else:  # one request a connection: what comes next may be for another server
                path = f"{where.path or '/'}{f'?{where.query}' if where.query else ''}"
                kept = [line for line in head[1:] if not line.lower().startswith(("connection:", "proxy-"))]
                asked = [f"{method} {path} {version}", *kept, "Connection: close", "", ""]
                server.sendall("\r\n".join(asked).encode("latin-1"))
            server.sendall(rest)
            _relay(client, server)


def _head(client: socket.socket) -> tuple[list[str], bytes]:
    data = b""
    while b"\r\n\r\n" not in data:
        more = client.recv(HEAD_BYTES)
        if not more or len(data) > HEAD_BYTES:
            raise ValueError("no request")
        data += more
    head, _, rest = data.partition(b"\r\n\r\n")
    return head.decode("latin-1").split("\r\n"), rest


def _relay(one: socket.socket, other: socket.socket) -> None:
    """Pass on what comes on either side until one of them ends."""

    def pass_on(source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(256 * 1024):
                target.sendall(data)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    back = threading.Thread(target=pass_on, args=(other, one), daemon=True)
    back.start()
    pass_on(one, other)
    back.join(PATIENCE)
