"""A standby that takes the place of PostgreSQL, with all that was acknowledged or without the last of it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.consistency.checking.reversal import Reversal
from tests.consistency.checking.truth import truth
from tests.consistency.faults.waiting import sleep_until
from tests.consistency.sites.databases import Replicated
from tests.support.deployments.patroni import Patroni

if TYPE_CHECKING:
    from random import Random

    from tests.consistency.faults.waiting import Until
    from tests.consistency.sites.site import Site

LAG = 1.5
"""Seconds of writes that the asynchronous standby lacks."""
NOTICED = 0.5
"""Seconds until somebody or something promotes it."""


def synchronous_failover(site: Site, until: Until, rng: Random) -> None:
    """The primary is killed, and the standby promoted, which has all that was acknowledged."""
    assert isinstance(site.database, Replicated)
    time.sleep(1)
    site.database.fail_over(after=NOTICED)
    sleep_until(until)


def asynchronous_failover(site: Site, until: Until, rng: Random) -> None:
    """The standby falls behind, the primary is killed, and the standby continues from an older state."""
    database = site.database
    assert isinstance(database, Replicated)
    assert site.plan
    database.standby.follow_nobody()
    cut = time.monotonic_ns()
    primary, database.server = database.server, database.standby
    values = truth(site, site.plan)
    database.server = primary
    time.sleep(LAG)
    killed = time.monotonic_ns()
    database.fail_over(after=NOTICED)
    site.reversal = Reversal(cut, killed, time.monotonic_ns(), values)
    sleep_until(until)


def patroni_failover(site: Site, until: Until, rng: Random) -> None:
    """Who leads loses its power, with its Patroni; the other takes its place, and the first comes back behind it."""
    assert isinstance(site.database, Patroni)
    old = site.database.leader
    assert old
    old.kill()
    site.database.await_leader(other_than=old)
    old.start()
    sleep_until(until)


def patroni_switchover(site: Site, until: Until, rng: Random) -> None:
    """An operator lets the other lead, in order."""
    assert isinstance(site.database, Patroni)
    old = site.database.leader
    assert old
    site.database.switch_over()
    old.await_its_place()
    sleep_until(until)
