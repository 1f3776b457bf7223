"""`make consistency`: load, faults, and a check of all that was seen. See docs/consistency.md."""

from __future__ import annotations

import argparse
import gc
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.consistency.faults.failovers import failover, split
from tests.consistency.faults.scenarios import SCENARIOS, Scenario
from tests.consistency.figures import HEADINGS, Figures
from tests.consistency.hosts.network import enter
from tests.consistency.report import write_report
from tests.consistency.runner import run
from tests.consistency.sites.site import Setup
from tests.support.deployments.choices import CHOICES
from tests.support.mistakes import MISTAKES

if TYPE_CHECKING:
    from types import FrameType

SHOWN = 10


def main() -> int:
    """Run the scenarios that are asked for; 1 if one of them went beyond what it allows."""
    wanted = _arguments()
    if wanted.hosts:
        enter()
    signal.signal(signal.SIGTERM, _interrupt)
    done: list[Figures] = []
    broken = False
    for name in _names(wanted):
        figures = run(
            SCENARIOS[name],
            seconds=wanted.seconds,
            setup=Setup(wanted.redis, wanted.pooled, hosted=bool(wanted.hosts), patience=wanted.patience),
            workers=wanted.hosts or wanted.workers,
            clients=wanted.clients,
            seed=wanted.seed,
            write_share=wanted.write_share,
            mistake=wanted.mistake,
            keep=wanted.keep,
        )
        _show(figures)
        broken |= bool(figures.faults())
        done.append(figures)
        gc.collect()
        if wanted.report:
            write_report(wanted.report, done, setup=_words(wanted))
    return int(broken)


def _names(wanted: argparse.Namespace) -> list[str]:
    if "all" not in wanted.scenario:
        return list(wanted.scenario)
    names = [name for name, each in SCENARIOS.items() if _can_be_had(each, wanted.redis, hosts=bool(wanted.hosts))]
    for name in names:
        if reason := SCENARIOS[name].lacking():
            sys.stdout.write(f"{name} is left out: {reason}\n\n")
    return [name for name in names if not SCENARIOS[name].lacking()]


def _can_be_had(scenario: Scenario, choice: str, *, hosts: bool) -> bool:
    if scenario.replicated:
        return choice == "embedded"
    if scenario.hosted and not hosts:
        return False
    if choice == "sentinel":
        return scenario.run in {failover, split} or not (scenario.single or scenario.proxied)
    return not (scenario.watched or (hosts and scenario.proxied) or (choice == "cluster" and scenario.single))


def _words(wanted: argparse.Namespace) -> str:
    if wanted.hosts:
        return f"{wanted.hosts} hosts, sentinel" if wanted.redis == "sentinel" else f"{wanted.hosts} hosts"
    return f"{wanted.redis}, pooled" if wanted.pooled else str(wanted.redis)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make consistency", description=__doc__)
    parser.add_argument("--seconds", type=float, default=300, help="of load, for each scenario")
    parser.add_argument("--workers", type=int, default=2, help="app processes")
    parser.add_argument("--hosts", type=int, default=0, help="app servers in network namespaces (root), with balancers")
    parser.add_argument("--clients", type=int, default=12)
    parser.add_argument("--scenario", choices=[*SCENARIOS, "all"], nargs="+", default=["healthy"])
    parser.add_argument("--redis", choices=list(CHOICES), default="embedded", help="what the site runs on")
    parser.add_argument("--pooled", action="store_true", help="PostgreSQL through pgbouncer in transaction mode")
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(2)))
    parser.add_argument("--write-share", type=float, default=0.1)
    parser.add_argument("--mistake", choices=list(MISTAKES), default="", help="make it, to see it found")
    parser.add_argument("--patience", type=float, default=0, help="seconds after which clients give an answer up")
    parser.add_argument("--keep", type=Path, help="where to leave logs and histories, a folder for each scenario")
    parser.add_argument("--report", type=Path, help="a Markdown file: its table for this set-up is replaced, or added")
    wanted = parser.parse_args()
    for name in set(wanted.scenario) - {"all"}:
        if reason := SCENARIOS[name].lacking():
            parser.error(f"{name}: {reason}")
    alone = [name for name in wanted.scenario if name != "all" and SCENARIOS[name].hosted and not wanted.hosts]
    if alone:
        parser.error(f"{', '.join(alone)}: only with --hosts")
    between = [name for name in wanted.scenario if name != "all" and SCENARIOS[name].proxied and wanted.hosts]
    if between:
        parser.error(f"{', '.join(between)}: not with --hosts, which reach Redis without a proxy")
    unwatched = [name for name in wanted.scenario if name != "all" and SCENARIOS[name].watched]
    if unwatched and wanted.redis != "sentinel":
        parser.error(f"{', '.join(unwatched)}: only with --redis sentinel")
    if wanted.hosts and (wanted.redis not in {"embedded", "sentinel"} or wanted.pooled):
        parser.error("--hosts has a Redis and a PostgreSQL of its own: no other --redis than sentinel, no --pooled")
    return wanted


def _show(figures: Figures) -> None:
    lines = [f"{heading:>36}  {value}" for heading, value in zip(HEADINGS, figures.row(), strict=True)]
    lines.append(f"{'longest time without writes, ms':>36}  {figures.pause()}")
    if figures.forgotten is not None:
        lines.append(f"{'lost by PostgreSQL':>36}  {figures.forgotten}")
    lines.append(f"{'processor time of a request, ms':>36}  {figures.costs()}")
    beyond = figures.faults()
    lines += [f"{'BEYOND WHAT IS ALLOWED':>36}  {len(beyond)}", *beyond[:SHOWN]] if beyond else []
    others = [str(violation) for violation in figures.violations][:SHOWN] if not beyond else []
    sys.stdout.write("\n".join([*lines, *others]) + "\n\n")
    sys.stdout.flush()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
