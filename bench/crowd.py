"""Two hundred readers of a page that nobody has cached: how often PostgreSQL is asked."""

from __future__ import annotations

from threading import Barrier, Thread
from typing import TYPE_CHECKING, Any

from bench.comparison import serve
from bench.ground import forget
from bench.load import Request
from bench.probe import Client

if TYPE_CHECKING:
    from bench.effort import Effort
    from bench.ground import Ground
    from bench.probe import Answer
    from bench.web import Web

READERS = 200
ADDRESS = "/api/posts?feed=public&limit=20"
REPEATED = 5


def measure(base: Ground, effort: Effort) -> dict[str, Any]:
    """Give the statements of all readers together, the most of some trials. One load is two: page, and facts."""
    found: dict[str, Any] = {"readers": READERS}
    for name in ("on", "off"):
        with serve(base, name, effort) as web:
            trials = [_together(base, web) for _ in range(REPEATED if name == "on" else 1)]
        found[name] = {
            "statements": max(sum(each.sql_statements for each in trial) for trial in trials),
            "bodies": max(len({each.body for each in trial}) for trial in trials),
        }
    with_cache, without = found["on"]["statements"], found["off"]["statements"]
    print(f"  {READERS} readers of a cold page: {with_cache} statements, {without} uncached", flush=True)
    return found


def _together(base: Ground, web: Web) -> list[Answer]:
    forget(base.redis)
    barrier = Barrier(READERS)
    answers: list[Answer] = []

    def read() -> None:
        with Client(web.port) as client:
            client.ask(Request("/livez", {}))
            barrier.wait()
            answers.append(client.ask(Request(ADDRESS, {})))

    threads = [Thread(target=read) for _ in range(READERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(answers) != READERS or any(each.status != 200 for each in answers):
        raise RuntimeError(f"{len(answers)} of {READERS} readers were answered, {[a.status for a in answers][:5]}")
    return answers
