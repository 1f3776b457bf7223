"""Waiting for many connections by many threads: each event is given to one thread, which then has the connection.

A connection is watched until its next event only, and again after `watch`.
"""

from __future__ import annotations

import select
import sys

if sys.platform == "linux":
    _READ, _WRITE = select.EPOLLIN | select.EPOLLONESHOT, select.EPOLLOUT | select.EPOLLONESHOT

    class Poller:
        """By epoll. A descriptor that is closed is forgotten by itself."""

        def __init__(self) -> None:
            self._epoll = select.epoll()

        def add(self, descriptor: int) -> None:
            """Watch a new one until it can be read."""
            self._epoll.register(descriptor, _READ)

        def watch(self, descriptor: int, *, write: bool = False) -> None:
            """Watch one until it can be read, or written to."""
            self._epoll.modify(descriptor, _WRITE if write else _READ)

        def always(self, descriptor: int) -> None:
            """Watch one for good: every thread gets its event, as long as it can be read."""
            self._epoll.register(descriptor, select.EPOLLIN)

        def wait(self) -> int:
            """Return the descriptor of the next event; -1 if there was none."""
            found = self._epoll.poll(-1, 1)
            return found[0][0] if found else -1

else:

    class Poller:
        """By kqueue."""

        def __init__(self) -> None:
            self._queue = select.kqueue()

        def add(self, descriptor: int) -> None:
            """Watch a new one until it can be read."""
            self.watch(descriptor)

        def watch(self, descriptor: int, *, write: bool = False) -> None:
            """Watch one until it can be read, or written to."""
            kind = select.KQ_FILTER_WRITE if write else select.KQ_FILTER_READ
            self._change(descriptor, kind, select.KQ_EV_ADD | select.KQ_EV_ONESHOT)

        def always(self, descriptor: int) -> None:
            """Watch one for good: every thread gets its event, as long as it can be read."""
            self._change(descriptor, select.KQ_FILTER_READ, select.KQ_EV_ADD)

        def wait(self) -> int:
            """Return the descriptor of the next event; -1 if there was none."""
            found = self._queue.control(None, 1, None)
            return int(found[0].ident) if found else -1

        def _change(self, descriptor: int, kind: int, flags: int) -> None:
            self._queue.control([select.kevent(descriptor, kind, flags)], 0)
