"""The threads of a worker: each takes the next event of any connection, and answers the request if that is whole."""

from __future__ import annotations

import logging
import os
import socket
import threading
from contextlib import suppress
from http import HTTPStatus
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from feedapp.web import answers
from feedapp.web.connection import Connection, State, TooLargeError
from feedapp.web.environ import BadRequestError, of_connection
from feedapp.web.lanes import Lane
from feedapp.web.poller import Poller
from feedapp.web.sweeping import Sweeper

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

    from feedapp.web.limits import Limits

CHUNK = 64 * 1024
ACCEPTED_AT_ONCE = 16
PROBES = frozenset({"/readyz", "/metrics"})
"""Answered in a lane of their own: they say what is wrong when requests take all other places."""
PROBE_PLACES = 2

log = logging.getLogger("feedapp.web")


class Task(NamedTuple):
    """A whole request; `number` is its own among those of the connection."""

    connection: Connection
    environ: WSGIEnvironment
    number: int
    lane: Lane[Task]


class Server:
    """One worker's part of what arrives at `listener`."""

    def __init__(self, app: WSGIApplication, listener: socket.socket, *, threads: int, limits: Limits) -> None:
        self._app = app
        self._listener = listener
        self._limits = limits
        self._poller = Poller()
        self.connections: dict[int, Connection] = {}
        self.lane: Lane[Task] = Lane(threads, limits.waiting)
        self.probes: Lane[Task] = Lane(PROBE_PLACES, limits.waiting)
        self.is_stopping = False
        self._wakes, self._waker = os.pipe()
        self._sweeper = Sweeper(self, limits)
        count = threads + PROBE_PLACES + 1  # so one of them always waits for events, whatever the others do
        self._threads = [threading.Thread(target=self._work, daemon=True, name=f"web-{n}") for n in range(count)]

    def start(self) -> None:
        """Begin to answer."""
        self._listener.settimeout(0)
        self._poller.add(self._listener.fileno())
        self._poller.always(self._wakes)
        for thread in self._threads:
            thread.start()

    def run(self, is_wanted: threading.Event, parent: int) -> int:
        """Look after deadlines until `is_wanted` is set or the parent is gone; end in order. Give an exit status."""
        return self._sweeper.run(is_wanted, parent)

    def stop_accepting(self) -> None:
        """Leave further connections to other workers; those there are end with their next answer."""
        self.is_stopping = True
        self._listener.close()

    def end(self) -> None:
        """Let the threads that wait for events end."""
        os.write(self._waker, b"x")

    def _work(self) -> None:
        listener = self._listener.fileno()
        while True:
            descriptor = self._poller.wait()
            if descriptor == self._wakes:
                return
            try:
                if descriptor == listener and not self.is_stopping:
                    self._accept()
                elif (connection := self.connections.get(descriptor)) is not None:
                    self._handle(connection)
            except Exception:
                log.exception("A connection could not be looked after")

    def _accept(self) -> None:
        for _ in range(ACCEPTED_AT_ONCE):
            try:
                sock, remote = self._listener.accept()
            except BlockingIOError:
                break
            except OSError as error:
                if self.is_stopping:
                    return
                log.warning("A connection could not be accepted: %s", error.strerror)
                self._sweeper.make_room()
                break
            if len(self.connections) >= self._limits.connections:
                self._sweeper.make_room()
            with suppress(OSError):  # it is gone already
                sock.settimeout(0)
                connection = Connection(sock, of_connection(remote, sock.getsockname()), self._limits)
                self.connections[connection.descriptor] = connection
                self._poller.add(connection.descriptor)
        with suppress(OSError, ValueError):  # it was closed meanwhile
            self._poller.watch(self._listener.fileno())

    def _handle(self, connection: Connection) -> None:
        """Do the next step of a connection that can be read or written to."""
        with connection.lock:
            if connection.state is State.READING:
                task = self._read(connection)
            else:
                task = None
                if connection.state is State.WRITING:
                    self._write(connection)
                elif connection.state is State.LINGERING:
                    self._discard(connection)
        while task is not None:
            task = self._perform(task)

    def _read(self, connection: Connection) -> Task | None:
        """Take what has arrived; give what is to be done, if the request is whole."""
        try:
            data = connection.pending or connection.sock.recv(CHUNK)
        except BlockingIOError:
            self._poller.watch(connection.descriptor)
            return None
        except OSError:
            data = b""
        if not data:
            self.close(connection)
            return None
        connection.pending = b""
        try:
            environ = connection.feed(data)
        except TooLargeError:
            self.refuse(connection, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
            return None
        except BadRequestError as error:
            self.refuse(connection, HTTPStatus.BAD_REQUEST, str(error))
            return None
        if environ is None:
            if connection.wants_to_be_told:
                with suppress(OSError):
                    connection.sock.send(answers.CONTINUE)
            if connection.body_size and not self._sweeper.has_room_for_bodies():
                self.refuse(connection, HTTPStatus.SERVICE_UNAVAILABLE)
            else:
                self._poller.watch(connection.descriptor)
            return None
        return self._begun(connection, environ)

    def _begun(self, connection: Connection, environ: WSGIEnvironment) -> Task | None:
        connection.state = State.ANSWERING
        connection.deadline = monotonic() + self._limits.answer
        path = environ["PATH_INFO"]
        if path == "/livez" and environ["REQUEST_METHOD"] in {"GET", "HEAD"}:
            self._send(connection, answers.ALIVE)
            return None
        lane = self.probes if path in PROBES else self.lane
        has_room, task = lane.enter(Task(connection, environ, connection.number, lane))
        if not has_room:
            self.refuse(connection, HTTPStatus.SERVICE_UNAVAILABLE)
        return task

    def _perform(self, task: Task) -> Task | None:
        """Let the application answer, which may take as long as it likes; give what is to be done next."""
        connection, environ, number, lane = task
        if connection.number == number:
            connection.has_begun = True
            made = answers.of_application(self._app, environ)
            with connection.lock:
                if connection.number == number:  # else it was answered meanwhile, or is gone
                    connection.is_last = connection.is_last or self.is_stopping
                    self._send(connection, made)
        return lane.next()

    def _send(self, connection: Connection, made: answers.Made) -> None:
        answer = answers.written(made, connection.about, is_last=connection.is_last)
        connection.unsent = memoryview(answer)
        connection.answer_size = len(answer)
        connection.started = now = monotonic()
        connection.deadline = now + self._limits.stall
        connection.state = State.WRITING
        self._write(connection)

    def _write(self, connection: Connection) -> None:
        """Send as much as the client takes; the rest when it has read that."""
        try:
            sent = connection.sock.send(connection.unsent)
        except BlockingIOError:
            sent = 0
        except OSError:
            self.close(connection)
            return
        connection.unsent = connection.unsent[sent:]
        if connection.unsent:
            if sent:
                now = monotonic()
                allowed = self._limits.stall + connection.answer_size / self._limits.rate
                connection.deadline = min(connection.started + allowed, now + self._limits.stall)
            self._poller.watch(connection.descriptor, write=True)
        elif connection.is_last:
            self._linger(connection)
        else:
            connection.next_request()
            # What has arrived already cannot be awaited: the next event is then that the client could be written to.
            self._poller.watch(connection.descriptor, write=bool(connection.pending))

    def refuse(self, connection: Connection, status: HTTPStatus, detail: str | None = None) -> None:
        """Answer without the application, and end the connection. Its lock is held."""
        connection.number += 1
        connection.is_last = True
        self._send(connection, answers.refusal(status, connection.about, detail))

    def _linger(self, connection: Connection) -> None:
        """End one's own half. Closing both while the client still sends would take the answer away from it."""
        connection.unsent, connection.pending = memoryview(b""), b""
        connection.environ = None
        connection.state = State.LINGERING
        connection.deadline = monotonic() + self._limits.linger
        try:
            connection.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self.close(connection)
            return
        self._poller.watch(connection.descriptor)

    def _discard(self, connection: Connection) -> None:
        try:
            data = connection.sock.recv(CHUNK)
        except BlockingIOError:
            data = b"nothing yet"
        except OSError:
            data = b""
        if data:
            self._poller.watch(connection.descriptor)
        else:
            self.close(connection)

    def close(self, connection: Connection) -> None:
        """End a connection at once. Its lock is held."""
        connection.state = State.CLOSED
        connection.number += 1
        connection.unsent, connection.pending = memoryview(b""), b""
        if self.connections.get(connection.descriptor) is connection:
            del self.connections[connection.descriptor]
        connection.sock.close()
