"""A pooler between the site and PostgreSQL: whether there is one, and what pgbouncer says of its limits."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple, cast

import psycopg2

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Engine

CONSOLE = "pgbouncer"
"""The database in which pgbouncer answers for itself, to those whom its stats_users names."""
PATIENCE = 3


class Pooler(NamedTuple):
    """How many `clients` it lets in, and how many connections to `servers` it may open for this database.

    None is what it does not tell.
    """

    clients: int | None = None
    servers: int | None = None


class PoolerRepository:
    """Asks by the address of an engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def look(self) -> Pooler | None:
        """Give what is between; None if PostgreSQL itself is what answers.

        A pooler gives each client a number of its own to cancel by: that of PostgreSQL's process is another.
        """
        with self._engine.connect() as connection:
            answering = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
            named = cast("psycopg2.extensions.connection", connection.connection.dbapi_connection).get_backend_pid()
        return None if answering == named else self._figures()

    def _figures(self) -> Pooler:
        url = self._engine.url
        words, options = self._engine.dialect.create_connect_args(url.set(database=CONSOLE))
        try:
            with closing(psycopg2.connect(*words, **{**options, "connect_timeout": PATIENCE})) as console:
                console.autocommit = True
                with console.cursor() as cursor:
                    cursor.execute("SHOW CONFIG")
                    config = {str(row[0]): str(row[1]) for row in cursor.fetchall()}
                    cursor.execute("SHOW DATABASES")
                    names = [each.name for each in cursor.description]
                    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        except psycopg2.Error:  # another pooler, or not for this user
            return Pooler()
        return Pooler(_number(config, "max_client_conn"), _servers(config, rows, url.database or ""))


def _servers(config: Mapping[str, str], databases: list[dict[str, object]], name: str) -> int | None:
    for each in databases:
        if each.get("name") == name:
            size = int(str(each.get("pool_size") or 0)) + (_number(config, "reserve_pool_size") or 0)
            most = int(str(each.get("max_connections") or 0)) or _number(config, "max_db_connections") or 0
            return min(size, most) if most else size
    return None


def _number(config: Mapping[str, str], name: str) -> int | None:
    value = config.get(name, "")
    return int(value) if value.isdigit() else None
