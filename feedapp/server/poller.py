"""Waits for events of many connections. `feedapp.server.leader` decides which thread waits.

A connection is watched for one event, and again after `watch`.
"""

from __future__ import annotations

import select
import sys

AT_ONCE = 64
"""Maximum events per wait."""

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
            """Watch one for good: there is an event at each wait, as long as it can be read."""
            self._epoll.register(descriptor, select.EPOLLIN)

        def wait(self) -> list[int]:
            """Give the descriptors of the next events; none if the wait was interrupted."""
            return [descriptor for descriptor, _ in self._epoll.poll(-1, AT_ONCE)]

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
            """Watch one for good: there is an event at each wait, as long as it can be read."""
            self._change(descriptor, select.KQ_FILTER_READ, select.KQ_EV_ADD)

        def wait(self) -> list[int]:
            """Give the descriptors of the next events; none if the wait was interrupted."""
            return [int(event.ident) for event in self._queue.control(None, AT_ONCE, None)]

        def _change(self, descriptor: int, kind: int, flags: int) -> None:
            self._queue.control([select.kevent(descriptor, kind, flags)], 0)
