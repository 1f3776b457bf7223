"""The steps of a connection: reading, answering, writing, ending."""

from __future__ import annotations

import logging
import socket
from contextlib import suppress
from http import HTTPStatus
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from feedapp import blocking
from feedapp.pictures.uploads import FILES
from feedapp.server import answers
from feedapp.server.connection import Connection, State
from feedapp.server.environ import BadRequestError
from feedapp.server.lanes import Lane
from feedapp.server.reading import TooLargeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

    from feedapp.server.limits import Limits
    from feedapp.server.poller import Poller

CHUNK = 16 * 1024
PROBES = frozenset({"/readyz", "/metrics"})
"""Paths with a lane of their own: they report what is wrong when requests take all other places."""
PROBE_PLACES = 2
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
PASSWORDS = frozenset(
    {
        *("/login", "/signup", "/settings/password", "/settings/username", "/settings/delete", "/settings/tokens"),
        *("/api/users", "/api/tokens", "/api/me", "/api/me/password"),
    }
)
"""Paths that may hash a password, which is slow: one at a time, the others wait in line."""
PASSWORD_PLACES = 1
UPLOAD_PLACES = 2
"""Requests with pictures, which wait for a process that decodes them."""
FILE_PLACES = 2
"""Files of pictures, which may come from a server elsewhere."""

log = logging.getLogger("feedapp.server")


class Task(NamedTuple):
    """A whole request; `number` is its own among those of the connection."""

    connection: Connection
    environ: WSGIEnvironment
    number: int
    lane: Lane[Task]


class Exchanges:
    """All connections of a worker, and how each is handled once it is readable or writable."""

    def __init__(self, app: WSGIApplication, poller: Poller, *, threads: int, limits: Limits) -> None:
        self._app = app
        self._poller = poller
        self._limits = limits
        self.connections: dict[int, Connection] = {}
        self.reads: Lane[Task] = Lane(threads, limits.waiting)
        self.writes: Lane[Task] = Lane(threads, limits.waiting)
        self.passwords: Lane[Task] = Lane(PASSWORD_PLACES, limits.waiting)
        self.probes: Lane[Task] = Lane(PROBE_PLACES, limits.waiting)
        self.uploads: Lane[Task] = Lane(UPLOAD_PLACES, limits.waiting_uploads)
        self.files: Lane[Task] = Lane(FILE_PLACES, limits.waiting)
        self.lanes = (self.reads, self.writes, self.passwords, self.probes, self.uploads, self.files)
        self.is_stopping = False
        self.has_room_for_bodies: Callable[..., bool] = lambda **_: True
        self.bound_unread: Callable[[int], None] = lambda _size: None

    def add(self, connection: Connection) -> None:
        """Wait for its first request."""
        self.connections[connection.descriptor] = connection
        self._poller.add(connection.descriptor)

    def step(self, connection: Connection) -> None:
        """Take the next step of a connection that is readable or writable."""
        with connection.lock:
            if connection.state == State.READING:
                task = self._read(connection)
            else:
                task = None
                if connection.state == State.WRITING:
                    self._write(connection)
                elif connection.state == State.LINGERING:
                    self._discard(connection)
        if task is not None and task.lane is not self.reads:
            blocking.about_to_block()  # these always wait for something; a read may be warm
        while task is not None:
            task = self._perform(task)
            if task is not None:
                blocking.about_to_block()  # events must not wait until the line is empty

    def _read(self, connection: Connection) -> Task | None:
        """Read received bytes; give the task, if the request is complete."""
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
            environ = connection.take(data)
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
            if connection.body_size and not self.has_room_for_bodies(uploads=connection.is_upload):
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
        lane = self.uploads if connection.is_upload else self._lane_of(environ["REQUEST_METHOD"], path)
        has_room, task = lane.enter(Task(connection, environ, connection.number, lane))
        if not has_room:
            self.refuse(connection, HTTPStatus.SERVICE_UNAVAILABLE)
        return task

    def stuck_for(self) -> float:
        """Tell for how many seconds all threads of some lane have been busy."""
        return max(lane.stuck_for() for lane in self.lanes)

    def _lane_of(self, method: str, path: str) -> Lane[Task]:
        """Choose the lane of a request: slow requests of one kind do not delay others."""
        if method in SAFE:
            return self.probes if path in PROBES else self.files if path.startswith(FILES) else self.reads
        return self.passwords if path in PASSWORDS else self.writes

    def _perform(self, task: Task) -> Task | None:
        """Let the application answer, for as long as it takes; give the next task."""
        connection = task.connection
        if connection.number == task.number:  # else it was answered meanwhile, or is gone
            connection.has_begun = True
            made = answers.of_application(self._app, task.environ)
            with connection.lock:
                if connection.number == task.number:
                    connection.is_last = connection.is_last or self.is_stopping
                    self._send_made(connection, made)
        return task.lane.next()

    def _send_made(self, connection: Connection, made: answers.Made) -> None:
        try:
            self._send(connection, made)
        except ValueError:
            log.exception("The answer to %s cannot be sent", ascii(connection.about["PATH_INFO"]))
            self.refuse(connection, HTTPStatus.INTERNAL_SERVER_ERROR)

    def _send(self, connection: Connection, made: answers.Made) -> None:
        connection.begin_answer(answers.written(made, connection.about, is_last=connection.is_last))
        self._write(connection)
        if connection.unsent:
            self.bound_unread(connection.held)

    def _write(self, connection: Connection) -> None:
        """Send as much as the client accepts; the rest when it is writable again."""
        try:
            connection.sent(connection.sock.send(connection.unsent))
        except BlockingIOError:
            pass
        except OSError:
            self.close(connection)
            return
        if connection.unsent:
            self._poller.watch(connection.descriptor, write=True)
        elif connection.is_last:
            self._linger(connection)
        else:
            connection.await_next_request()
            # What has arrived already cannot be awaited: the next event is then that the client could be written to.
            self._poller.watch(connection.descriptor, write=bool(connection.pending))

    def refuse(self, connection: Connection, status: HTTPStatus, detail: str | None = None) -> None:
        """Answer without the application, and end the connection. Its lock is held."""
        connection.number += 1
        connection.is_last = True
        self._send(connection, answers.refusal(status, connection.about, detail))

    def _linger(self, connection: Connection) -> None:
        """Shut down our half. Closing both while the client still sends could destroy the answer."""
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
