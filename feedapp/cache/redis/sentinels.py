"""A Redis that Sentinel watches: asks the Sentinels which server is the primary.

They only say where to look. Whether what is found there may be read is decided as everywhere, by its run (`trust.py`,
`fences.py`): a Sentinel may not know of a failover yet, or be cut off together with a primary that was replaced. So
redis-py's pool for Sentinel is not used, which goes from one primary to the next by itself.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from redis.connection import Connection
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

from feedapp.cache.redis.connections import Address, connect
from feedapp.cache.redis.discovery import Deployment, discover
from feedapp.cache.redis_urls import Watched, read_watched

if TYPE_CHECKING:
    from collections.abc import Iterator
    from socket import socket
    from typing import Self

    from redis import Redis

REST = 5.0
"""Seconds for which a Sentinel that did not answer is not asked again, as long as another does."""


class Told(NamedTuple):
    """What a Sentinel says: how many failovers it knows of, and where the primary is since the last of them."""

    epoch: int
    primary: Address
    flags: str
    replicas: int


class Sentinels:
    """Those that watch one primary. `timeout` bounds each wait, in seconds."""

    def __init__(self, watched: Watched, *, timeout: float) -> None:
        self.name = watched.primary
        self.redis_url = watched.redis
        self._timeout = timeout
        self._clients: dict[str, Redis] = {
            urlsplit(url).netloc.rpartition("@")[2]: connect(url, timeout=timeout) for url in watched.sentinels
        }
        self._resting: dict[str, float] = {}

    @classmethod
    def of(cls, url: str, *, timeout: float) -> Self | None:
        """Read REDIS_URL; None if it leads to Redis itself."""
        watched = read_watched(url)
        return cls(watched, timeout=timeout) if watched else None

    def ask_all(self) -> Iterator[tuple[str, Told | RedisError]]:
        """Ask each, by its address."""
        for where, client in self._clients.items():
            try:
                yield where, self._ask(client)
            except RedisError as error:
                yield where, error

    def primary(self) -> Address:
        """Say which server is the primary, as the Sentinel that knows of the most failovers has it.

        One that is cut off with a replaced primary goes on naming that. Raise redis.RedisError if none answers.
        """
        now, latest = monotonic(), None
        error: RedisError = RedisConnectionError("no Sentinel answers")
        awake = {where: each for where, each in self._clients.items() if now >= self._resting.get(where, now)}
        for where, client in (awake or self._clients).items():
            try:
                told = self._ask(client)
            except RedisError as failure:
                self._resting[where] = monotonic() + REST
                error = failure
            else:
                self._resting.pop(where, None)
                latest = told if latest is None or told.epoch > latest.epoch else latest
        if latest is None:
            self._resting.clear()
            raise error
        return latest.primary

    def agree(self, primary: Address | None) -> bool:
        """Tell whether that is still the primary; also if none answers, since then there is no failover either."""
        try:
            return self.primary() == primary
        except RedisError:
            return True

    def discover(self) -> Deployment:
        """Ask who is the primary, then that server who it is. Raise redis.RedisError."""
        primary = self.primary()
        found = discover(self.redis_url, [primary], timeout=self._timeout)
        if found.slots:
            raise RedisConnectionError("REDIS_URL is one of Sentinel, but it leads to a Redis Cluster")
        return found._replace(primary=primary)

    def close(self) -> None:
        """Close the connections."""
        for client in self._clients.values():
            client.close()

    def _ask(self, client: Redis) -> Told:
        found = client.execute_command("SENTINEL", "MASTER", self.name)  # type: ignore[no-untyped-call]
        texts = [each.decode() if isinstance(each, bytes) else str(each) for each in found]
        told = dict(zip(texts[::2], texts[1::2], strict=True))
        address = Address(told["ip"], int(told["port"]))
        return Told(int(told["config-epoch"]), address, told["flags"], int(told["num-slaves"]))


class Nowhere(Connection):
    """One that leads to nobody: before a Sentinel has answered."""

    def _connect(self) -> socket:
        """Raise redis.ConnectionError, whichever way redis-py goes to make a connection."""
        raise RedisConnectionError("no Sentinel has named a primary yet")
