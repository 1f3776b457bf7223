"""The named scenarios: what is broken, for how long, and what readers and writers may notice of it."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from signal import SIGCONT, SIGSTOP
from typing import TYPE_CHECKING, Any

import psycopg2
import redis
from deployments.proxy import Proxy

from feedapp.embedded import Redis

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from .site import Site

Until = float
MOST_CONNECTIONS = 300


@dataclass(frozen=True)
class Scenario:
    """`run(site, until, rng)` breaks things, and returns when they are whole again, at about `until` (monotonic).

    `stale_at_most`: seconds for which a read may be stale, from the acknowledgement or from the end of the fault,
    whichever is later; 0 where Redis stays reachable to the writer. `from_acknowledgement`: count from there only,
    since another process can reach Redis all the time. `read_errors`: PostgreSQL, or a process, is broken.
    `monotonic`: no read may go back behind another.
    """

    name: str
    run: Callable[[Site, Until, Random], None]
    stale_at_most: float = 0
    from_acknowledgement: bool = False
    read_errors: bool = False
    monotonic: bool = False
    proxied: bool = False
    kill_probability: float = 0


def healthy(site: Site, until: Until, rng: Random) -> None:
    """Nothing is broken."""
    sleep_until(until)


def redis_paused(site: Site, until: Until, rng: Random) -> None:
    """SIGSTOP and SIGCONT: connections stay open, and what was sent is carried out later."""
    while time.monotonic() < until:
        _signal(site.redis, SIGSTOP)
        try:
            sleep_until(min(until, time.monotonic() + 2))
        finally:
            _signal(site.redis, SIGCONT)
        sleep_until(min(until, time.monotonic() + 1))


def redis_killed(site: Site, until: Until, rng: Random) -> None:
    """SIGKILL, and after a while a new one that is empty."""
    site.redis.kill()
    sleep_until(until)
    site.redis.start()


def redis_old_data(site: Site, until: Until, rng: Random) -> None:
    """It stores its data, goes on for a while, is killed, and comes back with the old data."""
    with site.redis_client() as client:
        client.save()
    sleep_until((time.monotonic() + until) / 2)
    site.redis.kill()
    sleep_until(until)
    site.redis.start()


def redis_failover(site: Site, until: Until, rng: Random) -> None:
    """The primary dies, and a replica that lags half a second behind takes its place."""
    with site.redis_client() as client:
        port = _open_port(client)
    link = Proxy(f"127.0.0.1:{port}")
    link.start()
    replica = Redis(site.directory / "replica", arguments=["--replicaof", "127.0.0.1", str(link.port)])
    try:
        replica.start()
        with redis.from_url(replica.url, socket_timeout=5) as client:
            while client.info("replication")["master_link_status"] != "up" and time.monotonic() < until:
                time.sleep(0.02)
            link.delay = 0.5
            sleep_until(until - 1)
            site.redis.kill()
            link.reset()
            sleep_until(until)
            client.execute_command("REPLICAOF", "NO", "ONE")
        for proxy in site.proxies:
            proxy.backend = replica.url
        site.redis, replica = replica, site.redis
    finally:
        link.stop()
        replica.stop()


def redis_unreachable_for_one(site: Site, until: Until, rng: Random) -> None:
    """One process finds no Redis: first connections break, then they hang."""
    proxy = site.proxies[0]
    proxy.mode = "refusing"
    proxy.reset()
    sleep_until((time.monotonic() + until) / 2)
    proxy.mode = "held"
    sleep_until(until)
    proxy.mode = "open"


def redis_slow(site: Site, until: Until, rng: Random) -> None:
    """Every answer takes 300 ms longer, each way."""
    for proxy in site.proxies:
        proxy.delay = 0.3
    sleep_until(until)
    for proxy in site.proxies:
        proxy.delay = 0


def redis_full_refusing(site: Site, until: Until, rng: Random) -> None:
    """No memory left, and nothing may be evicted: commands that store are refused."""
    _fill_memory(site, until, "noeviction", lambda used: used // 2)


def redis_full_evicting(site: Site, until: Until, rng: Random) -> None:
    """No memory left: every command that stores evicts something."""
    _fill_memory(site, until, "allkeys-random", lambda used: used - 20_000)


def redis_flushed(site: Site, until: Until, rng: Random) -> None:
    """Somebody empties it, again and again."""
    with site.redis_client() as client:
        while time.monotonic() < until:
            client.flushall()
            time.sleep(rng.uniform(0.05, 0.4))


def connections_reset(site: Site, until: Until, rng: Random) -> None:
    """Connections to Redis break midway, again and again."""
    while time.monotonic() < until:
        rng.choice(site.proxies).reset()
        time.sleep(rng.uniform(0.1, 0.6))


def app_killed(site: Site, until: Until, rng: Random) -> None:
    """A process is killed at random, and started again."""
    while time.monotonic() < until - 1:
        app = rng.choice(site.apps)
        time.sleep(rng.uniform(0.2, 0.6))
        app.kill()
        time.sleep(rng.uniform(0, 0.5))
        app.launch()
        app.wait()
    sleep_until(until)


def app_killed_between_commit_and_delete(site: Site, until: Until, rng: Random) -> None:
    """Each process ends by itself, some times, between a commit and the deletion; it is started again."""
    while time.monotonic() < until:
        for app in site.apps:
            if app.ended:
                app.kill()
                app.launch()
                app.wait()
        time.sleep(0.05)


def postgres_restarted(site: Site, until: Until, rng: Random) -> None:
    """A fast shutdown, and a start."""
    site.postgres.stop()
    sleep_until(min(until, time.monotonic() + 1))
    site.postgres.start()
    sleep_until(until)


def connections_exhausted(site: Site, until: Until, rng: Random) -> None:
    """Others take all of PostgreSQL's connections, also those of the app."""
    taken: list[Any] = []
    try:
        while time.monotonic() < until:
            with suppress(psycopg2.OperationalError):
                while len(taken) < MOST_CONNECTIONS:
                    taken.append(psycopg2.connect(site.postgres.url, application_name="greedy"))
            with suppress(psycopg2.Error), taken[0], taken[0].cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'feedapp'"
                )
            time.sleep(0.05)
    finally:
        for connection in taken:
            connection.close()


