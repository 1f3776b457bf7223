"""A whole site for a run: PostgreSQL, Redis, and app processes that can be addressed, cut off and killed one by one."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

import psycopg2
import redis
from deployments.proxy import Proxy

from feedapp.embedded import Postgres, Redis
from feedapp.embedded.processes import Process, end, last_lines, spawn

from .http11 import Connection

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import TracebackType

ROOT = Path(__file__).resolve().parents[2]
SECRET_KEY = "the secret of a run of the checker"
READY_SECONDS = 60
THREADS = 8


class App:
    """One app process: a granian of its own with one worker."""

    def __init__(self, number: int, directory: Path, environment: Mapping[str, str], application: str) -> None:
        self.port = _free_port()
        self.log = directory / f"app-{number}.log"
        self._environment = dict(environment)
        self._figures = directory / f"figures-{number}"
        self._application = application
        self._process: Process | None = None

    def launch(self) -> None:
        """Start it, without waiting until it answers."""
        self._figures.mkdir(exist_ok=True)
        command = [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--host", "127.0.0.1"),
            *("--port", str(self.port), "--workers", "1", "--blocking-threads", str(THREADS)),
            *("--log-level", "warning", "--working-dir", str(ROOT), self._application),
        ]
        environment = {**self._environment, "PROMETHEUS_MULTIPROC_DIR": str(self._figures)}
        self._process = spawn(command, log=self.log, death_signal=signal.SIGTERM, env=environment)

    def wait(self) -> None:
        """Return when it answers. Raise RuntimeError with its log if it does not."""
        deadline = time.monotonic() + READY_SECONDS
        connection = Connection(self.port)
        while connection.ask("GET", "/livez")[0] != 200:
            if self.ended or time.monotonic() > deadline:
                raise RuntimeError("an app process did not start:\n" + "\n".join(last_lines(self.log, 30)))
            time.sleep(0.02)
        connection.close()

    @property
    def ended(self) -> bool:
        """Whether it does not run, by itself or not."""
        return self._process is None or self._process.poll() is not None

    def kill(self) -> None:
        """End all of it at once, as a crash would."""
        if self._process:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def stop(self) -> None:
        """End it in order; nothing of it is left."""
        if self._process:
            end(self._process, (signal.SIGTERM, 8))
            self.kill()
            self._process = None


class Site:
    """A context manager; `proxied` puts a Proxy between each app process and Redis.

    `mistake` and `kill_probability` are switches of broken_wsgi.py.
    """

    def __init__(
        self, directory: Path, *, processes: int, proxied: bool = False, mistake: str = "", kill_probability: float = 0
    ) -> None:
        self.directory = directory
        self.postgres = Postgres(directory / "postgres", durable=False)
        self.redis = Redis(directory / "redis", arguments=["--dbfilename", "dump.rdb"])
        self.proxies: list[Proxy] = []
        self.apps: list[App] = []
        self._processes = processes
        self._proxied = proxied
        self._broken = {"FEEDAPP_MISTAKE": mistake, "FEEDAPP_KILL_PROBABILITY": str(kill_probability or "")}

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _start(self) -> None:
        self.postgres.start()
        self.redis.start()
        self._migrate()
        broken = any(self._broken.values())
        application = f"{__package__}.broken_wsgi:app" if broken else "wsgi:app"
        for number in range(self._processes):
            environment = self.environment() | self._broken
            if self._proxied:
                proxy = Proxy(self.redis.url)
                proxy.start()
                self.proxies.append(proxy)
                environment["REDIS_URL"] = proxy.url
            app = App(number, self.directory, environment, application)
            app.launch()
            self.apps.append(app)
        for app in self.apps:
            app.wait()

    def environment(self) -> dict[str, str]:
        """Give the settings of an app process that speaks to Redis directly."""
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "TMPDIR", "LANG"}}
        return kept | {
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")]),
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": self.redis.url,
            "SECRET_KEY": SECRET_KEY,
            "RATE_LIMITS": "0",
            "LOG_LEVEL": "WARNING",
            "WEB_THREADS": str(THREADS),
        }

    def _migrate(self) -> None:
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"]
        done = subprocess.run(command, cwd=ROOT, env=self.environment(), capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"the migrations failed:\n{done.stderr}")

    def _stop(self) -> None:
        for app in self.apps:
            app.stop()
        for proxy in self.proxies:
            proxy.stop()
        self.redis.stop()
        self.postgres.stop()

    def redis_client(self) -> redis.Redis:
        """Connect to Redis past the proxies."""
        return redis.from_url(self.redis.url, socket_timeout=5)

    def query(self, sql: str) -> Iterator[tuple[object, ...]]:
        """Ask PostgreSQL."""
        connection = psycopg2.connect(self.postgres.url)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(sql)
                yield from cursor.fetchall()
        finally:
            connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
