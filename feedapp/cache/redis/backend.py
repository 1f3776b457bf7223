"""The Flask-Caching backend, named in CACHE_TYPE: its RedisCache, with the primitives of the protocol added.

What differs from RedisCache, and why: values are JSON instead of pickle (whoever can write to Redis must not be able
to run code here); `delete_many` neither asks EXISTS for each key nor raises when a reader was quick to refill one;
`add` is one atomic command; `clear` walks with SCAN and never touches a key without the prefix; timeouts are short
and nothing is retried, since PostgreSQL can answer instead. Keys are passed without the prefix throughout. Errors of
redis-py (`redis.RedisError`) reach the caller.
"""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from flask_caching.backends import RedisCache
from redis.exceptions import ResponseError

from feedapp.cache.catalogue import envelope
from feedapp.cache.catalogue.keys import FENCE, INCARNATION
from feedapp.cache.redis import scripts
from feedapp.cache.redis.connections import Address, addresses, connect, url_of
from feedapp.cache.redis.discovery import discover, parsed
from feedapp.cache.redis.fences import Fences, keys_on
from feedapp.cache.redis.routing import ClusterServers, OneServer, PreparedRead, is_foreign, name_in, prepared_read
from feedapp.cache.redis.trust import Trust
from feedapp.cache.redis.wire import exchange
from feedapp.observability.request_costs import redis_trip

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import timedelta

    from flask import Flask
    from redis import Redis

    from feedapp.cache.redis.discovery import Deployment
    from feedapp.cache.redis.routing import Route
    from feedapp.cache.redis.wire import Command

BATCH = 1_000

log = logging.getLogger(__name__)


class Seen(NamedTuple):
    """What a key holds, and how long it still will: milliseconds left, and the time in milliseconds at which it ends.

    One that does not end has a negative number left, and ends at 0.
    A key that was deleted and filled again in between ends at another time, even if it holds the same.
    """

    stored: bytes | None
    left: int
    end: int


