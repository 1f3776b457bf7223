"""What single requests send to Redis: commands, counted one by one by MONITOR, and how long Redis was at them."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import contextmanager
from statistics import median
from threading import Thread
from typing import TYPE_CHECKING, Any, NamedTuple

from bench import people
from bench.comparison import serve
from bench.ground import forget
from bench.load import Request
from bench.places import LIMIT
from bench.probe import Client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redis import Redis

    from bench.effort import Effort
    from bench.ground import Ground

REPEATED = 7
FOLLOWERS = 40
FEED = f"/api/posts?limit={LIMIT}"
OF_THE_RELAY = {"info", "cluster", "hello", "client", "select", "auth", "ping", "scan", "monitor", "config"}
"""What feedapp's relay asks by itself, and the harness."""
LAST = "echo"


class Path(NamedTuple):
    """`make` gives the request of the n-th repetition; `cold` empties Redis before, else its sender is known."""

    name: str
    make: Callable[[int], Request]
    cold: bool = False


def measure(base: Ground, effort: Effort) -> dict[str, Any]:
    """Give commands and microseconds of Redis for each path, by its name: the fewest, and the median."""
    reader, *others = people.sign_in(base, people.busiest(base, REPEATED + 1))
    author = people.sign_in(base, [followed_by(base, FOLLOWERS)])[0]
    text = json.dumps({"body": "Written to be counted."})
    posts: list[str] = []
    paths = (
        Path("cold feed of 20", lambda _: Request(FEED, reader.bearer), cold=True),
        Path("warm feed of 20", lambda _: Request(FEED, reader.bearer)),
        Path("like", lambda n: Request(f"/api/posts/{posts[n]}/likes", others[n].bearer, "POST")),
        Path("comment", lambda n: Request(f"/api/posts/{posts[n]}/comments", reader.bearer, "POST", text)),
        Path(f"post, {FOLLOWERS} followers", lambda _: Request("/api/posts", author.bearer, "POST", text)),
    )
    with serve(base, "on", effort, WEB_WORKERS="1") as web, Client(web.port) as client:
        for _ in range(REPEATED):  # that nobody likes yet
            published = client.ask(Request("/api/posts", reader.bearer, "POST", text))
            posts.append(json.loads(published.body)["id"])
        found = {path.name: _counted(base.redis, client, path) for path in paths}
    for name, counted in found.items():
        print(f"  {name}: {counted['commands']} commands, {counted['micros']:.0f} µs of Redis", flush=True)
    return found


def _counted(store: Redis, client: Client, path: Path) -> dict[str, float]:
    counts, micros = [], []
    for number in range(REPEATED):
        request = path.make(number)
        if path.cold:
            forget(store)
        else:
            client.ask(Request("/api/me", request.headers))
        store.config_resetstat()
        with _watching(store) as sent:
            answer = client.ask(request)
        if answer.status >= 300:
            raise RuntimeError(f"{path.name}: {answer.status} {answer.body!r}")
        counts.append(sum(sent.values()))
        stats: dict[str, dict[str, float]] = store.info("commandstats")
        micros.append(
            sum(
                times * stats[f"cmdstat_{name}"]["usec"] / stats[f"cmdstat_{name}"]["calls"]
                for name, times in sent.items()
            )
        )
    return {"commands": min(counts), "micros": median(micros)}


@contextmanager
def _watching(store: Redis) -> Iterator[Counter[str]]:
    """Count what is sent within the block, by command; what scripts do inside Redis is not sent."""
    sent: Counter[str] = Counter()
    with store.monitor() as monitor:  # type: ignore[no-untyped-call]

        def read() -> None:
            for each in monitor.listen():
                name = each["command"].partition(" ")[0].lower()
                if name == LAST:
                    return
                if each["client_type"] != "lua" and name not in OF_THE_RELAY:
                    sent[name] += 1

        reader = Thread(target=read)
        reader.start()
        yield sent
        store.echo("the end")
        reader.join()


def followed_by(base: Ground, count: int) -> int:
    """Find somebody with so many followers. Raise IndexError if there is nobody."""
    query = f"SELECT user_id FROM user_counters WHERE followers = {count} ORDER BY user_id LIMIT 1"
    user_id: int = base.query(query)[0][0]
    return user_id
