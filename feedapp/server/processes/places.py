"""A place among the workers, and the process that has it."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import socket
    from collections.abc import Sequence

SOON, LATEST = 0.1, 10.0
"""Seconds until a worker that ended before it was ready is replaced; doubled each time."""
READY = b"r"
LONGEST_REASON = 4096


class Target(NamedTuple):
    """What is served where; `prefix` is a command that becomes the worker, such as one that drops privileges."""

    application: str
    host: str
    port: int
    workers: int
    threads: int
    prefix: Sequence[str] = ()


class Worker:
    """One place among the workers, and the process that has it."""

    def __init__(self, target: Target, listener: socket.socket) -> None:
        self._target = target
        self._listener = listener
        self._ready: int | None = None
        self.process: subprocess.Popen[bytes] | None = None
        self.failures = 0
        self.due = 0.0
        self.reason = ""
        """What a worker said that could not start."""

    def start(self, *, is_successor: bool = False) -> None:
        """Start the process; a successor is ready only if it can serve by what it finds (`/readyz`)."""
        self._ready, ready = os.pipe()
        self.reason = ""
        descriptors = (self._listener.fileno(), ready)
        command = [
            *(*self._target.prefix, sys.executable, "-m", "feedapp.server.worker"),
            *(*map(str, descriptors), self._target.application, str(self._target.threads)),
            *(["--successor"] if is_successor else []),
        ]
        self.process = subprocess.Popen(command, pass_fds=descriptors, stdin=subprocess.DEVNULL)  # noqa: S603
        os.close(ready)

    def is_ready(self) -> bool:
        """Whether it has reported that it is ready."""
        if self._ready is not None and select.select([self._ready], [], [], 0)[0]:
            told = os.read(self._ready, LONGEST_REASON)
            if told != READY:  # it ended before, and may have said why
                self.reason = told.decode(errors="replace").strip() or self.reason
                return False
            self.failures = 0
            self._forget()
        return self._ready is None

    def ended(self) -> int | None:
        """Give the exit status of a process that has ended, once; plan when the place is filled again."""
        status = self.process.poll() if self.process else None
        if status is None:
            return None
        if not self.is_ready():
            self.failures += 1
        self._forget()
        self.process = None
        self.due = monotonic() + (min(SOON * 2**self.failures, LATEST) if self.failures else 0)
        return status

    def _forget(self) -> None:
        if self._ready is not None:
            os.close(self._ready)
            self._ready = None


def told(status: int) -> str:
    """Say how a process ended."""
    return f"signal {-status}" if status < 0 else f"status {status}"
