"""Ports of loopback that nobody uses, nor will until whoever asked for one listens there."""

from __future__ import annotations

import random
import socket
import sys
from contextlib import suppress
from pathlib import Path

LOWEST, ENOUGH = 20_000, 5_000
RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
USUAL_RANGE = 32_768
_given: set[int] = set()


def free_port() -> int:
    """Give one that no process of tests was given that still runs, and that the kernel gives to nobody by itself.

    A port that the kernel chose may be that of somebody's connection a moment later, before a server listens there.
    """
    chances = random.SystemRandom()
    while True:
        port = chances.randrange(*_range())
        if port not in _given and _hold(port):
            _given.add(port)
            return port


def _range() -> tuple[int, int]:
    """Give the ports below those of the kernel, or, where its begin very low, enough of them all the same."""
    first = USUAL_RANGE
    with suppress(OSError):
        first = int(RANGE.read_text().split()[0])
    return (LOWEST, first) if first >= LOWEST + ENOUGH else (LOWEST, LOWEST + ENOUGH)


def _hold(port: int) -> bool:
    """Keep it from other processes of tests as long as this one runs; tell whether it is free."""
    with socket.socket(socket.AF_UNIX) as mark, socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
            if sys.platform == "linux":
                mark.bind(f"\0a port of feedapp's tests: {port}")  # an abstract name: it is gone with its process
        except OSError:
            return False
        mark.detach()  # so it stays open
        return True
