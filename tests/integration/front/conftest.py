"""A front of one process in front of a small application, patient, or with a deadline that a test can wait for."""

from __future__ import annotations

import os
import socket
import threading
from contextlib import closing
from time import monotonic, sleep
from typing import TYPE_CHECKING

import pytest

from feedapp.server.limits import Limits
from feedapp.server.server import Server
from tests.integration.front.clients import PATIENCE as LONGEST
from tests.integration.front.clients import Client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from _typeshed.wsgi import WSGIApplication

    Serve = Callable[..., "Front"]

PATIENT = Limits(stall=10, answer=20, idle=20, linger=0.5, rate=16 * 1024)
SOON_STALLED = PATIENT._replace(stall=0.6)
SOON_HUNG = PATIENT._replace(answer=0.8)


class Front:
    """A server, which opens a connection when it is called."""

    def __init__(self, server: Server, port: int) -> None:
        self._server, self._port = server, port
        self.clients: list[Client] = []

    def __call__(self) -> Client:
        self.clients.append(Client(self._port))
        return self.clients[-1]

    def has_taken(self, requests: int) -> None:
        """Return once so many requests run or wait in a line."""
        deadline = monotonic() + LONGEST
        while sum(len(lane._since) + len(lane._line) for lane in self._server.exchanges.lanes) < requests:
            assert monotonic() < deadline
            sleep(0.01)


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Begin to serve an application. What that gives opens a connection."""
    running: list[tuple[Front, threading.Event, threading.Thread]] = []

    def start(app: WSGIApplication, *, threads: int = 2, limits: Limits = PATIENT) -> Front:
        listener = socket.create_server(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        server = Server(app, listener, threads=threads, limits=limits)
        server.start()
        is_wanted = threading.Event()
        sweeper = threading.Thread(target=server.run, args=(is_wanted, os.getppid()))
        sweeper.start()
        running.append((Front(server, port), is_wanted, sweeper))
        return running[-1][0]

    yield start
    for front, _, _ in running:
        for client in front.clients:
            client.close()
    for _, is_wanted, sweeper in running:
        is_wanted.set()
        sweeper.join(15)
        assert not sweeper.is_alive()


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with closing(socket.create_server(("127.0.0.1", 0))) as made:
        yield made
