"""Reporting, and what moderators do: /api/reports, what is hidden, /api/moderation/log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.blueprints.api.moderation import hiding, log, reports, sanctions, sweeps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Blueprint

    from feedapp.blueprints.api.kit.endpoint import Endpoints
    from feedapp.wiring import Services


def blueprints(services: Services, endpoints: Endpoints) -> Iterator[Blueprint]:
    """Make them, one for each feature."""
    yield reports.blueprint(services.reports, services.cases, endpoints)
    yield hiding.blueprint(services.hiding, endpoints)
    yield sanctions.blueprint(services.sanctions, endpoints)
    yield sweeps.blueprint(services.sweeps, endpoints)
    yield log.blueprint(services.moderation_log, endpoints)
