"""Writes the figures of a run into docs/performance.md, between two marks; what is around them is written by hand."""

from __future__ import annotations

import platform
from datetime import UTC, datetime
from typing import Any

import psutil

from bench import tables
from bench.places import PLOTS, REPORT

BEGIN, END = "<!-- figures: written by `make bench-full` -->\n", "<!-- end of the figures -->\n"


def write(results: dict[str, Any], *, price: float, plots: list[str]) -> None:
    """Replace the figures in the report."""
    before, _, rest = REPORT.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    REPORT.write_text(before + BEGIN + "\n" + figures(results, price=price, plots=plots) + "\n" + END + after, "utf-8")


def figures(results: dict[str, Any], *, price: float, plots: list[str]) -> str:
    """Give all tables and plots that there are results for."""
    site = results.get("site", {})
    parts = [_circumstances(results), "## The goals", tables.goals(results)]
    if site:
        parts += ["## The same reads, done in five ways", tables.reads(site["reads"], price, results)]
        parts += _picture("throughput", plots) + _picture("latencies", plots)
        parts += ["### With writes among the reads", tables.reads(site["mixes"], price, results)]
    if "posts" in site:
        parts += ["### Posts", tables.reads(site["posts"], price, results)]
    if "sent" in site:
        parts += ["### Sent to Redis", tables.sent(site["sent"])]
    if "hitrate" in results:
        parts += ["## Hit rate", tables.hitrate(results["hitrate"]), *_picture("hit-rate", plots)]
    if "scale" in results:
        parts += ["## Size", tables.scale(results["scale"]), *_picture("scale", plots)]
    if "keyspace" in results:
        parts += ["### Invalidation and the number of keys", tables.keyspace(results["keyspace"])]
    if "sizes" in site:
        parts += ["## Workers and threads, start and memory", tables.sizes(site["sizes"])]
    if "mix-5-on" in site.get("mixes", {}) and "memory" in site:
        parts += ["## Capacity", tables.plan(results)]
    return "\n\n".join(parts) + "\n"


def _circumstances(results: dict[str, Any]) -> str:
    minutes = sum(results["seconds"].values()) / 60
    return (
        f"Measured on {datetime.now(UTC):%d %B %Y} in {minutes:.0f} minutes ({results['effort']}), on "
        f"{platform.system()} with {psutil.cpu_count()} processors, which the load generator, PostgreSQL and Redis "
        f"shared; Python {platform.python_version()}."
    )


def _picture(name: str, plots: list[str]) -> list[str]:
    return [f"![{name}]({PLOTS.name}/{name}.svg)"] if f"{name}.svg" in plots else []
