"""One app process of a run, which can be addressed, frozen and killed by itself."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from feedapp.embedded.processes import Process, end, last_lines, spawn
from tests.consistency.load.http11 import Connection
from tests.consistency.load.places import Place
from tests.support.deployments.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.consistency.hosts.network import Host

READY_SECONDS = 60


class App:
    """One app process: a server of its own with one worker, on a host of its own if one is given."""

    def __init__(
        self,
        number: int,
        directory: Path,
        environment: Mapping[str, str],
        application: str,
        host: Host | None = None,
    ) -> None:
        self.host = host
        self.port = free_port()
        self.place = Place(self.port, host.address) if host else Place(self.port)
        self.log = directory / f"app-{number}.log"
        self._environment = dict(environment)
        self._figures = directory / f"figures-{number}"
        self._application = application
        self._process: Process | None = None

    def launch(self) -> None:
        """Start it, without waiting until it answers."""
        self._figures.mkdir(exist_ok=True)
        command = [sys.executable, "-m", "feedapp.server", self._application]
        own = {"PORT": str(self.port), "WEB_WORKERS": "1", "PROMETHEUS_MULTIPROC_DIR": str(self._figures)}
        if self.host:
            command, own["HOST"] = self.host.command(command), self.host.address
        environment = {**self._environment, **own}
        self._process = spawn(command, log=self.log, death_signal=signal.SIGTERM, env=environment)

    def restart(self) -> None:
        """End it in order, and return when it answers again."""
        self.stop()
        self.launch()
        self.wait()

    def wait(self) -> None:
        """Return when it answers. Raise RuntimeError with its log if it does not."""
        deadline = time.monotonic() + READY_SECONDS
        connection = Connection(self.place)
        while connection.ask("GET", "/livez")[0] != 200:
            if self.ended or time.monotonic() > deadline:
                raise RuntimeError("an app process did not start:\n" + "\n".join(last_lines(self.log, 30)))
            time.sleep(0.02)
        connection.close()

    def run_code_of(self, folder: Path) -> None:
        """Have it run that code from the next launch on."""
        self._environment["PYTHONPATH"] = str(folder)

    @property
    def pid(self) -> int | None:
        """None when it does not run."""
        return None if self._process is None or self.ended else self._process.pid

    @property
    def ended(self) -> bool:
        """Whether it does not run, by itself or not."""
        return self._process is None or self._process.poll() is not None

    def signal(self, number: int) -> None:
        """Send all of it a signal."""
        if self._process:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)

    def kill(self) -> None:
        """End all of it at once, as a crash would."""
        if self._process:
            self.signal(signal.SIGKILL)
            self._process.wait()
            if self.host is None:
                self._wait_for_its_port()

    def _wait_for_its_port(self) -> None:
        """Wait for the workers that were killed with it: nobody's children now, to whom the port still belongs."""
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            with socket.socket() as probe, suppress(OSError):
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(("127.0.0.1", self.port))
                return
            time.sleep(0.02)

    def stop(self) -> None:
        """End it in order; nothing of it is left."""
        if self._process:
            end(self._process, (signal.SIGTERM, 8))
            self.kill()
            self._process = None
