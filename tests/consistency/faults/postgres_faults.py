"""A standby that takes the place of PostgreSQL, with all that was acknowledged or without the last of it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.consistency.checking.reversal import Reversal
from tests.consistency.checking.truth import truth
from tests.consistency.faults.waiting import sleep_until
from tests.consistency.sites.replicated import ReplicatedSite

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
    assert isinstance(site, ReplicatedSite)
    time.sleep(1)
    site.fail_over(after=NOTICED)
    sleep_until(until)


def asynchronous_failover(site: Site, until: Until, rng: Random) -> None:
    """The standby falls behind, the primary is killed, and the standby continues from an older state."""
    assert isinstance(site, ReplicatedSite)
    assert site.standby
    assert site.plan
    site.standby.follow_nobody()
    cut = time.monotonic_ns()
    primary, site.postgres = site.postgres, site.standby
    values = truth(site, site.plan)
    site.postgres = primary
    time.sleep(LAG)
    killed = time.monotonic_ns()
    site.fail_over(after=NOTICED)
    site.reversal = Reversal(cut, killed, time.monotonic_ns(), values)
    sleep_until(until)
