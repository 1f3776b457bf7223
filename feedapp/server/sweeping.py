"""Deadlines: slow clients get an error or are disconnected, and a worker that hangs is ended."""

from __future__ import annotations

import logging
import os
from heapq import nsmallest
from http import HTTPStatus
from threading import Lock
from time import monotonic, sleep
from typing import TYPE_CHECKING

from feedapp.observability import troubles
from feedapp.server.connection import State
from feedapp.server.limits import DRAIN_SECONDS, SWEEP_SECONDS

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from feedapp.server.connection import Connection
    from feedapp.server.exchanges import Exchanges
    from feedapp.server.limits import Limits

STUCK = 70
"""The exit status of a worker whose threads hang."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
UNSURE = "This takes longer than it should, and may still be carried out. Check before you send it again."
_ROOM = 16
"""If there are too many connections, one in so many is closed."""
_COUNT_AGAIN_SECONDS = 0.05
_GRACE_SECONDS = 0.5
_LOOK_AGAIN_SECONDS = 0.02

log = logging.getLogger("feedapp.server")


class Sweeper:
    """The work of a worker's main thread, while the others answer."""

    def __init__(
        self, exchanges: Exchanges, limits: Limits, *, stop_accepting: Callable[[], None], end: Callable[[], None]
    ) -> None:
        self._exchanges = exchanges
        self._stop_accepting = stop_accepting
        self._end = end
        self._limits = limits
        self._bodies = {False: 0, True: 0}
        self._counted = 0.0
        self._unread = 0
        self._bounding = Lock()
        self._has_told = False

    def run(self, is_wanted: threading.Event, parent: int) -> int:
        """Sweep until `is_wanted` is set or the parent is gone; then end in order. Give an exit status."""
        while not is_wanted.wait(SWEEP_SECONDS) and os.getppid() == parent:
            self._sweep()
            if self._exchanges.stuck_for() > self._limits.stuck:
                log.error("All threads have been busy for %d s: this worker is replaced", self._limits.stuck)
                return STUCK
        self._drain()
        return 0

    def has_room_for_bodies(self, *, uploads: bool) -> bool:
        """Whether all bodies together stay within their limit: those with pictures, or all others."""
        now = monotonic()
        if now - self._counted > _COUNT_AGAIN_SECONDS:
            self._counted = now
            self._bodies = {False: 0, True: 0}
            for each in self._all():
                self._bodies[each.is_upload] += min(each.body_size, each.body_limit)
        return self._bodies[uploads] <= (self._limits.uploads if uploads else self._limits.bodies)

    def make_room(self) -> None:
        """Close the connections that have been idle longest."""
        waiting = [each for each in self._all() if each.state in {State.READING, State.LINGERING}]
        count = len(waiting) // _ROOM + 1
        for connection in nsmallest(count, waiting, key=lambda each: (each.received > 0, each.deadline)):
            with connection.lock:
                if connection.state in {State.READING, State.LINGERING}:
                    self._exchanges.close(connection)

    def bound_unread(self, size: int) -> None:
        """Count the bytes of an answer that was not sent at once; if the total is too large, close some connections.

        Those whose clients have read least come first. The caller holds the lock of its own connection, so this waits
        for no other lock: a locked connection is being handled at the moment.
        """
        with self._bounding:
            self._unread += size
            if self._unread <= self._limits.unread:
                return
            waiting = sorted((each for each in self._all() if each.held), key=lambda each: each.held - len(each.unsent))
            self._unread = sum(each.held for each in waiting)
            wanted, closed = self._limits.unread * (_ROOM - 1) // _ROOM, 0
            for connection in waiting:
                if self._unread <= wanted:
                    break
                if connection.lock.acquire(blocking=False):
                    if connection.state == State.WRITING:
                        self._unread -= connection.held
                        self._exchanges.close(connection)
                        closed += 1
                    connection.lock.release()
        if closed:
            troubles.happened(log, "Answers were dropped", "too many answers were not read by their clients")

    def _all(self) -> list[Connection]:
        return list(self._exchanges.connections.values())

    def _sweep(self) -> None:
        now = monotonic()
        late = unanswered = unread = 0
        for connection in self._all():
            if connection.deadline > now or not connection.lock.acquire(blocking=False):
                continue
            try:
                if connection.deadline > now:
                    continue
                if connection.state == State.READING and connection.received:
                    late += 1
                    self._exchanges.refuse(connection, HTTPStatus.REQUEST_TIMEOUT)
                elif connection.state == State.ANSWERING:
                    unanswered += 1
                    is_unsure = connection.has_begun and connection.about["REQUEST_METHOD"] not in SAFE
                    self._exchanges.refuse(connection, HTTPStatus.SERVICE_UNAVAILABLE, UNSURE if is_unsure else None)
                elif connection.state == State.READING and now < connection.rests_until and connection.is_read:
                    connection.deadline = connection.rests_until
                elif connection.state == State.READING and connection.has_unread:
                    connection.deadline = now + SWEEP_SECONDS  # its request came at the last moment
                elif connection.state != State.CLOSED:
                    unread += connection.state == State.WRITING or now < connection.rests_until
                    self._exchanges.close(connection)
            finally:
                connection.lock.release()
        self._tell(late, unanswered, unread)

    def _tell(self, late: int, unanswered: int, unread: int) -> None:
        if late:
            log.info("%d requests did not arrive in time (408)", late)
        if unread:
            log.info("%d answers were not read in time", unread)
        if unanswered:
            log.warning("%d requests were not answered in time (503)", unanswered)
        is_stuck = self._exchanges.stuck_for() > self._limits.answer
        if is_stuck and not self._has_told:
            log.error("All threads for one kind of request are busy, and none of them finishes")
        self._has_told = is_stuck

    def _drain(self) -> None:
        """Answer what has arrived. An idle connection gets a moment, since a request may be on its way."""
        self._stop_accepting()
        began = monotonic()
        while self._exchanges.connections and monotonic() - began < DRAIN_SECONDS:
            self._sweep()
            now = monotonic()
            for connection in self._all():
                with connection.lock:
                    is_idle = connection.state == State.READING and not connection.received
                    is_over = is_idle and now - connection.quiet_since > _GRACE_SECONDS and not connection.has_unread
                    if connection.state == State.LINGERING or is_over:
                        self._exchanges.close(connection)
            if self._exchanges.connections:
                sleep(_LOOK_AGAIN_SECONDS)
        self._end()
