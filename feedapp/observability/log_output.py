"""Log lines of a serving process: whoever reads them slowly, or not at all, holds no request.

A pipe, a socket or a terminal that nobody reads takes no more at some point, and a write then waits for ever. So a line
is written at once only where there is room for it. Else it waits in a line of bounded length for a thread of its own;
those that find no room there are counted, and that is said once there is room again.
"""

from __future__ import annotations

import atexit
import logging
import os
import select
import stat
import sys
from collections import deque
from contextlib import suppress
from fcntl import fcntl, ioctl
from termios import FIONREAD
from threading import Condition, Thread
from time import monotonic

MOST_WAITING = 2_000
LAST_SECONDS = 0.5
"""For what still waits when the process ends."""
SET_ASIDE = 2
"""One in so many parts of a pipe is left to other processes, which may write between our look and our write."""
_PIPE_SIZE = 64 * 1024


class PatientHandler(logging.StreamHandler):  # type: ignore[type-arg]
    """Writes to the descriptor of standard error, and never waits for its reader."""

    def __init__(self) -> None:
        super().__init__()
        self._descriptor = sys.stderr.fileno()
        self._room = _room_of(self._descriptor)
        self._reset()
        os.register_at_fork(after_in_child=self._reset)
        atexit.register(self._finish)

    def _reset(self) -> None:
        self._waiting: deque[bytes] = deque()
        self._changed = Condition()
        self._lost = 0
        self._has_writer = False

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line, or have it written. A line that cannot be written fails nothing."""
        try:
            line = (self.format(record) + self.terminator).encode("utf-8", "backslashreplace")
        except Exception:  # noqa: BLE001  (as logging does it)
            self.handleError(record)
            return
        self._put(line)

    def put(self, line: str) -> None:
        """Write a line that is formatted already."""
        made = (line + self.terminator).encode("utf-8", "backslashreplace")
        assert self.lock is not None
        with self.lock:
            self._put(made)

    def _put(self, line: bytes) -> None:
        if self._waiting or not self._room.is_there():
            self._leave(line)
            return
        with suppress(OSError):
            _write(self._descriptor, line)

    def _leave(self, line: bytes) -> None:
        with self._changed:
            if len(self._waiting) >= MOST_WAITING:
                self._lost += 1
                return
            self._waiting.append(line)
            if not self._has_writer:
                self._has_writer = True
                Thread(target=self._write_waiting, name="log", daemon=True).start()

    def _write_waiting(self) -> None:
        """Write what waits, and wait for the reader as long as it takes. The first stays in the line meanwhile."""
        while True:
            line = self._waiting[0]
            with suppress(OSError):
                _write(self._descriptor, line)
            with self._changed:
                self._waiting.popleft()
                if not self._waiting and self._lost:
                    self._waiting.append(
                        f"feedapp.observability.logs: {self._lost} lines were lost: nobody read them\n".encode()
                    )
                    self._lost = 0
                if not self._waiting:
                    self._has_writer = False
                    self._changed.notify_all()
                    return

    def _finish(self) -> None:
        deadline = monotonic() + LAST_SECONDS
        with self._changed:
            while self._waiting and self._changed.wait(max(0.0, deadline - monotonic())):
                pass


class _Room:
    """Whether a descriptor takes a line without a wait: a file always does."""

    def is_there(self) -> bool:
        return True


class _PolledRoom(_Room):
    """Of a socket or a terminal, whose poll says so long before they are full."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLOUT)

    def is_there(self) -> bool:
        return bool(self._poll.poll(0))


class _PipeRoom(_PolledRoom):
    """Of a pipe, of which others may take some before this process does."""

    def __init__(self, descriptor: int) -> None:
        super().__init__(descriptor)
        try:
            from fcntl import F_GETPIPE_SZ  # noqa: PLC0415  (Linux has it)

            size = fcntl(descriptor, F_GETPIPE_SZ)
        except (ImportError, OSError):
            size = _PIPE_SIZE
        self._most = size // SET_ASIDE

    def is_there(self) -> bool:
        try:
            unread = int.from_bytes(ioctl(self._descriptor, FIONREAD, bytes(4)), sys.byteorder)
        except OSError:
            unread = 0
        return unread <= self._most and super().is_there()


def _room_of(descriptor: int) -> _Room:
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISFIFO(mode):
        return _PipeRoom(descriptor)
    return _PolledRoom(descriptor) if stat.S_ISSOCK(mode) or os.isatty(descriptor) else _Room()


def _write(descriptor: int, line: bytes) -> None:
    while line:
        line = line[os.write(descriptor, line) :]
