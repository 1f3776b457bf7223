"""How to reach the servers that REDIS_URL names: one address, or several of one Redis Cluster, and what stands for all.

Everything in the URL but the host and the port holds for every server of a cluster alike: scheme, user, password, and
what redis-py reads from the query (`ssl_ca_certs`, `ssl_check_hostname` …).
"""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import urlsplit, urlunsplit

from redis import Redis, from_url
from redis.backoff import NoBackoff
from redis.retry import Retry

MAX_CONNECTIONS = 10_000  # each thread uses one, so threads are the limit; redis-py's own is 100, and then it raises
DEFAULT_PORT = 6379


class Address(NamedTuple):
    """Where a server listens."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def connect(url: str, *, timeout: float, **more: Any) -> Redis:
    """Make a client whose every wait is bounded by `timeout` seconds; it connects when first used.

    It says neither HELLO nor its name, so that a new connection costs as few waits as possible.
    """
    return from_url(
        url,
        socket_timeout=timeout,
        socket_connect_timeout=timeout,
        retry=Retry(NoBackoff(), 0),
        max_connections=MAX_CONNECTIONS,
        protocol=2,
        driver_info=None,
        **more,
    )


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
