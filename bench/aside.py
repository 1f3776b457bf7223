"""What goes on beside the reads: a process that idles, and connections that stall."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from statistics import median
from time import sleep
from typing import TYPE_CHECKING, Any

from bench.comparison import serve
from bench.load import Wrk
from bench.probe import since, spent

if TYPE_CHECKING:
    from bench.effort import Effort
    from bench.ground import Ground
    from bench.load import Request
    from bench.web import Web

SETTLING, IDLE = 10, 30
"""Seconds: PostgreSQL counts a statement of an idle connection up to ten seconds later."""
STALLED, ROUNDS = 200, 3
_STATEMENTS = "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"
"""Each statement of a process that idles is a transaction of its own."""


def idle(base: Ground, effort: Effort) -> dict[str, float]:
    """Give the statements a second of one process, and the share of a processor that it takes."""
    with serve(base, "on", effort, WEB_WORKERS="1") as web:
        sleep(SETTLING)
        before, used = base.query(_STATEMENTS)[0][0], spent(web.workers())
        sleep(IDLE)
        sleep(SETTLING)
        seconds = IDLE + SETTLING
        share = since(used, web.workers()) / seconds
        statements = (base.query(_STATEMENTS)[0][0] - before - 1) / seconds
    print(f"  idle: {statements:.1f} statements a second, {share:.2%} of a processor", flush=True)
    return {"statements": statements, "processor": share}


def stalled(base: Ground, effort: Effort, requests: list[Request]) -> dict[str, Any]:
    """Give the p99 of others beside connections that stall, and without them, in turns."""
    found: dict[str, list[float]] = {"alone": [], "beside": []}
    wrk = Wrk(base.directory)
    with serve(base, "on", effort) as web:
        for _ in range(ROUNDS):
            for name, count in (("alone", 0), ("beside", STALLED)):
                with ExitStack() as stack:
                    for number in range(count):
                        stack.enter_context(_stall(web, number, requests[0]))
                    load = wrk.run(f"stalled-{name}", web.address, requests, seconds=effort.seconds)
                found[name].append(load.latency(99))
    print(f"  p99 beside {STALLED} stalled connections: {found['beside']} ms, alone {found['alone']}", flush=True)
    return {name: median(each) for name, each in found.items()}


def _stall(web: Web, number: int, request: Request) -> socket.socket:
    """Open a connection that sends half of its head, or half of a body, or asks often and reads no answer."""
    there = socket.create_connection(("127.0.0.1", web.port), timeout=10)
    there.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    credentials = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
    head = f"GET {request.path} HTTP/1.1\r\nHost: x\r\n{credentials}"
    posted = f"POST /api/posts HTTP/1.1\r\nHost: x\r\n{credentials}Content-Type: application/json\r\n"
    there.sendall(
        [head, posted + 'Content-Length: 500\r\n\r\n{"body": "', 20 * (head + "\r\n")][number % 3].encode(),
    )
    return there
