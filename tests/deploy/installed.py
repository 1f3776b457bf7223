"""An installed feedapp, and nginx or HAProxy of `deploy/` in front of it."""

from __future__ import annotations

import json
import re
import signal
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.support.deployments.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from feedapp.embedded import Redis

ROOT = Path(__file__).resolve().parents[2]
CHECKS = 1.1
"""Seconds in which HAProxy asks each host whether it is well."""
PASSWORD = "correct horse battery"


class Installed:
    """One site: its commands, its processes, its balancer."""

    def __init__(self, programs: Path, home: Path, settings: dict[str, str], *, cache: Redis) -> None:
        self.programs = programs
        self.home = home
        self.port, self.front = free_port(), free_port()
        self.settings = {**settings, "PORT": str(self.port)}
        self.cache = cache
        self._running: list[subprocess.Popen[bytes]] = []
        self._balancers = ExitStack()
        self._balanced: list[int] = []

    def run(self, *words: str, programs: Path | None = None, port: int = 0) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [(programs or self.programs) / "feedapp", *words], cwd=self.home, capture_output=True,
            env={**self.settings, "PORT": str(port or self.port)}, text=True, check=False, timeout=300,
        )  # fmt: skip

    def ok(self, *words: str, programs: Path | None = None, port: int = 0) -> str:
        done = self.run(*words, programs=programs, port=port)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def serve(self, programs: Path | None = None, *, port: int = 0) -> subprocess.Popen[bytes]:
        with (self.home / "log").open("ab") as log:
            process = subprocess.Popen(
                [(programs or self.programs) / "feedapp", "serve"],
                cwd=self.home,
                env={**self.settings, "PORT": str(port or self.port)},
                stdout=log,
                stderr=log,
            )
        self._running.append(process)
        self.wait(port or self.port)
        return process

    def balance(self, balancer: Callable[..., AbstractContextManager[object]], *more: int) -> None:
        """Start Debian's nginx or HAProxy, by the file of `deploy/`; `more` are the ports of other hosts."""
        self._balanced = [self.port, *more]
        servers = [f"127.0.0.1:{port}" for port in self._balanced]
        place = self.home / balancer.__name__
        self._balancers.enter_context(balancer(place, servers, port=self.front, plain_port=free_port()))
        self.wait(self.front, tls=True)

    def wait(self, port: int, *, tls: bool = False) -> None:
        deadline = time.monotonic() + 180
        while True:
            try:
                if self.ask("GET", "/livez", port=port, tls=tls)[0] == 200:
                    return
            except OSError:
                pass
            assert time.monotonic() < deadline, (self.home / "log").read_text()
            time.sleep(0.1)

    def wait_until_all_is_well(self, *, port: int = 0) -> None:
        """A machine that stands still for a second loses trust in Redis, and wins it again within another."""
        deadline = time.monotonic() + 30
        while (ready := self.ask("GET", "/readyz", port=port))[0] != 200 or ready[1]["status"] != "ok":
            assert time.monotonic() < deadline, ready
            time.sleep(0.1)

    def wait_for_its_turn(self, port: int) -> None:
        """HAProxy asks a host that was away only once it has found it well again, as docs/setting-up.md says."""
        self.wait_until_all_is_well(port=port)
        time.sleep(CHECKS)
        log, server = self.home / "haproxy/haproxy.log", f"feedapp/web{self._balanced.index(port) + 1}"
        deadline = time.monotonic() + 30
        while log.exists() and re.findall(rf"Server {server} is (UP|DOWN)", log.read_text())[-1:] == ["DOWN"]:
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)

    def ask(
        self, method: str, path: str, body: Any = None, *, token: str = "", port: int = 0, tls: bool = False
    ) -> tuple[int, Any]:
        """Ask once, on a connection of its own."""
        context = ssl._create_unverified_context() if tls else None  # noqa: S323 (the test's own certificate)
        address = f"{'https' if tls else 'http'}://127.0.0.1:{port or self.port}{path}"
        headers = {"Content-Type": "application/json", "Host": "example.org"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(address, data, headers, method=method)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=20, context=context) as answer:  # noqa: S310
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    def member(self, name: str) -> str:
        given = {"username": name, "password": PASSWORD}
        assert self.ask("POST", "/api/users", given)[0] == 201
        return str(self.ask("POST", "/api/tokens", given)[1]["token"])

    def stop(self) -> None:
        self._balancers.close()
        for process in reversed(self._running):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self._running:
            process.wait(30)
