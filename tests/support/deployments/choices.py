"""Which Redis the tests and the history checker run on, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import redis

from feedapp.embedded import Redis
from tests.support.deployments.cluster import Cluster
from tests.support.deployments.debian import DebianRedis, SecureRedis
from tests.support.deployments.sentinel import WatchedRedis

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RedisChoice = Redis | Cluster | WatchedRedis
CHOICES: dict[str, Callable[[Path], RedisChoice]] = {
    "embedded": Redis,
    "cluster": Cluster,
    "debian": DebianRedis,
    "secure": SecureRedis,
    "sentinel": WatchedRedis,
}


def client_of(server: RedisChoice) -> redis.Redis:
    """Speak to it past feedapp; a client for a cluster has the same methods as far as tests need them."""
    if isinstance(server, Cluster):
        host, port = server.nodes[0].address.split(":")
        clustered: redis.Redis = redis.RedisCluster(host=host, port=int(port))  # type: ignore[assignment]
        return clustered
    if isinstance(server, WatchedRedis):
        return redis.from_url(server.primary.url, socket_timeout=5)
    return redis.from_url(server.url, socket_timeout=5)
