"""The site itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedapp.repositories.site.settings import SiteRepository
from feedapp.services.site.settings import SiteService

if TYPE_CHECKING:
    from feedapp.wiring.core import Core
    from feedapp.wiring.stores import Stores


@dataclass(frozen=True, kw_only=True)
class Site:
    """What the site is called, and who may come in."""

    site_settings: SiteService


def build(given: Stores, base: Core) -> Site:
    """Build it."""
    return Site(
        site_settings=SiteService(
            site=base.site,
            viewers=base.viewers,
            unit_of_work=base.unit_of_work,
            settings=SiteRepository(given.session),
        )
    )
