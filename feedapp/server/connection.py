"""One client's connection: who takes the next step, and its deadline."""

from __future__ import annotations

import socket
import sys
import threading
from fcntl import ioctl
from termios import TIOCOUTQ
from time import monotonic
from typing import TYPE_CHECKING

from feedapp.server.reading import RequestReader

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from feedapp.server.limits import Limits


class State:
    """Who takes the next step; no Enum, whose members cost a tenth of a microsecond per access."""

    READING, ANSWERING, WRITING, LINGERING, CLOSED = range(5)


class Connection(RequestReader):
    """Changes need its `lock`, which is never held while the application works.

    `number` counts the requests: whoever answers one checks that it is still the current one.
    """

    def __init__(self, sock: socket.socket, common: WSGIEnvironment, limits: Limits) -> None:
        super().__init__(common, limits)
        self.sock = sock
        self.descriptor = sock.fileno()
        self.lock = threading.Lock()
        self.state = State.READING
        self.number = 0
        self.has_begun = False
        """Whether the application has begun with the request."""
        self.unsent = memoryview(b"")
        self.rests_until = 0.0
        """Until when it may be idle after an answer that was read."""
        self._answer_size = 0
        self._started = monotonic()
        self.deadline = self._started + limits.stall

    def take(self, data: bytes) -> WSGIEnvironment | None:
        """Feed received bytes; there is a deadline as long as the request is incomplete."""
        if not self.received:
            self._started = monotonic()
        environ = self.feed(data)
        if environ is None:
            self._extend(self.received)
        return environ

    def begin_answer(self, answer: bytes) -> None:
        """Have an answer to be sent."""
        self.unsent = memoryview(answer)
        self._answer_size = len(answer)
        self._started = monotonic()
        self._extend(0)
        self.state = State.WRITING

    def sent(self, size: int) -> None:
        """Note that so much of the answer was sent."""
        self.unsent = self.unsent[size:]
        if size and self.unsent:
            self._extend(self._answer_size)

    @property
    def held(self) -> int:
        """The bytes in memory for a client that has not read them all."""
        return self._answer_size if self.unsent else 0

    def await_next_request(self) -> None:
        """Forget the request that was answered."""
        self.forget()
        self.has_begun = False
        self.state = State.READING
        self.number += 1
        now = monotonic()
        self.deadline, self.rests_until = now + self._limits.stall, now + self._limits.idle

    @property
    def quiet_since(self) -> float:
        """Since when nothing was sent on it, or it is there."""
        return max(self._started, self.rests_until - self._limits.idle)

    @property
    def has_unread(self) -> bool:
        """Whether received bytes are unread, such as the next request."""
        try:
            return bool(self.sock.recv(1, socket.MSG_PEEK))
        except OSError:
            return False

    def _extend(self, size: int) -> None:
        """Give a stall's time for the next part, and so much for the whole of `size` as the slowest need."""
        allowed = self._limits.stall + size / self._limits.rate
        self.deadline = min(self._started + allowed, monotonic() + self._limits.stall)

    @property
    def is_read(self) -> bool:
        """Whether the client has taken all that was sent, as far as the system tells."""
        if sys.platform != "linux":
            return True
        waiting = ioctl(self.descriptor, TIOCOUTQ, bytes(4))
        return not int.from_bytes(waiting, sys.byteorder)
