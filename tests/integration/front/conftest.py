"""A front of one process in front of a small application, with deadlines that a test can wait for."""

from __future__ import annotations

import os
import socket
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from feedapp.server.limits import Limits
from feedapp.server.server import Server
from tests.integration.front.clients import Client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from _typeshed.wsgi import WSGIApplication

    Serve = Callable[..., Callable[..., Client]]

QUICK = Limits(stall=0.6, answer=0.8, idle=20, linger=0.5, rate=16 * 1024)


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Begin to serve an application. What that gives opens a connection."""
    running = []
    clients: list[Client] = []

    def start(app: WSGIApplication, *, threads: int = 2, limits: Limits = QUICK) -> Callable[..., Client]:
        listener = socket.create_server(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        server = Server(app, listener, threads=threads, limits=limits)
        server.start()
        is_wanted = threading.Event()
        sweeper = threading.Thread(target=server.run, args=(is_wanted, os.getppid()))
        sweeper.start()
        running.append((is_wanted, sweeper))

        def connect() -> Client:
            clients.append(Client(port))
            return clients[-1]

        return connect

    yield start
    for client in clients:
        client.close()
    for is_wanted, sweeper in running:
        is_wanted.set()
        sweeper.join(15)
        assert not sweeper.is_alive()


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with closing(socket.create_server(("127.0.0.1", 0))) as made:
        yield made
