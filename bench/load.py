"""Throughput and latencies by wrk, which comes from the system's packages."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING, NamedTuple

from bench.places import CONNECTIONS, ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


class Request(NamedTuple):
    """One request; a body is JSON in one line."""

    path: str
    headers: Mapping[str, str]
    method: str = "GET"
    body: str = "-"


class Load(NamedTuple):
    """What one run of wrk saw: latencies are (percentile, microseconds)."""

    requests: int
    seconds: float
    latencies: list[tuple[float, int]]

    @property
    def rate(self) -> float:
        """Requests per second."""
        return self.requests / self.seconds

    def latency(self, percentile: float) -> float:
        """Milliseconds that so many percent stayed below."""
        return dict(self.latencies)[percentile] / 1_000


class Wrk:
    """Runs wrk against lists of requests, which are sent in turn; the next run goes on where the last one ended."""

    def __init__(self, directory: Path) -> None:
        self._program = shutil.which("wrk")
        if self._program is None:
            raise SystemExit("wrk is not installed: apt-get install wrk, or brew install wrk")
        self._directory = directory
        self._sent: dict[str, int] = {}

    def run(self, name: str, address: str, requests: Sequence[Request], *, seconds: float) -> Load:
        """Load a server for some seconds. Raise RuntimeError if anything but 2xx came back."""
        file = self._directory / f"requests-{name}.txt"
        file.write_text("".join(_line(each) for each in requests), encoding="utf-8")
        first = self._sent.get(name, 0) % len(requests)
        command = [
            *(str(self._program), "-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s", "--timeout", "30s"),
            *("-s", str(ROOT / "bench" / "requests.lua"), address, "--", str(file), str(first)),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        found = json.loads(done.stdout.partition("RESULT ")[2])
        if found["failed"] or not found["requests"]:
            raise RuntimeError(f"{name}: {found['failed']} of {found['requests']} requests failed\n{done.stdout}")
        self._sent[name] = first + found["requests"]
        return Load(found["requests"], found["micros"] / 1e6, [(each[0], each[1]) for each in found["latencies"]])


def _line(request: Request) -> str:
    said = {"Content-Type": "application/json"} if request.body != "-" else {}
    headers = {**request.headers, **said}
    return (
        "\t".join(
            [request.method, request.path, request.body, *(f"{name}: {value}" for name, value in headers.items())]
        )
        + "\n"
    )
