"""What can happen to Redis. On a cluster one server of three is harmed, unless all are by the nature of the fault."""

from __future__ import annotations

import os
import time
from contextlib import ExitStack, contextmanager
from signal import SIGCONT, SIGSTOP
from typing import TYPE_CHECKING, Any

import redis

from tests.consistency.faults.waiting import sleep_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

    from feedapp.embedded import Redis
    from tests.consistency.faults.waiting import Until
    from tests.consistency.sites.site import Site


@contextmanager
def admin(server: Redis) -> Iterator[redis.Redis]:
    """Speak to one server past the apps and proxies."""
    with redis.from_url(server.url, socket_timeout=5) as client:
        yield client


def paused(site: Site, until: Until, rng: Random) -> None:
    """SIGSTOP and SIGCONT: connections stay open, and what was sent is carried out later."""
    while time.monotonic() < until:
        _signal(site.victim, SIGSTOP)
        try:
            sleep_until(min(until, time.monotonic() + 2))
        finally:
            _signal(site.victim, SIGCONT)
        sleep_until(min(until, time.monotonic() + 1))


def killed(site: Site, until: Until, rng: Random) -> None:
    """SIGKILL, and after a while a new one that is empty."""
    site.victim.kill()
    sleep_until(until)
    site.victim.start()


def old_data(site: Site, until: Until, rng: Random) -> None:
    """It stores its data, goes on for a while, is killed, and comes back with the old data."""
    with admin(site.victim) as client:
        client.save()
    sleep_until((time.monotonic() + until) / 2)
    site.victim.kill()
    sleep_until(until)
    site.victim.start()


def unreachable_for_one(site: Site, until: Until, rng: Random) -> None:
    """One process finds no Redis: first connections break, then they hang."""
    proxy = site.proxies[0]
    proxy.mode = "refusing"
    proxy.reset()
    sleep_until((time.monotonic() + until) / 2)
    proxy.mode = "held"
    sleep_until(until)
    proxy.mode = "open"


def slow(site: Site, until: Until, rng: Random) -> None:
    """Every answer takes 300 ms longer, each way."""
    for proxy in site.proxies:
        proxy.delay = 0.3
    sleep_until(until)
    for proxy in site.proxies:
        proxy.delay = 0


def full_refusing(site: Site, until: Until, rng: Random) -> None:
    """No memory left, and nothing may be evicted: commands that store are refused."""
    _fill_memory(site, until, "noeviction", lambda used: used // 2)


def full_evicting(site: Site, until: Until, rng: Random) -> None:
    """No memory left: every command that stores evicts something."""
    _fill_memory(site, until, "allkeys-random", lambda used: used - 20_000)


def read_only(site: Site, until: Until, rng: Random) -> None:
    """It answers reads and refuses every change, deletions too, as one does whose disk is full or replica is gone."""
    with _all(site) as clients:
        for client in clients:
            client.config_set("min-replicas-to-write", 3)
        sleep_until(until)
        for client in clients:
            client.config_set("min-replicas-to-write", 0)


def flushed(site: Site, until: Until, rng: Random) -> None:
    """Somebody empties it, again and again."""
    with _all(site) as clients:
        while time.monotonic() < until:
            for client in clients:
                client.flushall()
            time.sleep(rng.uniform(0.05, 0.4))


def swapped(site: Site, until: Until, rng: Random) -> None:
    """Somebody swaps its databases, again and again; each has missed what was deleted in the other."""
    with admin(site.victim) as client:
        swaps = 0
        while time.monotonic() < until or swaps % 2:
            client.swapdb(0, 1)
            swaps += 1
            time.sleep(rng.uniform(0.3, 1))


def connections_reset(site: Site, until: Until, rng: Random) -> None:
    """Connections to Redis break midway, again and again."""
    while time.monotonic() < until:
        rng.choice(site.proxies).reset()
        time.sleep(rng.uniform(0.1, 0.6))


def connections_exhausted(site: Site, until: Until, rng: Random) -> None:
    """Redis takes no more connections, and ends those it has."""
    with admin(site.victim) as client:
        allowed: Any = client.config_get("maxclients")["maxclients"]
        client.config_set("maxclients", 1)
        while time.monotonic() < until:
            client.client_kill_filter(_type="normal", skipme=True)
            time.sleep(0.2)
        client.config_set("maxclients", allowed)


@contextmanager
def _all(site: Site) -> Iterator[list[redis.Redis]]:
    with ExitStack() as stack:
        yield [stack.enter_context(admin(server)) for server in site.servers]


def _signal(server: Redis, number: int) -> None:
    assert server.pid is not None, "Redis runs"
    os.kill(server.pid, number)


def _fill_memory(site: Site, until: Until, policy: str, limit: Callable[[int], int]) -> None:
    with _all(site) as clients:
        before: Any = clients[0].config_get("maxmemory")["maxmemory"]
        for client in clients:
            client.config_set("maxmemory-policy", policy)
        while time.monotonic() < until:
            for client in clients:
                client.config_set("maxmemory", max(1, limit(client.info("memory")["used_memory"])))
            time.sleep(0.3)
        for client in clients:
            client.config_set("maxmemory", before)
            client.config_set("maxmemory-policy", "allkeys-lru")
