"""A site as `python -m feedapp.server` starts it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING

import psutil

from tests.integration.front.clients import PATIENCE, Client
from tests.support.deployments.ports import free_port

if TYPE_CHECKING:
    from tests.integration.front.clients import Answer


ROOT = Path(__file__).resolve().parents[3]


FULL = Path("/dev/full")
"""Writing to it fails as on a disk that is full."""


KEPT = {"PATH", "HOME", "TMPDIR", "LANG"}


class Site:
    """`python -m feedapp.server` in a session of its own."""

    def __init__(self, log: Path, target: str, settings: dict[str, str], command: list[str] | None) -> None:
        self.port = free_port()
        self._log = log
        self.clients: list[Client] = []
        environment = {name: value for name, value in os.environ.items() if name in KEPT} | {
            "PYTHONPATH": str(ROOT),
            "PORT": str(self.port),
            "WEB_WORKERS": "2",
            "DATABASE_URL": "postgresql:///nowhere",
            "REDIS_URL": "redis://127.0.0.1:1",
            "SECRET_KEY": "a secret of the tests",
            **settings,
        }
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                command or [sys.executable, "-m", "feedapp.server", target],
                cwd=ROOT, env=environment, stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip

    def text(self) -> str:
        return self._log.read_text(encoding="utf-8")

    def client(self) -> Client:
        self.clients.append(Client(self.port))
        return self.clients[-1]

    def wait_until_ready(self, workers: int = 2) -> set[int]:
        """Give the workers' process ids, once so many answer."""
        deadline = monotonic() + PATIENCE
        found: set[int] = set()
        while len(found) < workers:
            assert self.process.poll() is None, self.text()
            assert monotonic() < deadline, self.text()
            try:
                found.add(int(self.client().ask("/pid").body))
            except OSError:
                sleep(0.05)
        return found

    def wait_until_said(self, line: str, *, times: int = 1) -> None:
        """Wait until the log has it so often; what else there is to say then is said."""
        deadline = monotonic() + PATIENCE
        while self.text().count(line) < times:
            assert monotonic() < deadline, self.text()
            sleep(0.05)

    def wait_for(self, path: str) -> Answer:
        deadline = monotonic() + PATIENCE
        while "Listening at" not in self.text():
            assert self.process.poll() is None, self.text()
            assert monotonic() < deadline, self.text()
            sleep(0.05)
        return self.client().ask(path)

    def workers(self) -> list[psutil.Process]:
        children: list[psutil.Process] = psutil.Process(self.process.pid).children()
        return children
