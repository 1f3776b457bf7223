"""Which ids an import may keep: those that this database has never given out.

An id that was given out once is not used again, even if nothing stands under it any more: copies of what was deleted
may stand in the cache until they expire, and links to it must not lead to something else.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Collection

    from feedapp.extensions import ScopedSession

_LAST = "coalesce(pg_sequence_last_value(CAST(pg_get_serial_sequence(:table, 'id') AS regclass)), 0)"


class KeptIds:
    """Those of one import. It moves the sequences on, so that nobody else is given what it keeps."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session
        self._given: dict[str, list[range]] = defaultdict(list)
        self._last: dict[str, int] = defaultdict(int)

    def keep(self, table: str, wanted: Collection[int]) -> set[int]:
        """Give those of the wanted ids that are free, 0 never."""
        if not any(wanted):
            return set()
        last = self._session.scalar(text(f"SELECT {_LAST}"), {"table": table})
        if last > self._last[table]:  # since the last batch, or before this import, others were given these
            self._given[table].append(range(self._last[table] + 1, last + 1))
        free = {id_ for id_ in wanted if id_ and not any(id_ in given for given in self._given[table])}
        most = max(free, default=0)
        if most > last:
            self._session.execute(
                text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :most)"), {"table": table, "most": most}
            )
        self._last[table] = max(last, most)
        standing = text(f"SELECT id FROM {table} WHERE id = ANY(:ids)")  # noqa: S608  (a table's own name)
        return free - set(self._session.scalars(standing, {"ids": list(free)}))