class LeaseRedisCache(RedisCache):
    """RedisCache with leases for readers and holds for writers, on one server or on a Redis Cluster."""

    serializer = envelope.Serializer()  # type: ignore[assignment]  # the same two methods, on JSON

    def __init__(self, url: str, *, timeout: float, key_prefix: str) -> None:
        self._url, self._timeout = url, timeout
        self._seeds = addresses(url)
        self._last: Sequence[Address | None] = ()
        self.trust = Trust(self._reroute)
        self.key_prefix = key_prefix
        self._route: Route = OneServer(self._connect(self._seeds[0]), self._one_fence())
        super().__init__(self.client, key_prefix=key_prefix)

    @classmethod
    def factory(cls, app: Flask, config: dict[str, Any], args: list[Any], kwargs: dict[str, Any]) -> LeaseRedisCache:
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
        asked = {address: [("INFO", "replication")] for address in self._route.clients}
        with redis_trip():
            answers = exchange(self._route.clients, asked)
        return all(deployment.servers[address].is_same(parsed(answer[0])) for address, answer in answers.items())

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
        return self._get_prefix() + key

    def raw_many(self, keys: Sequence[str]) -> list[bytes | None]:
        """Read what the keys hold, markers included, in one round trip."""
        return self.raw_prepared(self.prepare(keys))

    def prepare(self, keys: Sequence[str]) -> PreparedRead:
        """Make ready what `raw_many` would send."""
        return prepared_read(tuple(keys), [self.name(key) for key in keys], self.name(FENCE.key(0).name))

    def raw_prepared(self, prepared: PreparedRead) -> list[bytes | None]:
        """Do as `raw_many` does, without what it costs to write the command down: half of it for a page's 100 keys."""
        with redis_trip():
            return self._route.get_prepared(prepared)

    def look(self, keys: Sequence[str]) -> list[Seen]:
        """Read what the keys hold and how long they still live, in one round trip."""
        return [Seen(*answer) for answer in self._send([("EVAL", scripts.LOOK, 1, self.name(key)) for key in keys])]

    def get_many(self, *keys: str) -> list[Any]:
        """Read values in one round trip, None for a miss."""
        return [self.serializer.loads(raw) for raw in self.raw_many(keys)]

    def get(self, key: str) -> Any:
        """Read one value, None for a miss."""
        return self.get_many(key)[0]

    def set(self, key: str, value: Any, timeout: int | timedelta | None = None) -> Any:
        """Store a value for `timeout` seconds, without any guard: for what PostgreSQL does not hold too."""
        return self._send([("SET", self.name(key), envelope.encode(value), "PX", self._milliseconds(timeout))])[0]

    def add(self, key: str, value: Any, timeout: int | timedelta | None = None) -> bool:
        """Store a value if there is none, in one command."""
        px = self._milliseconds(timeout)
        return bool(self._send([("SET", self.name(key), envelope.encode(value), "PX", px, "NX")])[0])

    def delete(self, key: str) -> bool:
        """Delete one key; tell whether there was one."""
        return bool(self.delete_many(key))

    def delete_many(
        self, *keys: str, writer: str | None = None, never_held: Collection[str] = frozenset()
    ) -> list[str]:
        """Delete the keys, whatever they hold, in one round trip; give those that held something.

        With `writer`, the holds of other writers stay, and only values count as something. Keys in `never_held` are
        known to have no holds: they need no script, and go in a quarter of the time.
        """
        if writer is not None:
            return self._released([(key, None if key in never_held else writer) for key in keys])
        answers = self._send_deletions([("DEL", self.name(key)) for key in keys])
        return [key for key, gone in zip(keys, answers, strict=True) if gone]

    def release(self, keys_and_writers: Sequence[tuple[str, str]]) -> list[str]:
        """Delete each key, but for the holds of other writers than the one named; give those that held a value."""
        return self._released(keys_and_writers)

    def _released(self, keys_and_writers: Sequence[tuple[str, str | None]]) -> list[str]:
        commands: list[Command] = [
            ("GETDEL", self.name(key)) if writer is None else ("EVAL", scripts.RELEASE, 1, self.name(key), writer)
            for key, writer in keys_and_writers
        ]
        answers = self._send_deletions(commands)
        gone = (envelope.is_value(answer) if isinstance(answer, bytes) else answer for answer in answers)
        return [key for (key, _), had in zip(keys_and_writers, gone, strict=True) if had]

    def _send_deletions(self, commands: Sequence[Command]) -> list[Any]:
        """Delete, and count that on the fences. Raise FenceError if it happened in another keyspace."""
        names = self._route.fences.names
        counting: dict[Address | None, Command] = {each: ("EVAL", scripts.COUNT, 1, names[each]) for each in names}
        return self._send_behind(counting, commands, thorough=True)

    def _send_behind(
        self, asked: Mapping[Address | None, Command], commands: Sequence[Command], *, thorough: bool = False
    ) -> list[Any]:
        fences = self._route.fences
        least = {address: fences.least(address) for address in asked}
        answers = self._send([*commands, *asked.values()], thorough=thorough)
        for address, found in zip(asked, answers[len(commands) :], strict=True):
            fences.check(address, least[address], found)
        return answers[: len(commands)]

    def set_raw(self, key: str, stored: bytes) -> None:
        """Store bytes for good."""
        self._send([("SET", self.name(key), stored)])

    def replace_raw(self, key: str, stored: bytes, seen: bytes | None) -> bool:
        """Store bytes for good where there is still what was seen; tell whether there was."""
        return bool(self._send([("EVAL", scripts.REPLACE_RAW, 1, self.name(key), stored, seen or b"")])[0])

    def clear(self, only: Iterable[Address | None] | None = None, *, beat: Callable[[], None] = lambda: None) -> bool:
        """Delete every key with the prefix but the marks, a batch at a time, so that Redis never stands still for it.

        `only`: on those servers of a cluster. `beat` is called after each batch.
        """
        marks = tuple(self.name(template.form() % "").encode() for template in (FENCE, INCARNATION))
        for batch in self.names("*", only=only):
            doomed = [("UNLINK", name) for name in batch if not name.startswith(marks)]
            if doomed:
                self._send(doomed)
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

        On a cluster, the sums of all servers.
        """
        sums = dict.fromkeys(("used_memory", "maxmemory", "evicted_keys"), 0)
        for client in self._route.clients.values():
            with redis_trip():
                about = client.info()
            for name in sums:
                sums[name] += int(about[name])
        return sums

    def offer(self, offers: Sequence[tuple[str, bytes, int, bytes | None]]) -> list[bytes | None]:
        """For each (key, what to set, milliseconds, dead bytes seen): set it, or give what stands there instead.

        None says that it was set: the key was empty, or still held the dead bytes. Raise FenceError as a read does:
        what stands there may be a value.
        """
        fences = self._route.fences_of([self.name(key) for key, *_ in offers])
        return self._send_behind(
            {address: ("GET", name) for address, name in fences.items()},
            [
                ("SET", self.name(key), stored, "NX", "PX", milliseconds, "GET")
                if dead is None
                else ("EVAL", scripts.REPLACE, 1, self.name(key), stored, milliseconds, dead)
                for key, stored, milliseconds, dead in offers
            ],
        )

    def fill(self, lease: bytes, filled: Mapping[str, tuple[bytes, int]], given_up: Iterable[str] = ()) -> list[bool]:
        """Set each key to (value, milliseconds) where the lease still stands; tell where it did.

        Keys in `given_up` lose the lease and stay empty; they are not in the answer.
        """
        commands: list[Command] = [
            ("EVAL", scripts.FILL, 1, self.name(key), lease, stored, milliseconds)
            for key, (stored, milliseconds) in filled.items()
        ]
        commands += [("EVAL", scripts.YIELD, 1, self.name(key), lease) for key in given_up]
        return [bool(answer) for answer in self._send(commands)[: len(filled)]]

    def hold(self, keys: Sequence[str], writer: str, milliseconds: int) -> list[str]:
        """Keep readers from using or filling the keys until they are deleted; give those that held a value."""
        held = self._send([("EVAL", scripts.HOLD, 1, self.name(key), writer, milliseconds) for key in keys])
        return [key for key, had in zip(keys, held, strict=True) if had]

    def run_script(self, script: str, keys: Sequence[str], arguments: Sequence[int] = ()) -> Any:
        """Run a script over keys of one slot, in one round trip: for what PostgreSQL does not hold too."""
        return self._send([("EVAL", script, len(keys), *map(self.name, keys), *arguments)])[0]

    def _send(self, commands: Sequence[Command], *, thorough: bool = False) -> list[Any]:
        """Carry out commands, each on the server of its key, in one round trip for a thousand.

        A key that holds a list, a set or the like is nothing of ours: it is deleted, and all is done once more.
        """
        answers: list[Any] = []
        for start in range(0, len(commands), BATCH):
            part = commands[start : start + BATCH]
            try:
                with redis_trip():
                    answers += self._route.send(part, thorough=thorough)
            except ResponseError as error:
                if not is_foreign(error):
                    raise
                with redis_trip():
                    dropped = sum(self._route.send([("EVAL", scripts.DROP, 1, name_in(each)) for each in part]))
                log.warning("%d keys below our prefix held no values of ours and were deleted", dropped)
                with redis_trip():
                    answers += self._route.send(part, thorough=thorough)
        return answers

    def _milliseconds(self, timeout: int | timedelta | None) -> int:
        return 1_000 * self._normalize_timeout(timeout)
