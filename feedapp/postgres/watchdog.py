"""A watchdog thread that ends waits for PostgreSQL that last too long.

The server's own timeouts cannot fire in a server that hangs, and keepalives do not notice: its kernel still answers. So
the socket is shut down on this side, which ends the wait at once. It works for everything that libpq does (a
statement, COPY, COMMIT), with or without TLS, and costs almost nothing.
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from threading import Event, Lock, Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

TICK = 0.25
"""Seconds between two checks: how late a wait may be ended."""
LINGER = 20
"""Idle checks after which the thread sleeps until a wait begins. Waking it costs more than a check."""


class Watched(Protocol):
    """A wait. `until` is a time of `monotonic`; `expired` is set before the socket is shut down."""

    until: float
    expired: bool
    connection: Any


class Watchdog:
    """One per process; its thread starts with the first wait."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._waits: set[Watched] = set()
        self._awake = Event()
        self._process = 0

    def add(self, wait: Watched) -> None:
        """Begin to watch a wait."""
        self._waits.add(wait)
        if not self._awake.is_set() or self._process != os.getpid():
            self._wake()

    def remove(self, wait: Watched) -> None:
        """Stop watching: the wait has ended. After this its socket is not touched."""
        with self._lock:
            self._waits.discard(wait)

    def look(self) -> None:
        """End the waits that have lasted too long."""
        now = self._clock()
        for wait in list(self._waits):
            if wait.until < now:
                with self._lock:
                    if wait in self._waits:
                        self._waits.discard(wait)
                        wait.expired = True
                        _shut_down(wait.connection)

    def _wake(self) -> None:
        with self._lock:
            if self._process != os.getpid():  # a child has none of its parent's threads
                self._process = os.getpid()
                Thread(target=self._run, name="postgres-watchdog", daemon=True).start()
            self._awake.set()

    def _run(self) -> None:
        idle = 0
        while True:
            idle = 0 if self._waits else idle + 1
            if idle > LINGER:
                self._awake.clear()
                if not self._waits:
                    self._awake.wait()
                idle = 0
            self.look()
            sleep(TICK)


def _shut_down(connection: Any) -> None:
    """Shut a connection's socket down without closing it: that is libpq's to do."""
    with suppress(Exception):  # it was closed this moment, so nobody waits
        borrowed = socket.socket(fileno=connection.fileno())
        try:
            borrowed.shutdown(socket.SHUT_RDWR)
        finally:
            borrowed.detach()


WATCHDOG = Watchdog()
