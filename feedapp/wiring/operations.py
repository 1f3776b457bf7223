"""What an operator sees and does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedapp.observability import metrics
from feedapp.observability.metrics_server import MetricsServer
from feedapp.repositories.delivery.readiness import ReadinessRepository
from feedapp.repositories.delivery.server_facts import ServerFactsRepository
from feedapp.services.operations.cache_inspection import CacheInspection
from feedapp.services.operations.cache_verification import CacheVerification
from feedapp.services.operations.health import HealthService
from feedapp.services.operations.idempotency_cleanup import IdempotencyService

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedapp.wiring.core import Core
    from feedapp.wiring.stores import Stores


@dataclass(frozen=True, kw_only=True)
class Operations:
    """Health, figures, what is in the cache, what is cleaned up."""

    health: HealthService
    readiness: ReadinessRepository
    server_facts: ServerFactsRepository
    idempotency: IdempotencyService
    figures: Callable[[], bytes]
    """What Prometheus is told, of all processes."""
    metrics_server: MetricsServer
    cache_inspection: CacheInspection
    cache_verification: CacheVerification


def build(given: Stores, base: Core) -> Operations:
    """Build it."""
    settings, backend = given.settings, base.backend
    readiness = ReadinessRepository(given.for_relay, migrations=given.migrations)
    health = HealthService(readiness=readiness, backend=backend, outbox=given.outbox)

    def figures() -> bytes:
        return metrics.render(outbox_depth=health.undelivered())

    return Operations(
        health=health,
        readiness=readiness,
        server_facts=ServerFactsRepository(given.for_relay),
        idempotency=IdempotencyService(unit_of_work=base.unit_of_work, records=given.records),
        figures=figures,
        metrics_server=MetricsServer(
            host=settings.metrics_host, port=settings.metrics_port, token=settings.metrics_token, figures=figures
        ),
        cache_inspection=CacheInspection(
            backend=backend, lifetimes=base.lifetimes, outbox=given.outbox, users=given.users
        ),
        cache_verification=CacheVerification(backend=backend, reading=base.reading),
    )
