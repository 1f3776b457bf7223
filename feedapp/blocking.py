"""What a thread says before it waits: who counts on it meanwhile (`feedapp.server.leader`) lets another take its place.

Threads of Python that run at the same time cost each other more than a short wait does. So only those waits are told
that take longer than it takes to wake another thread.
"""

from __future__ import annotations

import threading
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

WORTH_TELLING = 0.0005
"""Seconds. Measured on two processors: with a Redis that answers in 0.15 ms, telling all waits costs a seventh."""
WINDOW = 64


class _Thread(threading.local):
    def __init__(self) -> None:
        self.listener: Callable[[], None] | None = None


_thread = _Thread()


def listen(listener: Callable[[], None]) -> None:
    """Have `listener` called whenever this thread is about to wait."""
    _thread.listener = listener


def about_to_block() -> None:
    """Say that this thread will wait."""
    if _thread.listener is not None:
        _thread.listener()


class Pace:
    """How long waits of one kind take: they are told if lately none of them was short.

    The shortest counts, since on a busy machine any wait may be long, and waking more threads makes it busier.
    """

    def __init__(self) -> None:
        self.is_slow = False
        self._shortest = inf
        self._count = 0

    def before(self) -> None:
        """Say that this thread will wait, if such waits are long."""
        if self.is_slow:
            about_to_block()

    def after(self, seconds: float) -> None:
        """Note how long it took."""
        self._shortest = min(self._shortest, seconds)
        self._count += 1
        if self._count >= WINDOW:
            self.is_slow = self._shortest > WORTH_TELLING
            self._shortest, self._count = inf, 0
