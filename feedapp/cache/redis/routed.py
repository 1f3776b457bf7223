"""The Flask-Caching backend's way to its servers: one or a cluster, and a run that is trusted; walking over all keys.

Keys are passed without the prefix throughout. Errors of redis-py (`redis.RedisError`) reach the caller.
"""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Any, Self

from flask_caching.backends import RedisCache

from feedapp.cache.catalogue import envelope
from feedapp.cache.catalogue.keys import FENCE, INCARNATION
from feedapp.cache.redis.cluster import ClusterServers
from feedapp.cache.redis.connections import Address, addresses, connect, url_of
from feedapp.cache.redis.discovery import discover, parsed
from feedapp.cache.redis.fences import Fences, keys_on
from feedapp.cache.redis.routing import OneServer
from feedapp.cache.redis.trust import Trust
from feedapp.cache.redis.wire import checked, packed
from feedapp.observability.request_costs import redis_trip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import timedelta

    from flask import Flask
    from redis import Redis

    from feedapp.cache.redis.discovery import Deployment
    from feedapp.cache.redis.routing import Route

BATCH = 1_000

log = logging.getLogger(__name__)


class RoutedCache(RedisCache):
    """RedisCache on one server or on a Redis Cluster, by connections that end with the run they were made for."""

    serializer = envelope.Serializer()  # type: ignore[assignment]  # the same two methods, on JSON

    def __init__(self, url: str, *, timeout: float, key_prefix: str) -> None:
        self._url, self._timeout = url, timeout
        self._seeds = addresses(url)
        self._last: Sequence[Address | None] = ()
        self.trust = Trust(self._reroute)
        self.key_prefix = key_prefix
        self._prefixed = key_prefix.__add__
        self._route: Route = OneServer(self._connect(self._seeds[0]), self._one_fence())
        super().__init__(self.client, key_prefix=key_prefix)

    @classmethod
    def factory(cls, app: Flask, config: dict[str, Any], args: list[Any], kwargs: dict[str, Any]) -> Self:
        """Build it from CACHE_REDIS_URL, _TIMEOUT (seconds) and CACHE_KEY_PREFIX. Raise ValueError for an empty one."""
        del app, args, kwargs
        prefix = config["CACHE_KEY_PREFIX"]
        if not prefix:
            raise ValueError("CACHE_KEY_PREFIX must not be empty")
        return cls(config["CACHE_REDIS_URL"], timeout=config["CACHE_REDIS_TIMEOUT"], key_prefix=prefix)

    def discover(self) -> Deployment:
        """Ask who answers now, by connections of its own. Raise redis.RedisError.

        Servers of a cluster that were there last time are asked as well, after those in the settings.
        """
        return discover(self._url, list(dict.fromkeys([*self._seeds, *self._last])), timeout=self._timeout)

    def _reroute(self, deployment: Deployment | None) -> None:
        """Leave every connection behind: those in use fail or end by themselves, and none is used again."""
        left = self._route.clients.values()
        if deployment is None and isinstance(self._route, ClusterServers):
            self._route = self._route.renewed(self._connect)
        elif deployment is None or not deployment.slots:
            self._route = OneServer(self._connect(self._seeds[0] if deployment is None else None), self._one_fence())
        else:
            self._last = list(deployment.servers)
            clients = {address: self._connect(address) for address in deployment.servers}
            fences = {each: self.name(key) for each, key in keys_on(self.name, deployment, FENCE).items()}
            self._route = ClusterServers(clients, deployment.slots, Fences(fences))
        self._write_client = self._read_client = self.client
        for client in left:
            client.connection_pool.disconnect(inuse_connections=False)

    def _connect(self, address: Address | None) -> Redis:
        meet = partial(self.trust.meet, address=address)
        return connect(url_of(self._url, address), timeout=self._timeout, redis_connect_func=meet)

    def _one_fence(self) -> Fences:
        return Fences({None: self.name(FENCE.key(0).name)})

    def expect(self, fences: Mapping[Address | None, int]) -> None:
        """Let nothing pass any more that is read from behind other fences, or deleted there."""
        self._route.fences.expect(fences)

    def is_still(self, deployment: Deployment) -> bool:
        """Ask all servers, by connections that are there, whether they are what they were. Raise redis.RedisError."""
        asked = dict.fromkeys(self._route.clients, packed([("INFO", "replication")]))
        answers = {address: checked(found)[0] for address, found in self._route.wire.send(asked).items()}
        return all(deployment.servers[address].is_same(parsed(found)) for address, found in answers.items())

    def close(self) -> None:
        """Close all connections that are not in use."""
        for client in self._route.clients.values():
            client.close()

    def ping(self) -> None:
        """Raise redis.RedisError if a server that should answer does not."""
        for client in self._route.clients.values():
            client.ping()

    @property
    def client(self) -> Redis:
        """The redis-py client underneath; on a cluster, that of one of the servers."""
        return next(iter(self._route.clients.values()))

    def client_of(self, key: str) -> Redis:
        """Give the redis-py client of the server that has the key."""
        return self._route.client_of(self.name(key))

    def name(self, key: str) -> str:
        """Give the whole key, as it stands in Redis."""
        return self._prefixed(key)

    def clear(self, only: Iterable[Address | None] | None = None, *, beat: Callable[[], None] = lambda: None) -> bool:
        """Delete every key with the prefix but the marks, a batch at a time, so that Redis never stands still for it.

        `only`: on those servers of a cluster. `beat` is called after each batch.
        """
        marks = tuple(self.name(template.form % "").encode() for template in (FENCE, INCARNATION))
        for batch in self.names("*", only=only):
            doomed = [("UNLINK", name) for name in batch if not name.startswith(marks)]
            if doomed:
                self._route.send(doomed)
            beat()
        return True

    def names(self, pattern: str, *, only: Iterable[Address | None] | None = None) -> Iterator[list[bytes]]:
        """Walk the whole keys that match a pattern (below the prefix), in batches, of which some may be empty."""
        escaped = "".join(f"[{sign}]" if sign in "*?[]\\" else sign for sign in self._get_prefix())
        wanted = None if only is None else set(only)
        for client in [each for address, each in self._route.clients.items() if wanted is None or address in wanted]:
            cursor = 0
            while True:
                with redis_trip():
                    cursor, batch = client.scan(cursor, match=escaped + pattern, count=BATCH)
                yield [name if isinstance(name, bytes) else name.encode() for name in batch]
                if cursor == 0:
                    break

    def memory(self) -> dict[str, int]:
        """Say how much Redis uses and may use at most (0: no limit), in bytes, and how many keys it had to evict.

        On a cluster, the sums of all servers. `keeping` is how many of them evict nothing, `uptime_in_seconds` how long
        the youngest has counted.
        """
        sums = dict.fromkeys(("used_memory", "maxmemory", "evicted_keys", "keeping"), 0)
        uptimes = []
        for client in self._route.clients.values():
            with redis_trip():
                about = client.info()
            for name in ("used_memory", "maxmemory", "evicted_keys"):
                sums[name] += int(about[name])
            sums["keeping"] += about["maxmemory_policy"] == "noeviction"
            uptimes.append(int(about["uptime_in_seconds"]))
        return sums | {"uptime_in_seconds": min(uptimes)}

    def run_script(self, script: str, keys: Sequence[str], arguments: Sequence[int] = ()) -> Any:
        """Run a script over keys of one slot, in one round trip: for what PostgreSQL does not hold too."""
        return self._route.send([("EVAL", script, len(keys), *map(self.name, keys), *arguments)])[0]

    def _milliseconds(self, timeout: int | timedelta | None) -> int:
        return 1_000 * self._normalize_timeout(timeout)
