"""How the app speaks to PostgreSQL: the address with its driver named, the pool, and the count of statements."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, IntegrityError

from config import SettingError
from feedapp import costs, metrics

if TYPE_CHECKING:
    from sqlalchemy import Engine

CONNECT_TIMEOUT = 3
NOTICED_DEAD = {"keepalives_idle": 20, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 20_000}
"""So that a connection that a network has silently dropped is known to be dead within half a minute, not in two hours:
the relay would wait for it. They are libpq's own settings: no pooler minds, and on a unix socket they mean nothing."""


def engine_options(pool_size: int) -> dict[str, Any]:
    """Give each thread a connection of its own, and none a long wait: one that cannot be had is a 503."""
    return {
        "pool_size": pool_size,
        "max_overflow": 2,
        "pool_timeout": 5,
        "pool_recycle": 1_800,
        "connect_args": {"connect_timeout": CONNECT_TIMEOUT, "application_name": "feedapp", **NOTICED_DEAD},
    }


def connect_reads(url: str, pool_size: int) -> Engine:
    """Make the engine that reads go through, beside the one of the sessions. Raise SettingError.

    It is in autocommit, so that each statement sees what was committed before it, and stays so: a pool shared with
    transactions would have to be told at every turn. PostgreSQL's JSON is read by orjson.
    """
    options = {**engine_options(pool_size), "isolation_level": "AUTOCOMMIT", "pool_reset_on_return": None}
    engine = create_engine(address(url), json_deserializer=orjson.loads, **options)
    count_statements(engine)
    return engine


def relay_options() -> dict[str, Any]:
    """Give the relay one connection of its own: it must not wait while requests have taken all others."""
    return {**engine_options(1), "max_overflow": 0, "isolation_level": "AUTOCOMMIT"}


def address(url: str) -> str:
    """Name the driver: SQLAlchemy would take another one for a plain postgresql:// address. Raise SettingError."""
    try:
        return make_url(url).set(drivername="postgresql+psycopg2").render_as_string(hide_password=False)
    except (ArgumentError, ValueError):
        raise SettingError("DATABASE_URL cannot be read: write postgresql://user:password@host:port/name") from None


def count_statements(engine: Engine) -> None:
    """Count every statement, and its time, into the costs of the request that sends it."""

    @event.listens_for(engine, "before_cursor_execute")
    def before(_connection: Any, _cursor: Any, _sql: str, _parameters: Any, context: Any, _many: bool) -> None:  # noqa: FBT001
        if context is not None:
            context.feedapp_started = perf_counter()

    @event.listens_for(engine, "after_cursor_execute")
    def after(_connection: Any, _cursor: Any, _sql: str, _parameters: Any, context: Any, _many: bool) -> None:  # noqa: FBT001
        spent = costs.current()
        spent.sql_statements += 1
        if context is not None:
            spent.sql_seconds += perf_counter() - context.feedapp_started

    @event.listens_for(engine, "handle_error")
    def failed(context: Any) -> None:
        if not isinstance(context.sqlalchemy_exception, IntegrityError):  # a name that is taken is no error of its
            metrics.SQL_ERRORS.inc()
