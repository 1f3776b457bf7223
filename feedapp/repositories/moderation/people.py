"""Members as moderators look through them: by sign-up, by what they wrote last, by network. Nothing of it is cached."""

# ruff: noqa: S608  (only constants are put together)
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from feedapp.postgres import database
from feedapp.repositories.moderation.keyset import TIME, Rows, page

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from feedapp.pagination import Cursor

LATEST, WRITERS = 1_000, 100
"""Of how many posts, and as many comments, the authors are told; and how many authors at most."""
_SHOWN = (
    "json_build_object('id', {0}.id, 'username', username, 'display_name', display_name, 'role', role, "
    f"'created_at', {TIME.format('{0}.created_at')}, 'silenced', silenced_at IS NOT NULL, "
    "'suspended', suspended_at IS NOT NULL, 'leaving', deletion_at IS NOT NULL OR leaving_since IS NOT NULL, "
    "'posts_count', (SELECT posts FROM user_counters WHERE user_counters.user_id = {0}.id), "
    f"'last_used_at', (SELECT {TIME.format('max(last_used_at)')} FROM tokens WHERE tokens.user_id = {{0}}.id), "
    "'networks', (SELECT coalesce(json_agg(network ORDER BY seen_at DESC), '[]') FROM (SELECT network, seen_at "
    "FROM seen_networks WHERE seen_networks.user_id = {0}.id ORDER BY seen_at DESC LIMIT 3) AS seen))"
)
_FROM_NETWORK = (
    "id IN (SELECT user_id FROM seen_networks WHERE network = %(network)s OR network IN (SELECT network "
    "FROM seen_networks JOIN users AS one ON one.id = user_id WHERE one.username = %(name)s))"
)
"""Whoever came from a network, or from one from which a person came, `@name`."""
_WRITERS = (
    "SELECT author_id, count(*) AS texts, max(created_at) AS wrote_at FROM ("
    "(SELECT author_id, created_at FROM posts ORDER BY id DESC LIMIT %(latest)s) UNION ALL "
    "(SELECT author_id, created_at FROM comments WHERE author_id IS NOT NULL ORDER BY id DESC LIMIT %(latest)s)"
    ") AS latest GROUP BY author_id"
)


class PeopleRepository:
    """Reads by `engine`, that of `database.connect_reads`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def newest(self, *, network: str | None, size: int, cursor: Cursor | None) -> Rows:
        """Give who signed up last; of a network alone if there is one."""
        return page(
            self._engine,
            table="users",
            shown=_SHOWN.format("entry"),
            condition="true" if network is None else _FROM_NETWORK,
            parameters=_named(network),
            size=size,
            cursor=cursor,
        )

    def latest_writers(self, *, network: str | None) -> list[dict[str, Any]]:
        """Give who wrote the latest texts, the last first, with how many of these are theirs."""
        condition = "true" if network is None else f"users.{_FROM_NETWORK}"
        query = (
            f"SELECT {_SHOWN.format('users')} AS shown, texts, {TIME.format('wrote_at')} AS wrote_at "
            f"FROM ({_WRITERS}) AS writer JOIN users ON users.id = author_id WHERE {condition} "
            "ORDER BY writer.wrote_at DESC, users.id DESC LIMIT %(writers)s"
        )
        given = {"latest": LATEST, "writers": WRITERS, **_named(network)}
        rows = database.read(self._engine, query, given)
        return [{**row.shown, "texts": row.texts, "wrote_at": row.wrote_at} for row in rows]


def _named(network: str | None) -> dict[str, str]:
    """Give the parameters of _FROM_NETWORK; no name and no network is empty."""
    return {} if network is None else {"network": network, "name": network[1:] if network.startswith("@") else ""}
