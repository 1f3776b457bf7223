"""Ports of loopback that nobody uses."""

from __future__ import annotations

import socket

TAKEN: set[int] = set()


def free_port() -> int:
    """Give one that this process has not given out yet; Redis Cluster's bus needs one of its own, so none is near."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        if port not in TAKEN:
            TAKEN.add(port)
            return port
