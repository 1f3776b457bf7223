"""The tables of docs/performance.md, one for each part of the results that was measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bench import capacity
from bench.goals import GOALS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write a table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, row))} |" for row in lines)


def goals(results: dict[str, Any]) -> str:
    """Every row of DESIGN's table, and two of the issue's."""
    rows = []
    for goal in GOALS:
        try:
            rows.append((goal.what, goal.must, goal.reached(results), "yes" if goal.met(results) else "**no**"))
        except KeyError:
            rows.append((goal.what, goal.must, "not measured in this run", ""))
    return table(("what", "must reach", "reached", ""), rows)


def reads(variants: dict[str, Any], price: float, results: dict[str, Any]) -> str:
    """The comparison."""
    head = (
        *("reads", "requests/s (spread)", "of bare", "p50 ms", "p95", "p99", "SQL", "Redis commands"),
        *("µs web", "µs Redis", "µs PostgreSQL", f"$ a million views at ${price:.2f} per 100,000"),
    )
    return table(
        head,
        (
            (
                each["label"],
                f"{each['rate']:,.0f} ({each['slowest']:,.0f} to {each['fastest']:,.0f})",
                f"{each['ratio']:.2f}" if each["ratio"] else "",
                *(f"{each[p]:.1f}" for p in ("p50", "p95", "p99")),
                f"{each['sql']:.1f}",
                f"{each['commands']:.1f}",
                *(f"{each[f'{part}_micros']:,.0f}" for part in ("web", "redis", "sql")),
                f"{capacity.monthly(results, name, price):.2f}",
            )
            for name, each in variants.items()
        ),
    )


def sent(paths: dict[str, Any]) -> str:
    """What single requests send."""
    return table(
        ("one request", "Redis commands", "µs of Redis"),
        ((name, each["commands"], f"{each['micros']:,.0f}") for name, each in paths.items()),
    )


def hitrate(workloads: dict[str, Any]) -> str:
    """Hit rates and stale views."""
    rows = []
    for each in workloads.values():
        for design, label in (("feedapp", "feedapp"), ("usual", "usual design")):
            found = each[design]
            keys = found["key_hit_rate"]
            rows.append(
                (
                    each["label"],
                    label,
                    f"{found['views']:,} / {found['writes']:,}",
                    f"{keys:.1%}" if keys is not None and design == "feedapp" else f"{found['hit_rate']:.1%}",
                    f"{found['hit_rate']:.1%}",
                    f"{found['sql_per_view']:.2f}",
                    f"{found['commands']:.1f}",
                    found["stale"],
                    found.get("losses", "") if design == "feedapp" else "",
                )
            )
    head = (
        "traffic",
        "design",
        "views / writes",
        "keys found",
        "views without SQL",
        "SQL a view",
        "commands",
        "stale",
        "Redis given up",
    )
    return table(head, rows)


def scale(found: dict[str, Any]) -> str:
    """Costs against size."""
    sizes = [str(size) for size in found["sizes"]]
    head = [
        "milliseconds (10th to 90th percentile)",
        *(f"{int(size):,} posts" for size in sizes),
        "SQL",
        "trips",
        "growth",
    ]
    rows = []
    for each in found["operations"].values():
        by_size = [each["sizes"][size] for size in sizes]
        rows.append(
            (
                each["label"],
                *(f"{one['total']:.1f} ({one['low']:.1f} to {one['high']:.1f})" for one in by_size),
                f"{by_size[-1]['statements']:.0f}",
                f"{by_size[-1]['trips']:.0f}",
                f"{by_size[-1]['total'] / by_size[0]['total']:.2f}",
            )
        )
    return table(head, rows)


def keyspace(servers: list[dict[str, Any]]) -> str:
    """Invalidation against the number of keys."""
    return table(
        ("milliseconds", "server", "1,000 keys", "1,000,000 keys", "ratio"),
        (
            (way["label"], each["server"], f"{way['few']:.2f}", f"{way['many']:.2f}", f"{way['ratio']:,.2f}")
            for each in servers
            for way in each["ways"].values()
        ),
    )


def sizes(rows: list[dict[str, Any]]) -> str:
    """Workers and threads."""
    return table(
        (
            "workers",
            "threads",
            "warm JSON/s",
            "p99 ms",
            "5 % writes/s",
            "p99 ms",
            "start s",
            "MB a worker idle",
            "busy",
        ),
        (
            (
                *(row["workers"], row["threads"], f"{row['json']:,.0f}", f"{row['json-p99']:.1f}"),
                *(f"{row['mix-5-on']:,.0f}", f"{row['mix-5-on-p99']:.1f}", f"{row['start']:.2f}"),
                *(f"{row['idle']:.0f}", f"{row['busy']:.0f}"),
            )
            for row in rows
        ),
    )


def plan(results: dict[str, Any]) -> str:
    """The capacity plan."""
    plans = [capacity.plan(results, views) for views in (10_000_000, 1_000_000_000)]
    rows = [(name, value, further) for (name, value), (_, further) in zip(*(each.rows for each in plans), strict=True)]
    return table(("", *(f"{each.views:,} views a day" for each in plans)), rows)
