"""The web processes with the application that is measured, as `make run` would start them."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Self

import psutil

from bench.places import METRICS_TOKEN, ROOT, SECRET_KEY
from feedapp.embedded.processes import Process, end, last_lines, spawn

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

READY_SECONDS = 60


class Web:
    """A context manager. `workers` and `threads` of None are the product's own defaults; `more` is environment."""

    def __init__(
        self,
        name: str,
        directory: Path,
        *,
        database_url: str,
        redis_url: str,
        workers: int,
        threads: int,
        application: str = "bench.wsgi:app",
        **more: str,
    ) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = directory / f"{name}.log"
        self.started_in = 0.0
        self._figures = directory / f"figures-{name}"
        self._process: Process | None = None
        self._application = application
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "TMPDIR", "LANG"}}
        self._environment = kept | {
            "PYTHONPATH": str(ROOT),
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "SECRET_KEY": SECRET_KEY,
            "RATE_LIMITS": "0",
            "METRICS_TOKEN": METRICS_TOKEN,
            "PORT": str(self.port),
            "WEB_WORKERS": str(workers),
            "WEB_THREADS": str(threads),
            "BENCH_DIRECTORY": str(directory),
            "PROMETHEUS_MULTIPROC_DIR": str(self._figures),
            **more,
        }

    def __enter__(self) -> Self:
        self._figures.mkdir(parents=True, exist_ok=True)
        started = time.perf_counter()
        command = [sys.executable, "-m", "feedapp.server", self._application]
        self._process = spawn(command, log=self.log, death_signal=signal.SIGTERM, env=self._environment)
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise
        self.started_in = time.perf_counter() - started
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _wait(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not self._answers():
            assert self._process is not None
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the server did not start:\n" + "\n".join(last_lines(self.log, 30)))
            time.sleep(0.01)

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/livez")
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def workers(self) -> list[psutil.Process]:
        """Give the processes that answer requests."""
        assert self._process is not None
        children: list[psutil.Process] = psutil.Process(self._process.pid).children(recursive=True)
        return [child for child in children if child.name() != "resource_tracker"]

    def stop(self) -> None:
        """End it; nothing of it is left."""
        if self._process is None:
            return
        end(self._process, (signal.SIGTERM, 10))
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process = None


def free_port() -> int:
    """Find a port: the first free one from BENCH_PORT on, or any."""
    first = int(os.environ.get("BENCH_PORT", "0"))
    for candidate in range(first, first + 20) if first else [0]:
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", candidate))
            port: int = probe.getsockname()[1]
            return port
    raise RuntimeError(f"no port is free from {first} on")
