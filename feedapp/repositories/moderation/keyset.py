"""Pages of what only moderators read, by keyset; each is one statement, and nothing of it is cached.

A page is read by few, and by each of them to see what is new: a copy would be stale whenever it is of use.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from feedapp.pagination import Entry, Slice
from feedapp.postgres import database

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Engine

    from feedapp.pagination import Cursor

TIME = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
_MICROS = "(extract(epoch FROM created_at) * 1000000)::bigint"


@dataclass(frozen=True, slots=True)
class Rows:
    """A slice of a list, and what is shown of each of its entries, by id."""

    slice: Slice
    rows: dict[int, Any]


def page(
    engine: Engine,
    *,
    table: str,
    shown: str,
    condition: str,
    parameters: dict[str, Any],
    size: int,
    cursor: Cursor | None,
) -> Rows:
    """Read up to `size` rows of a table, the newest first. `shown` is JSON of a row; `condition` has an index."""
    older = cursor is None or cursor.walk == "older"
    order = "DESC" if older else "ASC"
    walked, behind = condition, "false"
    given = {**parameters, "size": size + 1}
    if cursor is not None:
        given |= {"moment": cursor.position.moment, "id": cursor.position.id}
        bound = "(CAST(%(moment)s AS timestamptz), %(id)s)"
        walked = f"{condition} AND (created_at, id) {'<' if older else '>'} {bound}"
        passed = f"{condition} AND (created_at, id) {'>=' if older else '<='} {bound}"
        behind = f"EXISTS (SELECT FROM {table} WHERE {passed})"
    statement = (
        f"WITH entry AS MATERIALIZED (SELECT * FROM {table} WHERE {walked} "  # noqa: S608  (names of our own)
        f"ORDER BY created_at {order}, id {order} LIMIT %(size)s) "
        f"SELECT id, {_MICROS} AS micros, {shown} AS shown, {behind} AS behind FROM entry "
        f"ORDER BY created_at {order}, id {order}"
    )
    found: Sequence[Any] = database.read(engine, statement, given)
    if not found and cursor is not None:
        # Nothing that way: whether anything lies the other way is asked by itself.
        (asked,) = database.read(engine, f"SELECT {behind} AS behind", given)
        return Rows(Slice((), more=False, behind=asked.behind), {})
    entries = tuple(Entry(row.id, 0, row.micros) for row in found)
    more, lies_behind = len(entries) > size, bool(found) and found[0].behind
    return Rows(Slice(entries[:size], more=more, behind=lies_behind), {row.id: row.shown for row in found})
