"""The socket that all workers accept from."""

from __future__ import annotations

import os
import resource
import socket
from contextlib import suppress

BACKLOG = 2048
SEND_BUFFER = 128 * 1024
UNREAD_SECONDS = 30
"""How long the system keeps unread bytes sent on a closed connection."""
MOST_FILES = 65_536
FIRST_GIVEN = 3
"""The descriptor of a socket that systemd opened for this process."""


def bound(host: str, port: int) -> socket.socket:
    """Open the socket that all workers accept from: connections that one worker did not accept go to another.

    It refuses connections until the first worker calls `begin_to_listen`: a balancer that asks no host how it is, like
    nginx, would give this one its share of requests at once, and each would wait until the application is loaded.
    A socket that systemd has opened (a .socket unit) is taken instead: connections wait in it while feedapp restarts.
    """
    listener = _given() or _opened(host, port)
    # Accepted ones have it from here. What is sent and not read stays in memory: this bounds it for each connection.
    if listener.family != socket.AF_UNIX:
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_SECONDS * 1000)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
    return listener


def begin_to_listen(listener: socket.socket) -> None:
    """Have the system accept connections, if it does not yet. Raise OSError if somebody else listens there by now."""
    listener.listen(BACKLOG)


def is_given() -> bool:
    """Whether systemd has opened the socket for this process."""
    return os.environ.get("LISTEN_PID") == str(os.getpid()) and os.environ.get("LISTEN_FDS", "0") != "0"


def _given() -> socket.socket | None:
    return socket.socket(fileno=FIRST_GIVEN) if is_given() else None


def _opened(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(address)
    return listener


def raise_file_limit() -> None:
    """Let this process and its workers have as many connections as the system allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
