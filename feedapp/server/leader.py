"""Which thread waits for events: one at a time, the leader, who also answers what it finds (leader and followers).

Threads that run at the same time hand the GIL to each other at every system call, which costs more than a warm request.
So one thread runs as long as it does not block: before it blocks, it hands the lead over (`feedapp.blocking`), and a
watch takes the lead from a leader that does not come back.
"""

from __future__ import annotations

import threading
from collections import deque
from time import sleep

TICK_SECONDS = 0.01
"""A leader that handles one event for longer than this, and for twice as long at most, is replaced."""


class Lead:
    """The right to wait for events, of which there is one.

    Either nobody has it (the lock is open), or the leader has it, or it is in `_offered` while the leader handles an
    event. Whoever comes first takes it from there: the leader when it is done, or somebody who gives it to a follower.
    """

    def __init__(self) -> None:
        self._right = threading.Lock()
        self._offered: deque[tuple[int, int]] = deque()
        self._count = 0
        self._is_watched = False
        self._is_over = False
        self._has_begun = threading.Event()

    def follow(self) -> None:
        """Wait until there is no leader, then become it."""
        self._right.acquire()

    def leave(self) -> None:
        """Give up the lead."""
        self._right.release()

    def begin(self) -> None:
        """Called by the leader: it handles an event, and may be replaced meanwhile."""
        self._count += 1
        self._offered.append((threading.get_ident(), self._count))
        if not self._is_watched:
            self._is_watched = True
            self._has_begun.set()

    def end(self) -> bool:
        """End handling. Tell whether this thread leads now, perhaps by a right that another thread offered."""
        return self._take()

    def hand_over(self) -> None:
        """Let a follower lead, if this thread does, and is handling an event."""
        try:
            leader, _ = self._offered[0]
        except IndexError:
            return
        if leader == threading.get_ident() and self._take():
            self.leave()

    def watch(self) -> None:
        """For a thread of its own: let a follower lead when the leader does not come back. Sleeps when all is quiet."""
        while not self._is_over:
            self._has_begun.wait()
            self._has_begun.clear()
            self._is_watched = True
            last, seen = -1, -1
            while seen != self._count or self._offered:
                seen = self._count
                sleep(TICK_SECONDS)
                last = self._replace_if_still(last)
            self._is_watched = False
            if self._offered:  # it began before it could see that nobody watches
                self._has_begun.set()

    def stop_watching(self) -> None:
        """Let the watch end."""
        self._is_over = True
        self._has_begun.set()

    def _replace_if_still(self, last: int) -> int:
        """Give the number of the event in hand; replace its leader if that is the one of the last look."""
        try:
            _, number = self._offered[0]
        except IndexError:
            return -1
        if number == last and self._take():
            self.leave()
        return number

    def _take(self) -> bool:
        try:
            self._offered.pop()
        except IndexError:
            return False
        return True
