"""The threads of a worker: one waits for events, handles them, and runs the application for complete requests."""

from __future__ import annotations

import logging
import os
import threading
from collections import deque
from contextlib import suppress
from time import monotonic, sleep
from typing import TYPE_CHECKING

from feedapp import blocking
from feedapp.server.connection import Connection
from feedapp.server.environ import of_connection
from feedapp.server.exchanges import Exchanges
from feedapp.server.leader import Lead
from feedapp.server.poller import AT_ONCE, Poller
from feedapp.server.sweeping import Sweeper

if TYPE_CHECKING:
    import socket

    from _typeshed.wsgi import WSGIApplication

    from feedapp.server.limits import Limits

MOST_ACCEPTED = 16
"""Maximum connections accepted at a time, when more and more are waiting."""
FLOOD_SECONDS = 0.1
"""A full batch that took longer than this means overload: more arrives than is answered."""
_PAUSE_SECONDS = 0.1

log = logging.getLogger("feedapp.server")


class Server:
    """One worker, which serves connections accepted at `listener`."""

    def __init__(self, app: WSGIApplication, listener: socket.socket, *, threads: int, limits: Limits) -> None:
        self._listener = listener
        self._limits = limits
        self._poller = Poller()
        self.exchanges = Exchanges(app, self._poller, threads=threads, limits=limits)
        self._lead = Lead()
        self._events: deque[int] = deque()
        self._accepted_at_once = 1
        self._polled = 0.0
        self._was_full = self._is_flooded = False
        self._listened = listener.fileno()
        self._wakes, self._waker = os.pipe()
        self._sweeper = Sweeper(self.exchanges, limits, stop_accepting=self.stop_accepting, end=self.end)
        self.exchanges.has_room_for_bodies = self._sweeper.has_room_for_bodies
        self.exchanges.bound_unread = self._sweeper.bound_unread
        count = sum(lane.places for lane in self.exchanges.lanes) + 1  # so one always waits for events
        self._threads = [threading.Thread(target=self._work, daemon=True, name=f"web-{n}") for n in range(count)]

    def start(self) -> None:
        """Begin to answer."""
        self._listener.settimeout(0)
        threading.Thread(target=self._lead.watch, daemon=True, name="web-watch").start()
        self._poller.add(self._listened)
        self._poller.always(self._wakes)
        for thread in self._threads:
            thread.start()

    def run(self, is_wanted: threading.Event, parent: int) -> int:
        """Enforce deadlines until `is_wanted` is set or the parent is gone, then shut down. Give an exit status."""
        return self._sweeper.run(is_wanted, parent)

    def stop_accepting(self) -> None:
        """Accept no more connections; existing ones end after their next answer."""
        self.exchanges.is_stopping = True
        self._listener.close()

    def end(self) -> None:
        """Let the threads that wait for events end."""
        os.write(self._waker, b"x")
        self._lead.stop_watching()

    def _work(self) -> None:
        blocking.listen(self._lead.hand_over)
        while True:
            self._lead.follow()
            if not self._do_lead():
                self._lead.leave()
                return

    def _do_lead(self) -> bool:
        """Handle events until another leads. Give False if there will be no more."""
        events = self._events
        while True:
            while not events:
                self._poll()
            descriptor = events.popleft()
            if descriptor == self._wakes:
                return False
            self._lead.begin()
            try:
                self._handle(descriptor)
            except Exception:
                log.exception("A connection could not be handled")
            if not self._lead.end():
                return True

    def _poll(self) -> None:
        self._is_flooded = self._was_full and monotonic() - self._polled > FLOOD_SECONDS
        try:
            found = self._poller.wait()
        except Exception:  # the leader must not end: nobody would lead
            log.exception("Waiting for events failed")
            sleep(_PAUSE_SECONDS)
            return
        self._polled, self._was_full = monotonic(), len(found) == AT_ONCE
        self._events.extend(found)

    def _handle(self, descriptor: int) -> None:
        if (connection := self.exchanges.connections.get(descriptor)) is not None:
            if self._is_flooded:
                blocking.about_to_block()  # so that requests get into the line, which has an end
            self.exchanges.step(connection)
        elif descriptor == self._listened and not self.exchanges.is_stopping:
            self._accept()

    def _accept(self) -> None:
        """Accept one connection, so that a less busy worker accepts the next; twice as many each time if more wait."""
        try:
            for _ in range(self._accepted_at_once):
                if not self._accept_one():
                    self._accepted_at_once = 1
                    return
            self._accepted_at_once = min(2 * self._accepted_at_once, MOST_ACCEPTED)
        finally:
            with suppress(OSError, ValueError):  # it was closed meanwhile
                self._poller.watch(self._listened)

    def _accept_one(self) -> bool:
        try:
            sock, remote = self._listener.accept()
        except BlockingIOError:
            return False
        except OSError as error:
            if not self.exchanges.is_stopping:
                log.warning("A connection could not be accepted: %s", error.strerror)
                self._sweeper.make_room()
            return False
        if len(self.exchanges.connections) >= self._limits.connections:
            self._sweeper.make_room()
        with suppress(OSError):  # it is gone already
            sock.settimeout(0)
            self.exchanges.add(Connection(sock, of_connection(remote, sock.getsockname()), self._limits))
        return True
