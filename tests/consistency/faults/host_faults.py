"""What can happen to one host of several, and to the network between all of them."""

from __future__ import annotations

import time
from contextlib import contextmanager
from signal import SIGCONT, SIGSTOP
from typing import TYPE_CHECKING

from tests.consistency.faults.failovers import watched_failover, watched_split
from tests.consistency.faults.waiting import sleep_until
from tests.consistency.hosts.network import CACHE, DATABASE, REPLICA, SENTINELS
from tests.consistency.hosts.site import HostedSite
from tests.support.deployments.sentinel import WatchedRedis

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from tests.consistency.faults.waiting import Until
    from tests.consistency.sites.site import Site

LOSS, DELAY, JITTER = 0.05, 0.005, 0.02
"""Of each packet on its way between a host and all others: share, and seconds."""


def host_leaves(site: Site, until: Until, rng: Random) -> None:
    """One ends in order, as in an update of its system, and comes back."""
    app = site.apps[0]
    app.stop()
    sleep_until(until - 3)
    app.launch()
    app.wait()
    sleep_until(until)


def host_comes(site: Site, until: Until, rng: Random) -> None:
    """One more begins to serve."""
    assert isinstance(site, HostedSite)
    assert site.spare
    site.spare.launch()
    site.spare.wait()
    site.apps.append(site.spare)
    sleep_until(until)


def host_lost(site: Site, until: Until, rng: Random) -> None:
    """One loses its power, and comes back."""
    app = site.apps[0]
    app.kill()
    sleep_until(until - 3)
    app.launch()
    app.wait()
    sleep_until(until)


def cut_off_from_redis(site: Site, until: Until, rng: Random) -> None:
    """No packet passes between one host and Redis."""
    with _cut_off(site, CACHE):
        sleep_until(until)


def cut_off_from_postgres(site: Site, until: Until, rng: Random) -> None:
    """No packet passes between one host and PostgreSQL."""
    with _cut_off(site, DATABASE):
        sleep_until(until)


def cut_off_in_failover(site: Site, until: Until, rng: Random) -> None:
    """No packet passes between one host and the Sentinels and the primary, which dies; a replica takes its place."""
    assert isinstance(site.redis, WatchedRedis)
    with _cut_off(site, SENTINELS, CACHE):
        watched_failover(site.redis, until)


def left_behind(site: Site, until: Until, rng: Random) -> None:
    """One host alone goes on at the primary that was replaced: it reaches neither the Sentinels nor the new one."""
    assert isinstance(site.redis, WatchedRedis)
    with _cut_off(site, SENTINELS, REPLICA):
        watched_split(site.redis, until)


@contextmanager
def _cut_off(site: Site, *addresses: str) -> Iterator[None]:
    host = site.apps[0].host
    assert host
    host.cut_off(*addresses)
    try:
        yield
    finally:
        host.let_in()


def host_frozen(site: Site, until: Until, rng: Random) -> None:
    """One stands still, as a virtual machine that is moved, and goes on where it was."""
    while time.monotonic() < until - 1:
        app = rng.choice(site.apps)
        app.signal(SIGSTOP)
        try:
            sleep_until(min(until, time.monotonic() + rng.uniform(1, 5)))
        finally:
            app.signal(SIGCONT)
        time.sleep(1)
    sleep_until(until)


def network_poor(site: Site, until: Until, rng: Random) -> None:
    """The network loses, delays and reorders packets between every host and all else."""
    wires = [app.host.wire for app in site.apps if app.host and app.host.wire]
    assert len(wires) == len(site.apps)
    for wire in wires:
        wire.set(loss=LOSS, delay=DELAY, jitter=JITTER)
    sleep_until(until)
    for wire in wires:
        wire.set()
