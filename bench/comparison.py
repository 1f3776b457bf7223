"""The same reads from the bare route, from feedapp warm, cold and without its cache, and from the usual design."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

from bench.ground import forget
from bench.load import Load, Wrk
from bench.probe import Client, since, spent
from bench.web import Web

if TYPE_CHECKING:
    from bench.effort import Effort
    from bench.ground import Ground
    from bench.variants import Variant

PROBES = 30
WARMING = 1.0


class Measured(NamedTuple):
    """One run of one variant. Processor time is in seconds a request."""

    load: Load
    commands: float
    web: float
    redis: float
    sql: float


class Comparison:
    """Runs variants in rounds, so that whatever else the machine does strikes all of them."""

    def __init__(self, base: Ground, servers: dict[str, Web], effort: Effort) -> None:
        self._base = base
        self._servers = servers
        self._effort = effort
        self._wrk = Wrk(base.directory)

    def run(self, chosen: list[Variant]) -> dict[str, Any]:
        """Measure all of them, and give for each the medians with the spread, and the ratios of the same round."""
        probes = {each.name: self._probe(each) for each in chosen}
        rounds: list[dict[str, Measured]] = []
        for number in range(self._effort.rounds):
            turned = chosen[number % len(chosen) :] + chosen[: number % len(chosen)]
            rounds.append({each.name: self._measure(each) for each in turned})
            rates = "  ".join(f"{each.name} {rounds[-1][each.name].load.rate:,.0f}" for each in chosen)
            print(f"  round {number + 1} of {self._effort.rounds}: {rates}", flush=True)
        return {each.name: _summary(each, rounds, probes[each.name]) for each in chosen}

    def _measure(self, variant: Variant) -> Measured:
        web = self._servers[variant.server]
        if variant.state == "cold":
            forget(self._base.redis)
        else:
            self._wrk.run(variant.name, web.address, variant.requests, seconds=WARMING)
        commands = self._base.commands()
        sources = (web.workers, self._base.redis_processes, self._base.sql_processes)
        before = [spent(each()) for each in sources]
        load = self._wrk.run(variant.name, web.address, variant.requests, seconds=self._effort.seconds)
        return Measured(
            load,
            (self._base.commands() - commands) / load.requests,
            *(since(then, each()) / load.requests for then, each in zip(before, sources, strict=True)),
        )

    def _probe(self, variant: Variant) -> dict[str, float]:
        """Ask a few times singly, and give what the answers say of themselves."""
        if variant.state == "cold":
            forget(self._base.redis)
        with Client(self._servers[variant.server].port) as client:
            asked = [variant.requests[number % len(variant.requests)] for number in range(PROBES)]
            if variant.state == "warm":
                for each in variant.requests:
                    client.ask(each)
            answers = [client.ask(each) for each in asked]
        failed = [each for each in answers if each.status >= 300]
        if failed:
            raise RuntimeError(f"{variant.name}: {failed[0]}")
        return {
            "sql": sum(each.sql_statements for each in answers) / PROBES,
            "trips": sum(each.redis_trips for each in answers) / PROBES,
            "bytes": sum(len(each.body) for each in answers) / PROBES,
        }


def _summary(variant: Variant, rounds: list[dict[str, Measured]], probe: dict[str, float]) -> dict[str, Any]:
    runs = [each[variant.name] for each in rounds]
    rates = [each.load.rate for each in runs]
    middle = sorted(runs, key=lambda each: each.load.rate)[len(runs) // 2]
    against = variant.against
    ratios = [each[variant.name].load.rate / each[against].load.rate for each in rounds if against and against in each]
    return {
        "label": variant.label,
        "rate": median(rates),
        "rates": rates,
        "slowest": min(rates),
        "fastest": max(rates),
        **{f"p{p}": median(each.load.latency(p) for each in runs) for p in (50, 95, 99)},
        "latencies": middle.load.latencies,
        "commands": median(each.commands for each in runs),
        "web_micros": median(each.web for each in runs) * 1e6,
        "redis_micros": median(each.redis for each in runs) * 1e6,
        "sql_micros": median(each.sql for each in runs) * 1e6,
        "against": against,
        "ratio": median(ratios) if ratios else None,
        "ratios": ratios,
        **probe,
    }


def serve(base: Ground, cache: str, effort: Effort, **more: str) -> Web:
    """Make a server of the product's own size, with the cache on or off; `more` is environment."""
    return Web(
        cache,
        base.directory,
        database_url=base.database_url,
        redis_url=base.redis_url,
        workers=effort.workers,
        threads=effort.threads,
        BENCH_CACHE=cache,
        **more,
    )
