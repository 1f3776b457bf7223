"""The named scenarios: what is broken, and what readers and writers may notice of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import failovers, redis_faults, site_faults

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from .site import Site
    from .waiting import Until


@dataclass(frozen=True)
class Scenario:
    """`run(site, until, rng)` breaks things, and returns when they are whole again, at about `until` (monotonic).

    `stale_at_most`: seconds for which a read may be stale, from the acknowledgement or from the end of the fault,
    whichever is later; 0 where Redis stays reachable to the writer. `from_acknowledgement`: count from there only,
    since another process can reach Redis all the time. `read_errors`: PostgreSQL, or a process, is broken.
    `monotonic`: no read may go back behind another, and nothing is loaded without need. `single`: cannot be had on a
    cluster.
    """

    name: str
    run: Callable[[Site, Until, Random], None]
    stale_at_most: float = 0
    from_acknowledgement: bool = False
    read_errors: bool = False
    monotonic: bool = False
    proxied: bool = False
    single: bool = False
    kill_probability: float = 0


SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario("healthy", site_faults.healthy, monotonic=True),
        Scenario("redis-paused", redis_faults.paused, stale_at_most=1),
        Scenario("redis-killed", redis_faults.killed, stale_at_most=1),
        Scenario("redis-old-data", redis_faults.old_data, stale_at_most=1),
        Scenario("redis-failover", failovers.failover, stale_at_most=1, proxied=True),
        Scenario("redis-split", failovers.split, stale_at_most=1, from_acknowledgement=True, proxied=True, single=True),
        Scenario("redis-unreachable-for-one", redis_faults.unreachable_for_one, stale_at_most=1,
                 from_acknowledgement=True, proxied=True, single=True),
        Scenario("redis-slow", redis_faults.slow, stale_at_most=1, proxied=True),
        Scenario("redis-full-refusing", redis_faults.full_refusing),
        Scenario("redis-full-evicting", redis_faults.full_evicting),
        Scenario("redis-read-only", redis_faults.read_only, stale_at_most=1, from_acknowledgement=True),
        Scenario("redis-flushed", redis_faults.flushed),
        Scenario("connections-reset", redis_faults.connections_reset, stale_at_most=1, from_acknowledgement=True,
                 proxied=True),
        Scenario("redis-connections-exhausted", redis_faults.connections_exhausted, stale_at_most=1),
        Scenario("app-killed", site_faults.app_killed, read_errors=True),
        Scenario("app-killed-between-commit-and-delete", site_faults.app_killed_between_commit_and_delete,
                 read_errors=True, kill_probability=0.05),
        Scenario("postgres-restarted", site_faults.postgres_restarted, read_errors=True),
        Scenario("connections-exhausted", site_faults.connections_exhausted, read_errors=True),
    )
}  # fmt: skip
