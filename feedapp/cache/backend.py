"""The Flask-Caching backend, named in CACHE_TYPE: its RedisCache, with the primitives of the protocol added.

What differs from RedisCache, and why: values are JSON instead of pickle (whoever can write to Redis must not be able
to run code here); `delete_many` neither asks EXISTS for each key nor raises when a reader was quick to refill one;
`add` is one atomic command; `clear` walks with SCAN and never touches a key without the prefix; timeouts are short
and nothing is retried, since PostgreSQL can answer instead. Keys are passed without the prefix throughout. Errors of
redis-py (`redis.RedisError`) reach the caller.
"""

from __future__ import annotations

from random import uniform
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from flask_caching.backends import RedisCache
from hiredis import pack_command
from redis import Redis, from_url
from redis.backoff import NoBackoff
from redis.retry import Retry

from feedapp.cache import scripts, values
from feedapp.cache.trust import Trust
from feedapp.costs import redis_trip

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import timedelta

    from flask import Flask

MAX_CONNECTIONS = 10_000  # each thread uses one, so threads are the limit; redis-py's own is 100, and then it raises
BATCH = 1_000
SPREAD = 0.1


def connect(url: str, *, timeout: float, **more: Any) -> Redis:
    """Make a client whose every wait is bounded by `timeout` seconds; it connects when first used."""
    return from_url(
        url,
        socket_timeout=timeout,
        socket_connect_timeout=timeout,
        retry=Retry(NoBackoff(), 0),
        max_connections=MAX_CONNECTIONS,
        **more,
    )


class PreparedRead(NamedTuple):
    """A read of many keys that was put into Redis' own form once, to be sent often."""

    keys: tuple[str, ...]
    command: bytes


