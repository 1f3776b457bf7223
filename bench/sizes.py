"""How many workers and threads serve best, how long a server takes to start, and what memory a worker takes."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any

from bench.ground import forget
from bench.load import Wrk
from bench.web import Web

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bench.effort import Effort
    from bench.ground import Ground
    from bench.variants import Variant

SIZES = ((1, 1), (1, 2), (1, 4), (1, 8), (2, 1), (2, 2), (2, 4), (2, 8), (4, 2))
MEASURED = ("json", "mix-5-on")
MEGABYTE = 1024 * 1024


def measure(base: Ground, effort: Effort, variants: Mapping[str, Variant]) -> list[dict[str, Any]]:
    """Serve the same reads, and the same mixture with writes, in every size; give rates, latencies and memory."""
    found: dict[tuple[int, int], list[dict[str, Any]]] = {size: [] for size in SIZES}
    for _ in range(max(1, effort.rounds // 3)):
        for size in SIZES:
            found[size].append(_round(base, effort, variants, size))
    rows = []
    for (workers, threads), rounds in found.items():
        row = {"workers": workers, "threads": threads}
        rows.append(row | {name: median(each[name] for each in rounds) for name in rounds[0]})
        print(
            f"  {workers} workers, {threads} threads: {rows[-1]['json']:,.0f} and {rows[-1]['mix-5-on']:,.0f} a second"
        )
    return rows


def _round(base: Ground, effort: Effort, variants: Mapping[str, Variant], size: tuple[int, int]) -> dict[str, Any]:
    workers, threads = size
    wrk = Wrk(base.directory)
    forget(base.redis)  # the server before was ended in the middle of its loads: nobody shall wait for its leases
    with Web(
        "size",
        base.directory,
        database_url=base.database_url,
        redis_url=base.redis_url,
        workers=workers,
        threads=threads,
        application="wsgi:app",
    ) as web:
        row: dict[str, Any] = {"start": web.started_in, "idle": _memory(web)}
        for name in MEASURED:
            requests = variants[name].requests
            wrk.run(name, web.address, requests, seconds=1)
            load = wrk.run(name, web.address, requests, seconds=effort.seconds)
            row |= {name: load.rate, f"{name}-p99": load.latency(99)}
        row["busy"] = _memory(web)
    return row


def _memory(web: Web) -> float:
    """Give what one worker has to itself, in megabytes."""
    own: list[int] = [process.memory_full_info().uss for process in web.workers()]
    return max(own) / MEGABYTE
