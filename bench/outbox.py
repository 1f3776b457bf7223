"""What the outbox costs a write: likes, comments and posts per second with and without it.

    python bench/outbox.py --rounds 10 --seconds 1

Starts a PostgreSQL that waits for its disk (--directory chooses one), a Redis, and two app processes, one of which
keeps no outbox: a switch that exists here only. Both use the same servers. Each round has every kind of write at each
of them in turns, in an order that is drawn; what counts is the ratio of two neighbours: its median and quartiles.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from feedapp.embedded import Servers  # noqa: E402  (the path comes first)

KINDS = ("like", "comment", "post")
WITHOUT = "FEEDAPP_BENCH_WITHOUT_OUTBOX"
READY_SECONDS = 60


def application() -> Any:
    """Build the app of a process; without the outbox if the environment says so."""
    from feedapp.repositories.delivery.outbox import OutboxRepository  # noqa: PLC0415  (wsgi has to come first)
    from wsgi import app  # noqa: PLC0415

    if os.environ.get(WITHOUT):
        OutboxRepository.add = lambda _self, _keys, **_more: None  # type: ignore[assignment,method-assign]
    return app


class Client:
    """Somebody who writes over a connection of their own to each of two processes."""

    def __init__(self, ports: dict[str, int], number: int) -> None:
        self._connections = {name: http.client.HTTPConnection("127.0.0.1", port) for name, port in ports.items()}
        name = f"client_{number}"
        fields = {"username": name, "password": "a good password"}
        self._token = ""
        self.ask("with", "POST", "/api/users", fields)
        self._token = self.ask("with", "POST", "/api/tokens", fields)["token"]
        self._post = self.write("with", "post")["id"]
        self._liked = False

    def ask(self, where: str, method: str, path: str, body: dict[str, str] | None = None) -> dict[str, Any]:
        """Send a request. Raise RuntimeError unless it succeeds."""
        headers = {"Content-Type": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        connection = self._connections[where]
        connection.request(method, path, json.dumps(body) if body else None, headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status >= http.HTTPStatus.BAD_REQUEST:
            raise RuntimeError(f"{method} {path}: {answer.status} {text!r}")
        found: dict[str, Any] = json.loads(text or b"{}")
        return found

    def write(self, where: str, kind: str) -> dict[str, Any]:
        """Write once; a like is taken back by the next."""
        if kind == "post":
            return self.ask(where, "POST", "/api/posts", {"body": "of the benchmark"})
        if kind == "comment":
            return self.ask(where, "POST", f"/api/posts/{self._post}/comments", {"body": "of the benchmark"})
        self._liked = not self._liked
        return self.ask(where, "POST" if self._liked else "DELETE", f"/api/posts/{self._post}/likes")

    def write_for(self, where: str, kind: str, seconds: float) -> int:
        """Write as fast as answers come; give how often."""
        number, end = 0, time.monotonic() + seconds
        while time.monotonic() < end:
            self.write(where, kind)
            number += 1
        return number


@contextmanager
def process(servers: Servers, *, outbox: bool) -> Iterator[int]:
    """Run an app process; give its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "feedapp.server", "bench.outbox:application()"]
    own = {"PORT": str(port), "WEB_WORKERS": "1", "WEB_THREADS": "8"}
    environment = environment_of(servers) | own | ({} if outbox else {WITHOUT: "1"})
    with subprocess.Popen(command, cwd=ROOT, env=environment) as running:
        try:
            wait_for(port)
            yield port
        finally:
            running.terminate()


def wait_for(port: int) -> None:
    """Return when it answers. Raise RuntimeError when that takes too long."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("an app process did not start")


def environment_of(servers: Servers) -> dict[str, str]:
    """Give the settings of a process."""
    own = {
        "DATABASE_URL": servers.database_url,
        "REDIS_URL": servers.redis_url,
        "SECRET_KEY": "of the benchmark",
        "RATE_LIMITS": "0",
        "LOG_LEVEL": "WARNING",
    }
    return {**os.environ, **own}


def measure(clients: list[Client], rounds: int, seconds: float) -> dict[str, list[tuple[float, float]]]:
    """Give writes per second (with, without) of each round, by kind."""
    order, found = Random(1), {kind: list[tuple[float, float]]() for kind in KINDS}
    with ThreadPoolExecutor(len(clients)) as threads:
        for number in range(-1, rounds):  # the first warms both up
            for kind in KINDS:
                rates = {}
                for where in order.sample(("with", "without"), 2):
                    started = time.monotonic()
                    writes = sum(threads.map(lambda each, w=where, k=kind: each.write_for(w, k, seconds), clients))
                    rates[where] = writes / (time.monotonic() - started)
                if number >= 0:
                    found[kind].append((rates["with"], rates["without"]))
    return found


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--directory", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.directory, ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with Servers(Path(folder) / "servers", durable=True) as servers:
            flask = [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"]
            subprocess.run(flask, cwd=ROOT, env=environment_of(servers), check=True, stderr=subprocess.DEVNULL)
            with process(servers, outbox=True) as one, process(servers, outbox=False) as other:
                clients = [Client({"with": one, "without": other}, number) for number in range(options.clients)]
                found = measure(clients, options.rounds, options.seconds)
    print(f"{'write':8} {'with':>9} {'without':>9}  ratio (quartiles)")
    for kind, rates in found.items():
        ratios = [with_outbox / without for with_outbox, without in rates]
        low, _, high = quantiles(ratios, n=4) if len(ratios) > 1 else (ratios[0],) * 3
        given, bare = (median(each) for each in zip(*rates, strict=True))
        print(f"{kind:8} {given:7,.0f}/s {bare:7,.0f}/s  {median(ratios):.2f} ({low:.2f} to {high:.2f})")


if __name__ == "__main__":
    main()
