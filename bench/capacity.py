"""How many servers a number of views a day takes, worked out from what one request was measured to cost."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

DAY = 86_400
PEAK = 4
BUSY = 0.6
CORES = 8
MIXTURE = "mix-5-on"
READERS_A_VIEW = 1 / 20
"""Each reader looks at twenty pages a day."""
ACTIVE = 0.1
"""The part of a day's readers whose feeds are in Redis at the same time."""


class Plan(NamedTuple):
    """One column of the plan."""

    views: int
    rows: Sequence[tuple[str, str]]


def plan(results: dict[str, Any], views: int) -> Plan:
    """Work it out for so many views a day, 5 % writes in it, all of the peak served at 60 % of each processor."""
    site = results["site"]
    cost = site["mixes"][MIXTURE]
    memory = site["memory"]
    peak = views / DAY * PEAK
    web, sql, redis = (peak * cost[f"{name}_micros"] / 1e6 / BUSY for name in ("web", "sql", "redis"))
    readers = views * READERS_A_VIEW
    needed = readers * ACTIVE * memory["bytes"] / 2**30
    return Plan(
        views,
        (
            ("requests a second, average", f"{views / DAY:,.0f}"),
            (f"at the peak ({PEAK} times that)", f"{peak:,.0f}"),
            (f"web: {cost['web_micros']:,.0f} µs of a processor each", f"{_cores(web)}"),
            (f"PostgreSQL: {cost['sql_micros']:,.0f} µs each", f"{_cores(sql)}"),
            (f"Redis: {cost['redis_micros']:,.0f} µs each", f"{ceil(redis):,} of one core each"),
            (f"Redis commands a second: {cost['commands']:.1f} each", f"{peak * cost['commands']:,.0f}"),
            (
                f"memory of Redis: {memory['bytes'] / 1024:,.1f} KB for each of {readers * ACTIVE:,.0f} readers",
                _memory(needed),
            ),
        ),
    )


def monthly(results: dict[str, Any], name: str, price: float) -> float:
    """Give what a million views cost at a hosted Redis that takes `price` for each 100,000 commands."""
    site = results["site"]
    both = {**site["reads"], **site["mixes"], **site.get("posts", {})}
    dollars: float = both[name]["commands"] * 1_000_000 / 100_000 * price
    return dollars


def _cores(count: float) -> str:
    servers = ceil(count / CORES)
    return f"{count:,.1f} cores: {servers:,} server{'s' if servers > 1 else ''} of {CORES}"


def _memory(gigabytes: float) -> str:
    return f"{gigabytes:,.1f} GB" if gigabytes >= 1 else f"{gigabytes * 1024:,.0f} MB"
