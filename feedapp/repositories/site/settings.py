"""The one row of the site's settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from feedapp.models import SiteSettings

if TYPE_CHECKING:
    from feedapp.extensions import ScopedSession


class SiteRepository:
    """The settings, in the session's transaction."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def lock(self) -> SiteSettings:
        """Give the row, made if there is none yet, and keep others from changing it until the transaction ends."""
        self._session.execute(insert(SiteSettings).on_conflict_do_nothing())
        query = select(SiteSettings).with_for_update().execution_options(populate_existing=True)
        return self._session.execute(query).scalar_one()

    def update(self, **columns: str | int) -> None:
        """Set columns of the row, which is there."""
        self._session.execute(update(SiteSettings).values(**columns))
