"""How to reach the servers that REDIS_URL names: one address, or several of one Redis Cluster, and what stands for all.

Everything in the URL but the host and the port holds for every server of a cluster alike: scheme, user, password, and
what redis-py reads from the query (`ssl_ca_certs`, `ssl_check_hostname` …).
"""

from __future__ import annotations

from os import getpid
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit, urlunsplit

from redis import ConnectionPool, Redis
from redis.backoff import NoBackoff
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
    server is gone, a look would only say so a moment sooner.
    """

    _available_connections: list[Connection]
    _in_use_connections: set[Connection]

    def get_connection(self, *_arguments: Any, **_more: Any) -> Connection:
        """Take the one that was used last."""
        with self._lock:
            if self._available_connections:
                connection = self._available_connections[-1]
                rested = monotonic() - getattr(connection, "feedapp_released", 0)
                if rested < UNTESTED_SECONDS and connection.pid == getpid():
                    self._available_connections.pop()
                    self._in_use_connections.add(connection)
                    return connection
        return super().get_connection()

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


def _address(text: str) -> Address:
    parts = urlsplit(f"//{text}")
    return Address(parts.hostname or "localhost", parts.port or DEFAULT_PORT)
