"""How long anything may take, and how much of it there may be, before a thread of the application sees it."""

from __future__ import annotations

from typing import NamedTuple


class Limits(NamedTuple):
    """Times are in seconds, sizes in bytes. Whoever is slower than the rate for longer than a stall is let go."""

    stall: float = 8.5
    """A head or a body that does not arrive, an answer that is not read, a new connection that says nothing."""
    rate: int = 16 * 1024
    """Bytes per second that move the end of a request or an answer further away: a byte every 5 s does not."""
    answer: float = 8.5
    """From the last byte of a request to its answer, waiting for a thread included."""
    stuck: float = 300
    """When no thread of the application has come back for so long, the worker ends and is replaced."""
    idle: float = 30
    """Between two requests of a connection."""
    linger: float = 2
    """For the client to read an answer before a connection ends on which it still sends."""
    head: int = 32 * 1024
    body: int = 512 * 1024
    bodies: int = 64 * 1024 * 1024
    """All bodies that a worker holds at one time."""
    unread: int = 128 * 1024 * 1024
    """All answers that a worker holds for clients that have not taken them yet; those who have taken least go first."""
    connections: int = 4096
    waiting: int = 512
    """Requests that wait for a thread; further ones get 503 at once."""


SWEEP_SECONDS = 0.4
"""How often deadlines are looked at; with it, all of the above stay below 10 s."""
DRAIN_SECONDS = 9.0
"""For what is being answered when a worker is told to end."""
