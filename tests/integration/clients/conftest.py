"""The site of the tests, served over real connections."""

from __future__ import annotations

import os
import socket
import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from feedapp_client import Client

from feedapp.server.limits import Limits
from feedapp.server.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    """Where the site of this test is."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = Server(app, listener, threads=4, limits=Limits())
    server.start()
    is_over = threading.Event()
    sweeper = threading.Thread(target=server.run, args=(is_over, os.getppid()))
    sweeper.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    is_over.set()
    sweeper.join(15)
    assert not sweeper.is_alive()


@pytest.fixture
def opened(site: str) -> Iterator[Callable[..., Client]]:
    """Open a client of the site, which is closed at the end; `transport` carries its requests."""
    with ExitStack() as stack:

        def open_(token: str | None = None, *, transport: httpx.BaseTransport | None = None, **more: Any) -> Client:
            hooks = more.pop("event_hooks", None)
            http = httpx.Client(transport=transport, event_hooks=hooks, timeout=20)
            return stack.enter_context(Client(site, token=token, http=http, **more))

        yield open_
