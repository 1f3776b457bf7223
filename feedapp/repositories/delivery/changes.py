"""What has changed, in the order in which transactions began to write, and only what no other may still come before.

A transaction that began earlier may commit later. So rows are given out only below the oldest transaction that is still
running (`pg_snapshot_xmin`): whatever commits later has a larger number, and nothing is ever skipped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text

from feedapp.postgres import database
from feedapp.repositories import sight

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Engine

PORTION = 10_000
LINEAGE = (
    "hashtextextended(concat_ws('/', (SELECT system_identifier FROM pg_control_system()), "
    "(SELECT timeline_id FROM pg_control_checkpoint()), "
    "(SELECT oid FROM pg_database WHERE datname = current_database()), pg_relation_filenode('changes')), 0)"
)
"""SQL that names where the numbers of transactions come from: another server, another timeline after a failover or a
restored base backup, another database, a table made anew by a dump."""
_BOUNDS = (
    f"SELECT {LINEAGE}, pg_snapshot_xmin(pg_current_snapshot())::text::bigint, "  # noqa: S608
    "pg_snapshot_xmax(pg_current_snapshot())::text::bigint, dropped.transaction_id, dropped.change_id "
    "FROM (SELECT 1) AS one LEFT JOIN changes_dropped AS dropped ON true"
)
_TIME = """to_char(change.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
_EDITED = """to_char({}.edited_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
_PAGE = (
    "SELECT change.transaction_id, change.id, change.kind, change.thing_id, change.post_id, change.change, "  # noqa: S608
    f"{_TIME}, coalesce(posts.body, comments.body), coalesce({_EDITED.format('posts')}, {_EDITED.format('comments')}) "
    "FROM (SELECT * FROM changes WHERE (transaction_id, id) > (%(transaction)s, %(id)s) "
    "AND transaction_id < %(horizon)s ORDER BY transaction_id, id LIMIT %(size)s) AS change "
    # Of what not everybody sees, nobody is told which version of the text it is.
    f"LEFT JOIN posts ON change.kind = 'post' AND posts.id = change.thing_id AND {sight.for_anybody('posts')} "
    "LEFT JOIN comments ON change.kind = 'comment' AND comments.id = change.thing_id AND comments.hidden_at IS NULL "
    f"AND {sight.author_in_sight('comments.author_id')} "
    f"AND (SELECT {sight.for_anybody('commented')} FROM posts AS commented WHERE commented.id = comments.post_id) "
    "ORDER BY change.transaction_id, change.id"
)
_DROP = text(
    "WITH old AS (DELETE FROM changes WHERE (transaction_id, id) IN (SELECT transaction_id, id FROM "
    "(SELECT transaction_id, id, at FROM changes WHERE transaction_id < :horizon ORDER BY transaction_id, id "
    "LIMIT :portion) AS first WHERE at < :before OR :beyond > 0) RETURNING transaction_id, id), "
    "last AS (SELECT transaction_id, id FROM old ORDER BY transaction_id DESC, id DESC LIMIT 1), "
    "noted AS (INSERT INTO changes_dropped (transaction_id, change_id) SELECT * FROM last "
    "ON CONFLICT (id) DO UPDATE SET transaction_id = excluded.transaction_id, change_id = excluded.change_id) "
    "SELECT count(*) FROM old"
)


class Mark(NamedTuple):
    """A place among the changes: after the change with this id of this transaction."""

    transaction_id: int
    change_id: int


START = Mark(-1, 0)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What can be given out at this moment: below `horizon`, after `dropped`.

    `lineage` names the history that the numbers belong to; no transaction has a number of `unborn` or more yet.
    """

    lineage: int
    horizon: int
    unborn: int
    dropped: Mark | None

    @property
    def end(self) -> Mark:
        """The place after all that can be given out."""
        return Mark(self.horizon - 1, 2**63 - 1)


class ChangeRow(NamedTuple):
    """A change, with the text that the post or comment has now, if it has one."""

    transaction_id: int
    id: int
    kind: str
    thing_id: int
    post_id: int | None
    change: str
    at: str
    body: str | None
    edited_at: str | None


class ChangeRepository:
    """Reads and drops changes. `engine` is that of `database.connect_reads`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def bounds(self) -> Bounds:
        """Tell what can be given out."""
        lineage, horizon, unborn, transaction_id, change_id = database.read(self._engine, _BOUNDS, {})[0]
        dropped = None if transaction_id is None else Mark(transaction_id, change_id)
        return Bounds(lineage, horizon, unborn, dropped)

    def after(self, mark: Mark, *, horizon: int, size: int) -> Sequence[ChangeRow]:
        """Give the changes after a place, the earliest first."""
        asked = {"transaction": mark.transaction_id, "id": mark.change_id, "horizon": horizon, "size": size}
        return [ChangeRow(*row) for row in database.read(self._engine, _PAGE, asked)]

    def settle(self) -> int:
        """After a dump was loaded into a server whose transactions have smaller numbers: put what came with it first.

        Give how many rows that were. They are all committed, and keep their order.
        """
        settled = text(
            "UPDATE changes SET transaction_id = 0 WHERE transaction_id > 0 AND EXISTS (SELECT FROM changes WHERE "
            "transaction_id >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint)"
        )
        with self._engine.begin() as connection:
            return connection.execute(settled).rowcount

    def drop(self, *, before: datetime, most: int) -> int:
        """Drop a portion of what is older, or of what is more than `most` rows; give how many rows that were."""
        bounds = self.bounds()
        with self._engine.begin() as connection:
            known = connection.scalar(text("SELECT greatest(reltuples, 0) FROM pg_class WHERE relname = 'changes'"))
            asked = {"horizon": bounds.horizon, "portion": PORTION, "before": before, "beyond": int(known or 0) - most}
            return connection.scalar(_DROP, asked) or 0
