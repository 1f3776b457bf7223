"""Replicas that take the place of a Redis: after it died, lagging behind it, or while it goes on without knowing."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from feedapp.embedded import Redis
from tests.consistency.faults.redis_faults import admin
from tests.consistency.faults.waiting import sleep_until
from tests.support.deployments.cluster import Cluster, Node
from tests.support.deployments.ports import free_port
from tests.support.deployments.proxy import Proxy
from tests.support.deployments.sentinel import WatchedRedis

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from tests.consistency.faults.waiting import Until
    from tests.consistency.sites.site import Site

LAG = 0.5
FOR_SENTINELS = 4
"""Seconds that they need at most to agree."""


def failover(site: Site, until: Until, rng: Random) -> None:
    """The primary dies, and a replica that lags half a second behind takes its place."""
    if isinstance(site.redis, Cluster):
        _cluster_failover(site.redis, until)
        return
    if isinstance(site.redis, WatchedRedis):
        watched_failover(site.redis, until)
        return
    with _replica(site, until) as (replica, link):
        link.delay = LAG
        sleep_until(until - 1)
        site.redis.kill()
        link.reset()
        sleep_until(until)
        _promote(replica)
        for proxy in site.proxies:
            proxy.backend = replica.url
        site.redis = replica


def split(site: Site, until: Until, rng: Random) -> None:
    """A lagging replica takes over for one process, while the old primary goes on serving the other.

    Nothing tells either of them: each reads, writes and deletes at its own. At last all go to the new one.
    """
    if isinstance(site.redis, WatchedRedis):
        watched_split(site.redis, until)
        return
    assert isinstance(site.redis, Redis), "a cluster prevents this by itself"
    with _replica(site, until) as (replica, link):
        link.delay = LAG
        sleep_until((time.monotonic() + until) / 2)
        link.reset()
        _promote(replica)
        site.proxies[-1].backend = replica.url
        site.proxies[-1].reset()
        sleep_until(until)
        for proxy in site.proxies:
            proxy.backend = replica.url
            proxy.reset()
        site.redis.kill()
        site.redis = replica


def moved(site: Site, until: Until, rng: Random) -> None:
    """The processes move to another server one by one; both are healthy all the time."""
    assert isinstance(site.redis, Redis)
    old, new = site.redis, Redis(site.directory / "another")
    new.start()
    pause = (until - time.monotonic()) / (len(site.proxies) + 1)
    for proxy in site.proxies:
        time.sleep(pause)
        proxy.backend = new.url
        proxy.reset()
    sleep_until(until)
    site.redis = new
    old.stop()


def copied_from_another(site: Site, until: Until, rng: Random) -> None:
    """It becomes the replica of one that has stopped following it, and is promoted again; no connection breaks."""
    with _replica(site, until) as (replica, link):
        sleep_until((time.monotonic() + until) / 2)
        _promote(replica)
        link.reset()
        port = free_port()
        with admin(replica) as client:
            client.config_set("bind", "127.0.0.1")
            client.config_set("protected-mode", "no")
            client.config_set("repl-diskless-sync-delay", 0)
            client.config_set("port", port)
        with admin(site.victim) as client:
            client.replicaof("127.0.0.1", str(port))
            time.sleep(LAG)
            client.replicaof("NO", "ONE")
        sleep_until(until)


@contextmanager
def _replica(site: Site, until: Until) -> Iterator[tuple[Redis, Proxy]]:
    """Run a replica that follows by way of a proxy; what is no longer `site.redis` at the end is stopped."""
    assert isinstance(site.redis, Redis)
    with admin(site.redis) as client:
        port = free_port()
        client.config_set("bind", "127.0.0.1")
        client.config_set("protected-mode", "no")
        client.config_set("port", port)
    link = Proxy(f"127.0.0.1:{port}")
    link.start()
    primary, replica = (
        site.redis,
        Redis(site.directory / "replica", arguments=["--replicaof", "127.0.0.1", str(link.port)]),
    )
    try:
        replica.start()
        with admin(replica) as client:
            while client.info("replication")["master_link_status"] != "up" and time.monotonic() < until:
                time.sleep(0.02)
        yield replica, link
    finally:
        link.stop()
        for each in (primary, replica):
            if each is not site.redis:
                each.stop()


def _promote(replica: Redis) -> None:
    with admin(replica) as client:
        client.replicaof("NO", "ONE")


def watched_failover(watched: WatchedRedis, until: Until) -> None:
    """The primary dies, and Sentinels let the replica take its place."""
    old = watched.primary
    sleep_until(until - FOR_SENTINELS)
    old.cut_off()
    time.sleep(LAG)
    old.kill()
    watched.await_failover(old)
    sleep_until(until)


def watched_split(watched: WatchedRedis, until: Until) -> None:
    """The old primary goes on; processes leave it one by one, when they hear of the new one."""
    old = watched.primary
    sleep_until((time.monotonic() + until) / 2)
    old.cut_off()
    watched.await_failover(old)
    sleep_until(until)
    old.let_in()


def _cluster_failover(cluster: Cluster, until: Until) -> None:
    primary = cluster.nodes[0]
    replica: Node = cluster.add_replica(primary)
    end = until - 1
    sleep_until(end - 2 * LAG)
    while time.monotonic() < end:  # it connects again once in a second, so it lags by as much
        primary.ask("CLIENT", "KILL", "TYPE", "replica")
        time.sleep(0.05)
    primary.kill()
    sleep_until(until)
    replica.ask("CLUSTER", "FAILOVER", "TAKEOVER")
    cluster.nodes.remove(primary)
    cluster.wait()
    primary.stop()
