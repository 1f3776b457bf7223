"""What single requests cost by the server's own account, and what the processes of a server spend."""

from __future__ import annotations

import http.client
import re
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple, Self

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

    from bench.load import Request

_COSTS = re.compile(
    r'redis;dur=([0-9.]+);desc="(\d+) trips", sql;dur=([0-9.]+);desc="(\d+) statements", total;dur=(.*)'
)

NOTHING = 'redis;dur=0;desc="0 trips", sql;dur=0;desc="0 statements", total;dur=0'
"""What is answered without the application (bare routes, /livez) costs beside its time, which it does not tell."""
FREE = ("/bare/", "/livez")


class Answer(NamedTuple):
    """An answer with what it says of its own cost; durations are milliseconds."""

    status: int
    body: bytes
    cache_status: str
    redis_trips: int
    sql_statements: int
    redis: float
    sql: float
    total: float

    @property
    def hit(self) -> bool:
        """Whether it cost no SQL."""
        return self.sql_statements == 0


class Client:
    """One connection, kept open; not for throughput, which is wrk's."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, request: Request) -> Answer:
        """Send it and read the answer."""
        headers = dict(request.headers)
        body = None if request.body == "-" else request.body
        if body is not None:
            headers["Content-Type"] = "application/json"
        self._connection.request(request.method, request.path, body=body, headers=headers)
        response = self._connection.getresponse()
        content = response.read()
        told = response.getheader("Server-Timing", NOTHING if request.path.startswith(FREE) else "")
        found = _COSTS.fullmatch(told)
        assert found, f"{request.path} tells nothing of its cost: {response.status}"
        redis, trips, sql, statements, total = found.groups()
        said = response.getheader("Cache-Status", "")
        return Answer(
            response.status, content, said, int(trips), int(statements), float(redis), float(sql), float(total)
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()


def spent(processes: Iterable[psutil.Process]) -> dict[int, float]:
    """Give the processor's seconds that each process has used so far."""
    used = {}
    for process in processes:
        with suppress(psutil.NoSuchProcess):  # one of PostgreSQL's that ends by itself, such as autovacuum's
            times = process.cpu_times()
            used[process.pid] = times.user + times.system
    return used


def since(before: dict[int, float], processes: Iterable[psutil.Process]) -> float:
    """Give the processor's seconds used since then, by those that were there then and by newer ones."""
    return sum(seconds - before.get(pid, 0.0) for pid, seconds in spent(processes).items())
