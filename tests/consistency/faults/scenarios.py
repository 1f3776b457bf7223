"""The named scenarios: what is broken, and what readers and writers may notice of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.consistency.faults import failovers, host_faults, postgres_faults, redis_faults, site_faults
from tests.support.deployments import patroni, previous

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from tests.consistency.faults.waiting import Until
    from tests.consistency.sites.databases import Kind
    from tests.consistency.sites.site import Site


@dataclass(frozen=True)
class Scenario:
    """`run(site, until, rng)` breaks things, and returns when they are whole again, at about `until` (monotonic).

    `stale_at_most`: seconds, from the acknowledgement, for which a read may be stale. `read_errors`: PostgreSQL, or a
    process, is broken.
    `keyspaces`: how many prefixes the processes have.
    `monotonic`: no read may go back behind another, and nothing is loaded without need. `single`: cannot be had on a
    cluster. `hosted`: only with `--hosts`; `balanced` and `wired`: see HostedSite. `watched`: only with Sentinels.
    `previous`: it begins as the release before. `replicated`: who else can take the place of PostgreSQL.
    """

    name: str
    run: Callable[[Site, Until, Random], None]
    stale_at_most: float = 0
    read_errors: bool = False
    monotonic: bool = False
    proxied: bool = False
    single: bool = False
    kill_probability: float = 0
    keyspaces: int = 1
    hosted: bool = False
    balanced: bool = False
    wired: bool = False
    watched: bool = False
    previous: bool = False
    replicated: Kind = ""

    def lacking(self) -> str:
        """Say why it cannot be had on this machine; nothing if it can."""
        if self.previous:
            return previous.lacking()
        return patroni.lacking() if self.replicated == "patroni" else ""


SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario("healthy", site_faults.healthy, monotonic=True),
        Scenario("redis-paused", redis_faults.paused),
        Scenario("redis-killed", redis_faults.killed),
        Scenario("redis-old-data", redis_faults.old_data),
        Scenario("redis-failover", failovers.failover, proxied=True),
        Scenario("redis-split", failovers.split, stale_at_most=1, proxied=True, single=True),
        Scenario("redis-moved", failovers.moved, proxied=True, single=True),
        Scenario("redis-copied-from-another", failovers.copied_from_another, proxied=True, single=True),
        Scenario("redis-swapped", redis_faults.swapped, single=True),
        Scenario("keyspaces-differ", site_faults.healthy, keyspaces=2),
        Scenario("redis-unreachable-for-one", redis_faults.unreachable_for_one, proxied=True, single=True),
        Scenario("redis-slow", redis_faults.slow, proxied=True),
        Scenario("redis-full-refusing", redis_faults.full_refusing),
        Scenario("redis-full-evicting", redis_faults.full_evicting),
        Scenario("redis-read-only", redis_faults.read_only),
        Scenario("redis-flushed", redis_faults.flushed),
        Scenario("connections-reset", redis_faults.connections_reset, proxied=True),
        Scenario("redis-connections-exhausted", redis_faults.connections_exhausted),
        Scenario("app-killed", site_faults.app_killed, read_errors=True),
        Scenario("app-killed-between-commit-and-delete", site_faults.app_killed_between_commit_and_delete,
                 read_errors=True, kill_probability=0.05),
        Scenario("postgres-restarted", site_faults.postgres_restarted, read_errors=True),
        Scenario("connections-exhausted", site_faults.connections_exhausted, read_errors=True),
        Scenario("postgres-failover", postgres_faults.synchronous_failover, read_errors=True, replicated="synchronous"),
        Scenario("postgres-failover-that-loses", postgres_faults.asynchronous_failover, read_errors=True,
                 replicated="asynchronous"),
        Scenario("patroni-failover", postgres_faults.patroni_failover, read_errors=True, replicated="patroni"),
        Scenario("patroni-switchover", postgres_faults.patroni_switchover, read_errors=True, replicated="patroni"),
        Scenario("upgraded", site_faults.upgraded, read_errors=True, previous=True),
        Scenario("host-leaves", host_faults.host_leaves, hosted=True, balanced=True),
        Scenario("host-comes", host_faults.host_comes, hosted=True, balanced=True),
        Scenario("host-lost", host_faults.host_lost, hosted=True, read_errors=True),
        Scenario("host-cut-off-from-redis", host_faults.cut_off_from_redis, hosted=True),
        Scenario("host-cut-off-from-postgres", host_faults.cut_off_from_postgres, hosted=True, read_errors=True),
        Scenario("host-cut-off-in-failover", host_faults.cut_off_in_failover, hosted=True, watched=True),
        Scenario("host-left-behind", host_faults.left_behind, hosted=True, watched=True),
        Scenario("host-frozen", host_faults.host_frozen, hosted=True, read_errors=True),
        Scenario("network-poor", host_faults.network_poor, hosted=True, read_errors=True, wired=True),
    )
}  # fmt: skip