class LeaseRedisCache(RedisCache):
    """RedisCache with leases for readers and holds for writers."""

    serializer = values.Serializer()  # type: ignore[assignment]  # the same two methods, on JSON

    def __init__(self, url: str, *, timeout: float, key_prefix: str) -> None:
        self.trust = Trust(self._reconnect)
        self._url, self._timeout = url, timeout
        super().__init__(self._client(), key_prefix=key_prefix)

    @classmethod
    def factory(cls, app: Flask, config: dict[str, Any], args: list[Any], kwargs: dict[str, Any]) -> LeaseRedisCache:
        """Build it from CACHE_REDIS_URL, _TIMEOUT (seconds) and CACHE_KEY_PREFIX. Raise ValueError for an empty one."""
        del app, args, kwargs
        prefix = config["CACHE_KEY_PREFIX"]
        if not prefix:
            raise ValueError("CACHE_KEY_PREFIX must not be empty")
        return cls(config["CACHE_REDIS_URL"], timeout=config["CACHE_REDIS_TIMEOUT"], key_prefix=prefix)

    def _client(self) -> Redis:
        return connect(self._url, timeout=self._timeout, redis_connect_func=self.trust.meet)

    def _reconnect(self) -> None:
        """Leave every connection behind: those in use fail or end by themselves, and none is used again."""
        left = self.client.connection_pool
        self._write_client = self._read_client = self._client()
        left.disconnect(inuse_connections=False)

    @property
    def client(self) -> Redis:
        """The redis-py client underneath."""
        return cast("Redis", self._write_client)

    def name(self, key: str) -> str:
        """Give the whole key, as it stands in Redis."""
        return self._get_prefix() + key

    def raw_many(self, keys: Sequence[str]) -> list[bytes | None]:
        """Read what the keys hold, markers included, in one round trip."""
        with redis_trip():
            return cast("list[bytes | None]", self.client.mget([self.name(key) for key in keys]))

    def prepare(self, keys: Sequence[str]) -> PreparedRead:
        """Make ready what `raw_many` would send."""
        command = pack_command(("MGET", *(self.name(key) for key in keys)))  # type: ignore[arg-type]  # its stub says a tuple of one
        return PreparedRead(tuple(keys), command)

    def raw_prepared(self, prepared: PreparedRead) -> list[bytes | None]:
        """Do as `raw_many` does, without what it costs to write the command down: half of it for a page's 100 keys."""
        pool = self.client.connection_pool
        with redis_trip():
            connection = pool.get_connection()
            try:
                connection.send_packed_command([prepared.command])  # type: ignore[no-untyped-call]
                return cast("list[bytes | None]", connection.read_response())
            finally:
                pool.release(connection)

    def get_many(self, *keys: str) -> list[Any]:
        """Read values in one round trip, None for a miss."""
        return [self.serializer.loads(raw) for raw in self.raw_many(keys)]

    def get(self, key: str) -> Any:
        """Read one value, None for a miss."""
        return self.get_many(key)[0]

    def set(self, key: str, value: Any, timeout: int | timedelta | None = None) -> Any:
        """Store a value for `timeout` seconds, without any guard: for what PostgreSQL does not hold too."""
        with redis_trip():
            return self.client.set(self.name(key), values.encode(value), px=self._milliseconds(timeout))

    def add(self, key: str, value: Any, timeout: int | timedelta | None = None) -> bool:
        """Store a value if there is none, in one command."""
        with redis_trip():
            stored = self.client.set(self.name(key), values.encode(value), px=self._milliseconds(timeout), nx=True)
        return bool(stored)

    def delete(self, key: str) -> bool:
        """Delete one key; tell whether there was one."""
        return bool(self.delete_many(key))

    def delete_many(self, *keys: str, writer: str | None = None) -> list[str]:
        """Delete the keys, whatever they hold, in one round trip; give those that held something.

        With `writer`, the holds of other writers stay, and only values count as something.
        """
        if not keys:
            return []
        with redis_trip(), self.client.pipeline(transaction=False) as pipe:
            for key in keys:
                if writer is None:
                    pipe.delete(self.name(key))
                else:
                    pipe.eval(scripts.RELEASE, 1, self.name(key), writer)
            return [key for key, gone in zip(keys, pipe.execute(), strict=True) if gone]

    def clear(self) -> bool:
        """Delete every key with the prefix, a batch at a time, so that Redis never stands still for it."""
        for batch in self.names("*"):
            with redis_trip():
                self.client.unlink(*batch)
        return True

    def names(self, pattern: str) -> Iterable[list[bytes]]:
        """Walk the whole keys that match a pattern (below the prefix), in batches; none is given while it is moving."""
        escaped = "".join(f"[{sign}]" if sign in "*?[]\\" else sign for sign in self._get_prefix())
        cursor = 0
        while True:
            with redis_trip():
                cursor, batch = self.client.scan(cursor, match=escaped + pattern, count=BATCH)
            if batch:
                yield [name if isinstance(name, bytes) else name.encode() for name in batch]
            if cursor == 0:
                return

    def offer(self, offers: Sequence[tuple[str, bytes, int, bytes | None]]) -> list[bytes | None]:
        """For each (key, what to set, milliseconds, dead bytes seen): set it, or give what stands there instead.

        None says that it was set: the key was empty, or still held the dead bytes.
        """
        with redis_trip(), self.client.pipeline(transaction=False) as pipe:
            for key, stored, milliseconds, dead in offers:
                pipe.eval(scripts.OFFER, 1, self.name(key), stored, milliseconds, dead or b"")
            return cast("list[bytes | None]", pipe.execute())

    def fill(self, lease: bytes, filled: Mapping[str, tuple[bytes, int]], given_up: Iterable[str] = ()) -> list[bool]:
        """Set each key to (value, milliseconds) where the lease still stands; tell where it did.

        Keys in `given_up` lose the lease and stay empty; they are not in the answer.
        """
        with redis_trip(), self.client.pipeline(transaction=False) as pipe:
            for key, (stored, milliseconds) in filled.items():
                pipe.eval(scripts.FILL, 1, self.name(key), lease, stored, milliseconds)
            for key in given_up:
                pipe.eval(scripts.YIELD, 1, self.name(key), lease)
            return [bool(answer) for answer in pipe.execute()[: len(filled)]]

    def hold(self, keys: Sequence[str], writer: str, milliseconds: int) -> list[str]:
        """Keep readers from using or filling the keys until they are deleted; give those that held a value."""
        with redis_trip(), self.client.pipeline(transaction=False) as pipe:
            for key in keys:
                pipe.eval(scripts.HOLD, 1, self.name(key), writer, milliseconds)
            return [key for key, had in zip(keys, pipe.execute(), strict=True) if had]

    def _milliseconds(self, timeout: int | timedelta | None) -> int:
        return 1_000 * self._normalize_timeout(timeout)


def spread(lifetime: int) -> int:
    """Shorten a lifetime in seconds by up to a tenth, so that keys filled together do not expire together; in ms."""
    return int(1_000 * lifetime * uniform(1 - SPREAD, 1))  # noqa: S311  (no secret)
