"""The same reads from the bare route, from feedapp warm, cold and without its cache, and from the usual design."""

from __future__ import annotations

from contextlib import ExitStack
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

from bench import people, variants
from bench.ground import Ground, ground
from bench.load import Load, Wrk
from bench.probe import Client, since, spent
from bench.web import Web

if TYPE_CHECKING:
    from bench.effort import Effort
    from bench.variants import Variant

OTHERS = 100
PROBES = 30
WARMING = 1.0


class Measured(NamedTuple):
    """One run of one variant. Processor time is in seconds a request."""

    load: Load
    commands: float
    web: float
    redis_and_sql: float


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
            self._base.redis.flushdb()
        else:
            self._wrk.run(variant.name, web.address, variant.requests, seconds=WARMING)
        commands = self._base.commands()
        web_before, base_before = spent(web.workers()), spent(self._base.processes())
        load = self._wrk.run(variant.name, web.address, variant.requests, seconds=self._effort.seconds)
        return Measured(
            load,
            (self._base.commands() - commands) / load.requests,
            since(web_before, web.workers()) / load.requests,
            since(base_before, self._base.processes()) / load.requests,
        )

    def _probe(self, variant: Variant) -> dict[str, float]:
        """Ask a few times singly, and give what the answers say of themselves."""
        if variant.state == "cold":
            self._base.redis.flushdb()
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
        "slowest": min(rates),
        "fastest": max(rates),
        **{f"p{p}": median(each.load.latency(p) for each in runs) for p in (50, 95, 99)},
        "latencies": middle.load.latencies,
        "commands": median(each.commands for each in runs),
        "web_micros": median(each.web for each in runs) * 1e6,
        "base_micros": median(each.redis_and_sql for each in runs) * 1e6,
        "against": against,
        "ratio": median(ratios) if ratios else None,
        "ratios": ratios,
        **probe,
    }


def measure(effort: Effort) -> dict[str, Any]:
    """Seed a community, start both servers, and compare."""
    with ground("comparison", redis_arguments=("--maxmemory", "1gb")) as base, ExitStack() as stack:
        print(f"comparison: seeding {effort.community}", flush=True)
        base.seed(**effort.community)
        servers = {name: stack.enter_context(serve(base, name, effort)) for name in ("on", "off")}
        readers = people.sign_in(base, people.busiest(base, OTHERS))
        reader = readers[len(readers) // 2]
        further = base.query(
            "SELECT micros || '-' || id FROM (SELECT (extract(epoch FROM created_at) * 1000000)::bigint AS micros, id, "
            "row_number() OVER (ORDER BY created_at DESC, id DESC) AS number FROM posts) AS numbered "
            "WHERE number % 20 = 0 ORDER BY number"
        )
        chosen = variants.reads(reader, readers, people.public_cursors(base), [text for (text,) in further])
        keep_bare(base, servers["on"], chosen)
        comparison = Comparison(base, servers, effort)
        found = comparison.run([each for each in chosen if effort.takes(each.name)])
        posts = [post for (post,) in base.query("SELECT id FROM posts ORDER BY id DESC LIMIT 2000")]
        mixed = comparison.run([each for each in variants.mixes(readers, posts) if effort.takes(each.name)])
        return {"reads": found, "mixes": mixed, "workers": effort.workers, "threads": effort.threads}


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


def keep_bare(base: Ground, web: Web, chosen: list[Variant]) -> None:
    """Put what the feed answers into the files that the bare routes answer from."""
    with Client(web.port) as client:
        for each in chosen:
            if each.name in {"json", "page"}:
                (base.directory / f"bare.{each.name}").write_bytes(client.ask(each.requests[0]).body)
