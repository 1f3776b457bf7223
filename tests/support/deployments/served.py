"""An app served over real connections, in this process."""

from __future__ import annotations

import os
import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from feedapp.server.limits import Limits
from feedapp.server.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Give its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = Server(app, listener, threads=4, limits=Limits())
    server.start()
    is_over = threading.Event()
    sweeper = threading.Thread(target=server.run, args=(is_over, os.getppid()))
    sweeper.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        is_over.set()
        sweeper.join(15)
    assert not sweeper.is_alive()
