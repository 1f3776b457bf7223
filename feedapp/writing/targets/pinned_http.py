"""One POST to an address that somebody chose, within a time that nothing makes longer, and never to a network of ours.

The name is resolved once, every address that it has must be one of the internet, and the connection goes to one of
those and nowhere else: so a name that means something else a moment later leads nowhere (DNS rebinding). No redirect
is followed, and no proxy is used.
"""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from threading import Timer
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from feedapp.networks import is_public

if TYPE_CHECKING:
    from collections.abc import Mapping

SILENCE = 5.0
"""Seconds that the other side may say nothing."""
LONGEST = 15.0
"""Seconds for all of it, however much the other side says meanwhile."""
MOST_ADDRESSES = 4
MOST_READ = 2_048
"""Bytes of an answer that are read: nothing in it matters, and a little of it is kept where it refuses."""
PORTS = {"https": 443, "http": 80}
GOOD = range(200, 300)


class Outcome(NamedTuple):
    """What was answered; `status` is None where nothing was, and `trouble` says why it is no success, if it is none."""

    status: int | None
    trouble: str

    @property
    def is_good(self) -> bool:
        """Whether it was received."""
        return self.status in GOOD


class UnreachableError(Exception):
    """No connection could be made, or none may be, and why."""


class PinnedHttp:
    """Sends. `private`: also to this machine and the networks behind it, and without TLS."""

    def __init__(
        self, *, private: bool, silence: float = SILENCE, longest: float = LONGEST, ca_certs: str | None = None
    ) -> None:
        self.private = private
        self._silence = silence
        self._longest = longest
        self._ca_certs = ca_certs

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
        """Send, and say what came of it; nothing is raised for what the other side does."""
        ends = monotonic() + self._longest
        try:
            connection = self._connected(url, ends)
        except UnreachableError as error:
            return Outcome(None, str(error))
        timer = Timer(max(0.0, ends - monotonic()), _cut, [connection.sock])
        timer.daemon = True
        timer.start()
        try:
            parts = urlsplit(url)
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", target, body=body, headers=dict(headers))
            response = connection.getresponse()
            if response.status in GOOD:
                return Outcome(response.status, "")
            return Outcome(response.status, _said(response.read(MOST_READ)) or response.reason)
        except (HTTPException, OSError, ValueError) as error:
            late = monotonic() >= ends
            return Outcome(None, f"took longer than {self._longest:.0f} s" if late else _reason(error))
        finally:
            timer.cancel()
            connection.close()

    def reach(self, url: str) -> str:
        """Connect, and say nothing; give why that is not possible, "" if it is."""
        try:
            self._connected(url, monotonic() + self._longest).close()
        except UnreachableError as error:
            return str(error)
        return ""

    def _connected(self, url: str, ends: float) -> HTTPConnection:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or PORTS.get(parts.scheme, 0)
        if parts.scheme not in PORTS or (parts.scheme != "https" and not self.private):
            raise UnreachableError("is no https address")
        connection = HTTPConnection(parts.netloc.rpartition("@")[2])
        trouble = "has no address"
        for address in self._addresses(host, port):
            left = min(self._silence, ends - monotonic())
            if left <= 0:
                break
            try:
                sock = socket.create_connection((address, port), timeout=left)
                if parts.scheme == "https":
                    context = ssl.create_default_context(cafile=self._ca_certs)
                    sock = context.wrap_socket(sock, server_hostname=host)
            except (OSError, ValueError) as error:
                trouble = _reason(error)
                continue
            connection.sock = sock
            return connection
        raise UnreachableError(trouble)

    def _addresses(self, host: str, port: int) -> list[str]:
        """Resolve a name. Raise UnreachableError if any of its addresses may not be sent to."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise UnreachableError(f"could not be resolved: {_reason(error)}") from None
        addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
        if not self.private and not all(map(is_public, addresses)):
            raise UnreachableError("leads to a private network")
        return addresses[:MOST_ADDRESSES]


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "did not answer in time"
    said = str(getattr(error, "strerror", None) or "") or str(error) or type(error).__name__
    return " ".join(said.split())[:200]


def _said(answer: bytes) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in answer.decode("utf-8", "replace")).split())[:200]


def _cut(sock: socket.socket) -> None:
    """End a connection under whoever waits for it."""
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
