"""Pages on which members report, and moderators decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.blueprints.pages.moderation import cases, filters, hiding, log, nav, people, reports, sanctions, sweeps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Blueprint

    from feedapp.blueprints.pages.kit.changes import Members
    from feedapp.web.response_cache import ResponseCache
    from feedapp.wiring import Services


def blueprints(services: Services, members: Members, kept: ResponseCache) -> Iterator[Blueprint]:
    """Make them, one for each feature."""
    yield nav.blueprint(services.cases)
    yield reports.blueprint(services.reports, members)
    yield hiding.blueprint(services.hiding, members)
    yield cases.blueprint(services.cases)
    yield sanctions.blueprint(services.sanctions, services.moderation_log, services.appeals)
    yield sweeps.blueprint(services.sweeps)
    yield people.blueprint(services.members)
    yield filters.blueprint(services.filters)
    yield log.blueprint(services.moderation_log, kept)
