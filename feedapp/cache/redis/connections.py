"""How to reach the servers that REDIS_URL names: one address, or several of one Redis Cluster, and what stands for all.

Everything in the URL but the host and the port holds for every server of a cluster alike: scheme, user, password, and
what redis-py reads from the query (`ssl_ca_certs`, `ssl_check_hostname` …).
"""

from __future__ import annotations

from math import inf
from os import getpid
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple, cast
from urllib.parse import urlsplit, urlunsplit

from redis import ConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

if TYPE_CHECKING:
    from redis.connection import Connection

MAX_CONNECTIONS = 10_000  # each thread uses one, so threads are the limit; redis-py's own is 100, and then it raises
DEFAULT_PORT = 6379
UNTESTED_SECONDS = 1.0
"""How long a connection may rest before it is looked whether the server has closed it meanwhile."""


class Address(NamedTuple):
    """Where a server listens."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class Pool(ConnectionPool):
    """redis-py's, without what each use of a connection costs it: figures of its own, events, a look at the socket.

    A connection that was just used needs no look: all its answers were read, or `Wire` has closed it; and if the
    server is gone, a look would only say so a moment sooner. Nor does one that was just made, where a look is wrong:
    with TLS 1.3 the server sends its session tickets unasked, which redis-py takes for an answer to nobody's command
    and calls the connection not ready.
    """

    _available_connections: list[Connection]
    _in_use_connections: set[Connection]

    def get_connection(self, *_arguments: Any, **_more: Any) -> Connection:
        """Take the one that was used last, or make one. Raise redis.RedisError if Redis cannot be reached."""
        self._checkpid()
        with self._lock:
            spare = self._available_connections
            connection = spare.pop() if spare else cast("Connection", self.make_connection())
            self._in_use_connections.add(connection)
        rested = monotonic() - getattr(connection, "feedapp_released", -inf)
        if rested < UNTESTED_SECONDS and connection.is_connected and connection.pid == getpid():
            return connection
        try:
            if connection.is_connected and not _usable(connection):
                connection.disconnect()  # type: ignore[no-untyped-call]
            connection.connect()  # type: ignore[no-untyped-call]
        except BaseException:
            self.release(connection)
            raise
        return connection

    def release(self, connection: Any) -> None:
        """Take one back."""
        if connection.pid == self.pid and not connection.should_reconnect():
            with self._lock:
                if connection in self._in_use_connections:
                    self._in_use_connections.remove(connection)
                    setattr(connection, "feedapp_released", monotonic())  # noqa: B010  (no attribute of the class)
                    self._available_connections.append(connection)
                    return
        super().release(connection)


def connect(url: str, *, timeout: float, **more: Any) -> Redis:
    """Make a client whose every wait is bounded by `timeout` seconds; it connects when first used.

    It says neither HELLO nor its name, so that a new connection costs as few waits as possible.
    """
    pool = Pool.from_url(
        url,
        socket_timeout=timeout,
        socket_connect_timeout=timeout,
        retry=Retry(NoBackoff(), 0),
        max_connections=MAX_CONNECTIONS,
        protocol=2,
        driver_info=None,
        **more,
    )
    return Redis.from_pool(pool)


def addresses(url: str) -> list[Address | None]:
    """Read the addresses in a URL, `redis://one,two:6380/…`; a unix socket is None. Raise ValueError."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return [None]
    return [_address(each) for each in parts.netloc.rpartition("@")[2].split(",")]


def url_of(url: str, address: Address | None) -> str:
    """Write the URL of one server: all that `url` says, at that address; at its own if that is None."""
    if address is None:
        return url
    parts = urlsplit(url)
    user, at, _ = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{user}{at}{address}"))


def _usable(connection: Connection) -> bool:
    """Look at one that rested: the server closes what was not used for long, and owes no answer."""
    try:
        return not connection.can_read()
    except (RedisError, OSError):
        return False


def _address(text: str) -> Address:
    parts = urlsplit(f"//{text}")
    return Address(parts.hostname or "localhost", parts.port or DEFAULT_PORT)