def redis_connections_exhausted(site: Site, until: Until, rng: Random) -> None:
    """Redis takes no more connections, and ends those it has."""
    with site.redis_client() as client:
        allowed = client.config_get("maxclients")["maxclients"]
        client.config_set("maxclients", 1)
        while time.monotonic() < until:
            client.client_kill_filter(_type="normal", skipme=True)
            time.sleep(0.2)
        client.config_set("maxclients", allowed)


SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario("healthy", healthy, monotonic=True),
        Scenario("redis-paused", redis_paused, stale_at_most=1),
        Scenario("redis-killed", redis_killed, stale_at_most=1),
        Scenario("redis-old-data", redis_old_data, stale_at_most=1),
        Scenario("redis-failover", redis_failover, stale_at_most=1, proxied=True),
        Scenario("redis-unreachable-for-one", redis_unreachable_for_one, stale_at_most=1, from_acknowledgement=True,
                 proxied=True),
        Scenario("redis-slow", redis_slow, stale_at_most=1, proxied=True),
        Scenario("redis-full-refusing", redis_full_refusing),
        Scenario("redis-full-evicting", redis_full_evicting),
        Scenario("redis-flushed", redis_flushed),
        Scenario("connections-reset", connections_reset, stale_at_most=1, from_acknowledgement=True, proxied=True),
        Scenario("app-killed", app_killed, read_errors=True),
        Scenario("app-killed-between-commit-and-delete", app_killed_between_commit_and_delete, read_errors=True,
                 kill_probability=0.01),
        Scenario("postgres-restarted", postgres_restarted, read_errors=True),
        Scenario("connections-exhausted", connections_exhausted, read_errors=True),
        Scenario("redis-connections-exhausted", redis_connections_exhausted, stale_at_most=1),
    )
}  # fmt: skip


def sleep_until(moment: float) -> None:
    """Sleep until a monotonic time, if that is still to come."""
    time.sleep(max(0, moment - time.monotonic()))


def _signal(server: Redis, number: int) -> None:
    import os  # noqa: PLC0415

    assert server.pid is not None, "Redis runs"
    os.kill(server.pid, number)


def _open_port(client: redis.Redis) -> int:
    """Let the primary listen for its replica on loopback; it listens on its socket only."""
    import socket  # noqa: PLC0415

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    client.config_set("bind", "127.0.0.1")
    client.config_set("protected-mode", "no")
    client.config_set("port", port)
    return port


def _fill_memory(site: Site, until: Until, policy: str, limit: Callable[[int], int]) -> None:
    with site.redis_client() as client:
        before = client.config_get("maxmemory")["maxmemory"]
        client.config_set("maxmemory-policy", policy)
        while time.monotonic() < until:
            client.config_set("maxmemory", max(1, limit(client.info("memory")["used_memory"])))
            time.sleep(0.3)
        client.config_set("maxmemory", before)
        client.config_set("maxmemory-policy", "allkeys-lru")
