"""The app's access to PostgreSQL: URL with driver, engines, reads, and the count of statements.

Every engine has connections of `feedapp.postgres`: no wait exceeds the deadline of the current work, and a connection
that broke while idle is replaced before it is used.
"""

from __future__ import annotations

from functools import cache
from time import perf_counter
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import orjson
from sqlalchemy import create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, InvalidatePoolError

from config import SettingError
from feedapp import deadline
from feedapp.observability import metrics, request_costs
from feedapp.observability.reasons import READ_ONLY, sqlstate
from feedapp.postgres import connections
from feedapp.postgres.connecting import connect
from feedapp.postgres.pool import BoundedPool
from feedapp.postgres.server_state import NoAnswerError, ServerState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session, scoped_session

CONNECT_TIMEOUT = 3
"""Seconds to connect, per address."""
POOL_TIMEOUT = 5
LOCK_TIMEOUT = 5.0
WRITE_STATEMENT = 15.0
"""Seconds for each statement of a write. It bounds how late a row can appear: see `timing.LONGEST_WRITE`."""
RELAY_STATEMENT = 10.0
NOTICED_DEAD = {"keepalives_idle": 20, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 20_000}
"""A connection that a network silently dropped is found dead within half a minute, not two hours: a command would wait
for it. These are settings of libpq: poolers ignore them, and on a unix socket they have no effect."""

_server = cache(lambda _address: ServerState())


def engine_options(pool_size: int) -> dict[str, Any]:
    """One connection per thread, and no long waits: without a free connection the answer is 503.

    Errors never contain the parameters of a statement: a password's hash may be among them.
    """
    return {
        "poolclass": BoundedPool,
        "pool_size": pool_size,
        "max_overflow": 2,
        "pool_timeout": POOL_TIMEOUT,
        "pool_recycle": 1_800,
        "hide_parameters": True,
        "connect_args": {"connect_timeout": CONNECT_TIMEOUT, "application_name": "feedapp", **NOTICED_DEAD},
    }


def connect_reads(url: str, pool_size: int) -> Engine:
    """Make the engine for reads, beside that of the sessions. Raise SettingError.

    It is always in autocommit, so that each statement sees what was committed before it: a pool shared with
    transactions would have to switch each time. PostgreSQL's JSON is read by orjson.
    """
    options = {**engine_options(pool_size), "isolation_level": "AUTOCOMMIT", "pool_reset_on_return": None}
    engine = create_engine(address(url), json_deserializer=orjson.loads, **options)
    prepare(engine)
    count_statements(engine)
    return engine


def connect_relay(url: str) -> Engine:
    """One connection for the relay alone: it must not wait while requests use all others.

    Health checks share it, and get another one while the relay uses it.
    """
    options = {**engine_options(1), "max_overflow": 1, "isolation_level": "AUTOCOMMIT"}
    engine = create_engine(address(url), **options)
    prepare(engine, longest=RELAY_STATEMENT)
    return engine


def address(url: str) -> str:
    """Name the driver: SQLAlchemy would take another one for a plain postgresql:// address. Raise SettingError."""
    try:
        return make_url(_with_one_host(url)).set(drivername="postgresql+psycopg2").render_as_string(hide_password=False)
    except (ArgumentError, ValueError):
        raise SettingError("DATABASE_URL cannot be read: write postgresql://user:password@host:port/name") from None


def _with_one_host(url: str) -> str:
    """Put several addresses, which libpq tries in turn, into the query of the URL: SQLAlchemy supports only one."""
    parts = urlsplit(url)
    user, at, addresses = parts.netloc.rpartition("@")
    if "," not in addresses:
        return url
    found = [urlsplit(f"//{each}") for each in addresses.split(",")]
    hosts = ",".join(each.hostname or "" for each in found)
    ports = ",".join(str(each.port or "") for each in found)
    several = urlencode({"host": hosts, "port": ports})
    query = "&".join(filter(None, (parts.query, several)))
    return f"{parts.scheme}://{user}{at}{parts.path}?{query}"


