"""A whole site: PostgreSQL, Redis, a seeded community and the web processes, as `make run` starts them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import psutil
import psycopg2

from feedapp.embedded import Servers
from feedapp.embedded.processes import Process, end, last_lines, spawn
from tests.support.deployments.ports import free_port

if TYPE_CHECKING:
    from types import TracebackType

ROOT = Path(__file__).resolve().parents[2]
FLASK = [sys.executable, "-m", "flask", "--app", "wsgi"]
READY_SECONDS = 180
PASSWORD = "a good password"
COMMUNITY = ("--users", "30", "--posts", "300", "--comments", "600", "--likes", "1000", "--follows", "200")


class Answer(NamedTuple):
    """Status 0 if none came; `seconds` until it was read."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Site:
    """A context manager. `settings` are environment, beside those that a site needs; `community` is what is seeded."""

    community = COMMUNITY

    def __init__(self, directory: Path, **settings: str) -> None:
        self.directory = directory
        self.port = free_port()
        self.servers = Servers(directory / "var")
        self.log = directory / "web.log"
        self._settings = settings
        self._web: Process | None = None

    def __enter__(self) -> Self:
        try:
            self.servers.start()
            for command in (["db", "upgrade"], ["seed", *self.community, "--quiet"]):
                subprocess.run([*FLASK, *command], cwd=ROOT, env=self._environment(), check=True, capture_output=True)
            figures = self.directory / "var" / "metrics"
            figures.mkdir()
            environment = self._environment() | {"PROMETHEUS_MULTIPROC_DIR": str(figures)}
            self._web = spawn([*FLASK, "serve"], log=self.log, death_signal=signal.SIGTERM, env=environment)
            self._wait()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _wait(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while self.ask("GET", "/livez").status != 200 or self.ask("GET", "/readyz").status != 200:
            if self._web is None or self._web.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the site did not start:\n" + "\n".join(last_lines(self.log, 30)))
            time.sleep(0.05)

    def _stop(self) -> None:
        if self._web:
            end(self._web, (signal.SIGTERM, 15))
        self.servers.stop()

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "TMPDIR", "LANG"}}
        return kept | {
            "PYTHONPATH": str(ROOT),
            "DATABASE_URL": self.servers.database_url,
            "REDIS_URL": self.servers.redis_url,
            "SECRET_KEY": "the secret of a hostile test",
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "WEB_WORKERS": "2",
            "LOG_LEVEL": "INFO",
            **self._settings,
        }

    @property
    def workers(self) -> list[psutil.Process]:
        """The processes that answer requests, the oldest first."""
        assert self._web is not None
        children: list[psutil.Process] = psutil.Process(self._web.pid).children()
        return children

    def ask(
        self, method: str, path: str, body: Any = None, *, token: str | None = None, timeout: float = 30, **headers: str
    ) -> Answer:
        """Ask on a connection of its own."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        content = None
        if body is not None:
            sent["Content-Type"], content = "application/json", json.dumps(body)
        if token:
            sent["Authorization"] = f"Bearer {token}"
        connection = HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        began = time.monotonic()
        try:
            connection.request(method, path, content, sent)
            response = connection.getresponse()
            read = response.read()
            found = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, found, read, time.monotonic() - began)
        except OSError:
            return Answer(0, {}, b"", time.monotonic() - began)
        finally:
            connection.close()

    def query(self, sql: str) -> int:
        """Ask PostgreSQL for a number."""
        connection = psycopg2.connect(self.servers.database_url)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(sql)
                return int(cursor.fetchone()[0])
        finally:
            connection.close()

    def member(self, name: str) -> str:
        """Make somebody; give a token of theirs."""
        fields = {"username": name, "password": PASSWORD}
        made = self.ask("POST", "/api/users", fields)
        assert made.status == 201, made
        token: str = self.ask("POST", "/api/tokens", fields).json["token"]
        return token
