"""Limits of the server on time and size, before a thread of the application sees a request."""

from __future__ import annotations

from typing import NamedTuple


class Limits(NamedTuple):
    """Times in seconds, sizes in bytes. A client slower than `rate` for longer than `stall` is disconnected."""

    stall: float = 8.5
    """A head or body that does not arrive, an answer that is not read, a new connection that sends nothing."""
    rate: int = 16 * 1024
    """Bytes per second that extend the deadline of a request or an answer: a byte every 5 s does not."""
    answer: float = 8.5
    """From the last byte of a request to its answer, including the wait for a thread."""
    stuck: float = 300
    """If no thread of the application has come back for so long, the worker ends and is replaced."""
    idle: float = 30
    """Between two requests of a connection."""
    linger: float = 2
    """For the client to read an answer before a connection ends on which it still sends."""
    head: int = 32 * 1024
    body: int = 512 * 1024
    bodies: int = 64 * 1024 * 1024
    """All bodies that a worker holds at one time."""
    uploads: int = 96 * 1024 * 1024
    """The same for requests that bring pictures (`feedapp.pictures.uploads`), which take no room of others."""
    unread: int = 128 * 1024 * 1024
    """All unread answers that a worker holds; clients that have read least are disconnected first."""
    connections: int = 4096
    waiting: int = 512
    """Requests that wait for a thread; further ones get 503 at once."""
    waiting_uploads: int = 8
    """The same for those that bring pictures: each holds megabytes."""


SWEEP_SECONDS = 0.4
"""Interval of deadline checks; including it, all of the above stay below 10 s."""
DRAIN_SECONDS = 9.0
"""For current requests when a worker is told to stop."""
