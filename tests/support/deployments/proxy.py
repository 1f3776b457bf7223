"""A byte forwarder between an app process and Redis that can hold back, delay, refuse, break, or lead elsewhere."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

Mode = Literal["open", "held", "refusing"]
_CHUNK = 1 << 16


class Proxy:
    """Listens on a loopback port, in a thread of its own. `delay` is in seconds, for each chunk in each direction.

    In the mode `held` nothing passes, and what was sent meanwhile arrives afterwards; in `refusing` connections break.
    """

    def __init__(self, backend: str) -> None:
        """`backend` is an address as in REDIS_URL, or `host:port`."""
        self.backend = backend
        self.mode: Mode = "open"
        self.delay = 0.0
        self.port = 0
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)

    @property
    def url(self) -> str:
        """The address for REDIS_URL."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Return when it listens."""
        self._thread.start()
        server = self._call(lambda: asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._server = server

    def stop(self) -> None:
        """Close everything."""
        if self._thread.is_alive():
            self._call(self._close)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
        self._loop.close()

    def reset(self) -> None:
        """Break all connections at once, midway, as by RST."""
        self._call(self._reset)

    def _call(self, function: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
        return asyncio.run_coroutine_threadsafe(function(), self._loop).result(10)

    async def _close(self) -> None:
        self._server.close()
        await self._reset()
        own = asyncio.current_task()
        others = [task for task in asyncio.all_tasks() if task is not own]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _reset(self) -> None:
        for writer in list(self._writers):
            _abort(writer)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ends = [writer]
        self._writers.add(writer)
        try:
            if self.mode == "refusing":
                return
            far_reader, far_writer = await self._connect()
            ends.append(far_writer)
            self._writers.add(far_writer)
            both = [
                asyncio.ensure_future(self._pump(reader, far_writer)),
                asyncio.ensure_future(self._pump(far_reader, writer)),
            ]
            _, running = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            for task in running:
                task.cancel()
            await asyncio.gather(*both, return_exceptions=True)
        except OSError:
            pass
        finally:
            for each in ends:
                self._writers.discard(each)
                _abort(each)

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self.backend.startswith("unix:"):
            return await asyncio.open_unix_connection(unquote(urlsplit(self.backend).path))
        host, _, port = self.backend.partition(":")
        return await asyncio.open_connection(host, int(port))

    async def _pump(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while chunk := await source.read(_CHUNK):
            if self.delay:
                await asyncio.sleep(self.delay)
            while self.mode == "held":  # noqa: ASYNC110  (a mode that threads set, not an event)
                await asyncio.sleep(0.01)
            if self.mode == "refusing":
                return
            target.write(chunk)
            await target.drain()


def _abort(writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        connected = writer.get_extra_info("socket")
        if connected is not None and connected.family == socket.AF_INET:
            connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    with suppress(RuntimeError):
        writer.transport.abort()
