"""What a sitemap names: posts and people in runs of ids, each run one index scan of bounded length.

It leads strangers to what people write, so nobody stands in it who is silenced.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from feedapp.postgres import database
from feedapp.repositories import sight

if TYPE_CHECKING:
    from sqlalchemy import Engine

RUN = 10_000
"""Ids in one part. The format allows 50,000 addresses."""
_LAST = "SELECT coalesce((SELECT max(id) FROM posts), 0), coalesce((SELECT max(id) FROM users), 0)"
_DAY = "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD')"
_POSTS = (
    f"SELECT id, {_DAY.format('coalesce(edited_at, created_at)')} FROM posts "  # noqa: S608
    f"WHERE id >= %(first)s AND id < %(end)s AND hidden_at IS NULL AND NOT {sight.IS_LIMITED} "
    f"AND {sight.author_in_sight('posts.author_id')} AND {sight.NOT_SILENCED} ORDER BY id"
)
_PEOPLE = (
    "SELECT username FROM users WHERE id >= %(first)s AND id < %(end)s "  # noqa: S608
    f"AND {sight.in_sight()} AND silenced_at IS NULL ORDER BY id"
)


class Last(NamedTuple):
    """The largest ids there are; 0 if there is nothing."""

    post: int
    user: int


class SitemapRepository:
    """Reads runs of ids. `engine` is that of `database.connect_reads`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def last(self) -> Last:
        """Give the largest ids."""
        return Last(*database.read(self._engine, _LAST, {})[0])

    def posts(self, number: int) -> list[tuple[int, str]]:
        """Give (id, day of the last change as YYYY-MM-DD) of the posts of a run, counted from 0."""
        return [(id_, day) for id_, day in database.read(self._engine, _POSTS, _run(number))]

    def people(self, number: int) -> list[str]:
        """Give the usernames of a run of users, counted from 0."""
        return [name for (name,) in database.read(self._engine, _PEOPLE, _run(number))]


def _run(number: int) -> dict[str, int]:
    return {"first": number * RUN, "end": (number + 1) * RUN}
