"""What an operator sees and does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedapp.install.places import state_directory
from feedapp.observability import metrics
from feedapp.observability.metrics_server import MetricsServer
from feedapp.observability.process_state import ProcessState
from feedapp.postgres.pool import pool_use
from feedapp.repositories.counters import CounterRepository
from feedapp.repositories.delivery.backfills import BackfillRepository
from feedapp.repositories.delivery.leases import LeaseRepository
from feedapp.repositories.delivery.leaving import LeavingRepository
from feedapp.repositories.delivery.pooler import PoolerRepository
from feedapp.repositories.delivery.readiness import ReadinessRepository
from feedapp.repositories.delivery.server_facts import ServerFactsRepository
from feedapp.repositories.figures.ring import RingRepository
from feedapp.repositories.figures.server import DeskServerRepository
from feedapp.services.operations import backfills
from feedapp.services.operations.backfills import BackfillService
from feedapp.services.operations.cache_inspection import CacheInspection
from feedapp.services.operations.cache_verification import CacheVerification
from feedapp.services.operations.counts import CountService
from feedapp.services.operations.desk.counting import Counting
from feedapp.services.operations.desk.disks import Disks
from feedapp.services.operations.desk.drift import Drift
from feedapp.services.operations.desk.looking import Desk
from feedapp.services.operations.desk.sampling import Sampling
from feedapp.services.operations.doctor.machine import places
from feedapp.services.operations.doctor.site_key import SiteKey
from feedapp.services.operations.health import HealthService
from feedapp.services.operations.idempotency_cleanup import IdempotencyService
from feedapp.writing.targets.web_push import VapidKeys

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

    from feedapp.wiring.core import Core
    from feedapp.wiring.stores import Stores


@dataclass(frozen=True, kw_only=True)
class Operations:
    """Health, figures, what is in the cache, what is cleaned up."""

    health: HealthService
    readiness: ReadinessRepository
    server_facts: ServerFactsRepository
    pooler: PoolerRepository
    ring: RingRepository
    leases: LeaseRepository
    leaving: LeavingRepository
    site_key: SiteKey
    idempotency: IdempotencyService
    figures: Callable[[], bytes]
    """What Prometheus is told, of all processes."""
    metrics_server: MetricsServer
    cache_inspection: CacheInspection
    cache_verification: CacheVerification
    process_state: ProcessState
    counts: CountService
    counting: Counting
    sampling: Sampling
    drift: Drift
    backfills: BackfillService
    desk: Desk


def build(given: Stores, base: Core, sessions: Engine) -> Operations:
    """Build it. `sessions` is the engine of those that write."""
    settings, backend = given.settings, base.backend
    readiness = ReadinessRepository(given.for_relay, migrations=given.migrations)
    health = HealthService(readiness=readiness, backend=backend, outbox=given.outbox)

    def figures() -> bytes:
        return metrics.render(outbox=health.undelivered())

    trust, engines = backend.trust, {"writes": sessions, "reads": given.reads}
    process_state = ProcessState(
        pools=lambda: {name: pool_use(engine) for name, engine in engines.items()},
        trust=lambda: (trust.state == "trusted", trust.since),
    )
    ring, server = RingRepository(given.reads), DeskServerRepository(given.reads)
    leaving = LeavingRepository(given.reads)
    counts = CountService(unit_of_work=base.unit_of_work, counters=CounterRepository(given.session))
    verification = CacheVerification(backend=backend, reading=base.reading)
    drift = Drift(counts=counts, ring=ring)
    disks = Disks(places(state_directory(), settings.media_url), server=server)
    return Operations(
        health=health,
        readiness=readiness,
        server_facts=ServerFactsRepository(given.for_relay),
        pooler=PoolerRepository(given.for_relay),
        ring=ring,
        leases=LeaseRepository(given.reads),
        leaving=leaving,
        site_key=SiteKey(VapidKeys(settings.secret_key).public, ring=ring, leaving=leaving),
        idempotency=IdempotencyService(unit_of_work=base.unit_of_work, records=given.records),
        figures=figures,
        metrics_server=MetricsServer(
            host=settings.metrics_host, port=settings.metrics_port, token=settings.metrics_token, figures=figures
        ),
        cache_inspection=CacheInspection(
            backend=backend, lifetimes=base.lifetimes, outbox=given.outbox, users=given.users
        ),
        cache_verification=verification,
        process_state=process_state,
        counts=counts,
        counting=Counting(ring=ring, server=server, backend=backend, process=process_state, disks=disks.look),
        sampling=Sampling(verification=verification, backend=backend),
        drift=drift,
        backfills=BackfillService(
            unit_of_work=base.unit_of_work,
            backfills=BackfillRepository(given.session),
            changes={"counts_of_tags": backfills.counts_of_tags(counts)},
        ),
        desk=Desk(
            viewers=base.viewers,
            health=health,
            backend=backend,
            ring=ring,
            server=server,
            drift=drift,
            disks=disks,
        ),
    )
