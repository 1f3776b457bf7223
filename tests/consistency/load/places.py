"""Where a server is asked."""

from __future__ import annotations

from typing import NamedTuple


class Place(NamedTuple):
    """A host, a port, and whether TLS is spoken there."""

    port: int
    host: str = "127.0.0.1"
    tls: bool = False

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"
