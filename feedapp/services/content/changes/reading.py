"""What has changed, so that a mirror need not read everything again. A transaction is given out whole, or not yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from feedapp.errors import CursorExpiredError
from feedapp.pagination import Cursor, Position
from feedapp.reading.read_models import written_version
from feedapp.repositories.delivery.changes import PORTION, START, Mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.pagination import CursorCodec
    from feedapp.reading.site import SiteReader
    from feedapp.reading.viewers import Credentials, ViewerService
    from feedapp.repositories.delivery.changes import Bounds, ChangeRepository, ChangeRow

MOST = 1_000_000
"""Rows that are kept at most, about; the older ones are dropped before they are as old as the site says."""
NOW = "now"
KIND = "x"
LINEAGE_LENGTH = 16


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A change. `version` is that of the text as it is now; None for a user, and for what is no longer there."""

    kind: str
    id: int
    post_id: int | None
    change: str
    at: str
    version: str | None


@dataclass(frozen=True, slots=True)
class ChangesView:
    """Some changes, the earliest first, and where the next ones begin."""

    items: list[ChangeView]
    next_cursor: str


class ChangeService:
    """Gives changes out, and drops old ones."""

    def __init__(
        self, *, viewers: ViewerService, site: SiteReader, changes: ChangeRepository, cursors: CursorCodec
    ) -> None:
        self._viewers = viewers
        self._site = site
        self._changes = changes
        self._cursors = cursors

    def read(self, credentials: Credentials, *, cursor: str | None, limit: int) -> ChangesView:
        """Give what changed after a cursor; from the oldest that is kept without one, from now on with `now`.

        Raise InvalidQueryError for a cursor that is none of these, CursorExpiredError for one that is too old.
        """
        self._viewers.identify(credentials)
        bounds = self._changes.bounds()
        mark = self._mark(cursor, bounds)
        rows = [] if cursor == NOW else self._changes.after(mark, horizon=bounds.horizon, size=limit)
        last = Mark(rows[-1].transaction_id, rows[-1].id) if rows else mark
        return view(rows, last, bounds, self._cursors)

    def clean(self) -> int:
        """Drop what is old, and put in order what a dump brought; give how many rows were dropped."""
        self._changes.settle()
        before = datetime.now(UTC) - timedelta(days=self._site.current().changes_days)
        dropped = total = self._changes.drop(before=before, most=MOST)
        while dropped == PORTION:
            dropped = self._changes.drop(before=before, most=MOST)
            total += dropped
        return total

    def _mark(self, text: str | None, bounds: Bounds) -> Mark:
        if text is None:
            return bounds.dropped or START
        if text == NOW:
            return bounds.end
        lineage, signed = text[:LINEAGE_LENGTH], text[LINEAGE_LENGTH:]
        position = self._cursors.decode(signed, kind=KIND).position
        mark = Mark(position.micros, position.id)
        if lineage != _lineage(bounds.lineage) or mark.transaction_id >= bounds.unborn:
            raise CursorExpiredError(
                "The changes since this cursor are not known: the database was restored, or another server took over. "
                "Read everything again, and go on from cursor=now."
            )
        if bounds.dropped is not None and mark < bounds.dropped:
            raise CursorExpiredError(
                "The changes since this cursor are no longer kept: that is "
                f"{self._site.current().changes_days} days at most. Read everything "
                "again, and go on from cursor=now."
            )
        return mark


def view(rows: Sequence[ChangeRow], last: Mark, bounds: Bounds, cursors: CursorCodec) -> ChangesView:
    """Give changes, and a cursor that leads to those after `last`."""
    cursor = Cursor("newer", Position(last.transaction_id, last.change_id))
    return ChangesView([_view(row) for row in rows], _lineage(bounds.lineage) + cursors.encode(cursor, kind=KIND))


def _lineage(lineage: int) -> str:
    return f"{lineage & (2**64 - 1):016x}"


def _view(row: ChangeRow) -> ChangeView:
    version = None if row.body is None else written_version(row.body, row.edited_at)
    return ChangeView(row.kind, row.thing_id, row.post_id, row.change, row.at, version)