def read(engine: Engine, statement: str, parameters: Mapping[str, Any]) -> Sequence[Any]:
    """Execute a statement that only reads, in autocommit; retry once if its connection turns out to be broken.

    The time limit is sent with the statement, in one message, so it costs no round trip and also works behind a pooler.
    """
    try:
        return _read(engine, statement, parameters)
    except DBAPIError as error:
        if not is_broken(error):
            raise
    return _read(engine, statement, parameters)


def _read(engine: Engine, statement: str, parameters: Mapping[str, Any]) -> Sequence[Any]:
    with engine.connect() as connection:
        return connection.exec_driver_sql(bounded(statement), dict(parameters)).all()


def bounded(statement: str) -> str:
    """Set how long a statement may take, by the deadline of the work in hand."""
    if deadline.remaining() is None:
        return statement
    limit = max(1, int(deadline.limited(connections.STATEMENT) * 1_000))
    return f"SET LOCAL statement_timeout = {limit}; {statement}"


def begin(session: scoped_session[Any] | Session, *, bulk: bool) -> None:
    """Begin a transaction with its time limits; retry on another connection if the first turns out to be broken.

    With `bulk` its statements have no time limit.
    """
    lock = max(1, int(deadline.limited(LOCK_TIMEOUT) * 1_000))
    longest = 0 if bulk else max(1, int(deadline.limited(WRITE_STATEMENT) * 1_000))
    limits = {"statement_timeout": longest, "idle_in_transaction_session_timeout": 0 if bulk else 15_000}
    if not bulk:
        limits["lock_timeout"] = lock
    bounds = "; ".join(f"SET LOCAL {name} = {milliseconds}" for name, milliseconds in limits.items())
    try:
        session.connection().exec_driver_sql(bounds)
    except DBAPIError as error:
        if not is_broken(error):
            raise
        session.rollback()
        session.connection().exec_driver_sql(bounds)


def is_broken(error: DBAPIError) -> bool:
    """Tell whether a connection was broken, so that another is worth trying; not if the server did not answer."""
    return error.connection_invalidated and not isinstance(error.orig, NoAnswerError)


def prepare(engine: Engine, *, longest: float | None = None) -> None:
    """Make an engine use the connections of `feedapp.postgres`. `longest`: see `BoundedConnection`."""
    server = _server(engine.url.render_as_string(hide_password=False))

    @event.listens_for(engine, "do_connect")
    def made(dialect: Any, _record: Any, _arguments: Any, parameters: Any) -> Any:
        return connect(dialect.loaded_dbapi.connect, server, longest=longest, **parameters)

    @event.listens_for(engine, "checkout")
    def check(connection: Any, _record: Any, _proxy: Any) -> None:
        if connection.is_stale():
            raise InvalidatePoolError

    @event.listens_for(engine, "handle_error")
    def failed(context: Any) -> None:
        if isinstance(context.sqlalchemy_exception, IntegrityError):  # a name that is taken is no error of its
            return
        metrics.SQL_ERRORS.inc()
        if sqlstate(context.original_exception) == READ_ONLY:  # a replica by now: another address has the primary
            context.is_disconnect = True
            refused = context.connection and context.connection.connection.dbapi_connection
            server.lost(refused.generation if refused else server.generation)


def count_statements(engine: Engine) -> None:
    """Add every statement and its time to the costs of the request that sends it."""

    @event.listens_for(engine, "before_cursor_execute")
    def before(_connection: Any, _cursor: Any, _sql: str, _parameters: Any, context: Any, _many: bool) -> None:  # noqa: FBT001
        if context is not None:
            context.feedapp_started = perf_counter()

    @event.listens_for(engine, "after_cursor_execute")
    def after(_connection: Any, _cursor: Any, _sql: str, _parameters: Any, context: Any, _many: bool) -> None:  # noqa: FBT001
        spent = request_costs.current()
        spent.sql_statements += 1
        if context is not None:
            spent.sql_seconds += perf_counter() - context.feedapp_started
