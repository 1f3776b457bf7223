"""How many views the cache answers while people write, feedapp beside the usual design: over time, with stale views."""

from __future__ import annotations

import http.client
import re
from typing import TYPE_CHECKING, Any

from bench import people, traffic
from bench.comparison import serve
from bench.ground import Ground, forget, ground
from bench.ledger import Ledger
from bench.places import METRICS_TOKEN
from bench.replay import Replay

if TYPE_CHECKING:
    from pathlib import Path

    from bench.effort import Effort
    from bench.traffic import Event
    from bench.web import Web

READERS, POSTS = 400, 400
RATE = 150
"""Events a second, for either design: the pace of a site with ten million views a day."""
SHARES = (1, 5, 20)
LOG_SHARE = 5
BUCKETS = 24
WARM = 0.25
"""The part of a run that fills the cache: hit rates are told for what comes after it, stale views for all of it."""
_METRIC = re.compile(r"feedapp_cache_(hits|misses)_total\{[^}]*\} ([0-9.e+]+)")


def measure(effort: Effort, log: Path | None) -> dict[str, Any]:
    """Replay each workload against both designs."""
    workloads = {
        f"zipf-{share}": (f"Zipf, {share} % writes", traffic.zipf(effort.replayed, share=share, people=READERS))
        for share in SHARES
    }
    if log is not None:
        events = traffic.from_log(log, share=LOG_SHARE, most=effort.replayed)
        workloads["log"] = (f"an access log, {LOG_SHARE} % made writes", events)
    found: dict[str, Any] = {}
    with ground("hitrate", redis_arguments=("--maxmemory", "1gb")) as base:
        base.seed(**effort.community)
        with serve(base, "on", effort) as web:
            ids = people.busiest(base, READERS)
            signed_in = {each.id: each for each in people.sign_in(base, ids)}
            readers = [signed_in[user_id] for user_id in ids]
            for name, (label, events) in workloads.items():
                found[name] = {"label": label}
                for design, root in (("feedapp", ""), ("usual", "/rival")):
                    found[name][design] = _replayed(base, web, root, readers, events)
                    _tell(label, design, found[name][design])
    return found


def _replayed(base: Ground, web: Web, root: str, readers: list[people.Reader], events: list[Event]) -> dict[str, Any]:
    forget(base.redis)
    posts = [post for (post,) in base.query(f"SELECT id FROM posts ORDER BY created_at DESC LIMIT {POSTS}")]
    follows: dict[int, set[int]] = {}
    for follower, followee in base.query("SELECT follower_id, followee_id FROM follows"):
        follows.setdefault(follower, set()).add(followee)
    counts = {post: (likes, comments) for post, likes, comments in base.query("SELECT * FROM post_counters")}
    commands, losses = base.commands(), _losses(web)
    replay = Replay(port=web.port, root=root, readers=readers, posts=posts, ledger=Ledger(follows, counts))
    warming = [each for each in events if each.moment < WARM]
    replay.run(warming, seconds=len(events) / RATE)
    before = _keys(web)
    replay.run(events[len(warming) :], seconds=len(events) / RATE, first=WARM)
    hits, misses = (now - then for now, then in zip(_keys(web), before, strict=True))
    views = replay.views
    steady = [each for each in views if each.moment >= WARM]
    return {
        "views": len(views),
        "writes": replay.writes,
        "hit_rate": sum(each.hit for each in steady) / len(steady),
        "key_hit_rate": hits / (hits + misses) if hits + misses else None,
        "sql_per_view": sum(each.statements for each in steady) / len(steady),
        "commands": (base.commands() - commands) / (len(views) + replay.writes),
        "stale": sum(each.stale for each in views),
        "losses": _losses(web) - losses,
        "over_time": _over_time(views),
    }


def _over_time(views: list[Any]) -> list[float | None]:
    shares: list[float | None] = []
    for bucket in range(BUCKETS):
        inside = [each.hit for each in views if int(each.moment * BUCKETS * 0.9999) == bucket]
        shares.append(sum(inside) / len(inside) if inside else None)
    return shares


def _losses(web: Web) -> int:
    """Count how often a worker has given Redis up so far, as its log says."""
    return web.log.read_text(encoding="utf-8", errors="replace").count("Redis is not used until")


def _keys(web: Web) -> tuple[float, float]:
    """Give how many keys were found and missed so far, as /metrics tells it for all processes."""
    connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=30)
    connection.request("GET", "/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"})
    text = connection.getresponse().read().decode()
    connection.close()
    sums = {"hits": 0.0, "misses": 0.0}
    for outcome, count in _METRIC.findall(text):
        sums[outcome] += float(count)
    return sums["hits"], sums["misses"]


def _tell(label: str, design: str, found: dict[str, Any]) -> None:
    keys = f", {found['key_hit_rate']:.1%} of keys" if found["key_hit_rate"] is not None else ""
    print(
        f"  {label}, {design}: {found['hit_rate']:.1%} of {found['views']:,} views without SQL{keys}; "
        f"{found['sql_per_view']:.2f} statements a view; {found['stale']} stale; "
        f"Redis given up {found['losses']} times",
        flush=True,
    )
