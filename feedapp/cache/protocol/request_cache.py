"""What the request in hand has fetched from Redis: nothing twice, and it is known what an answer was made from."""

from __future__ import annotations

from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from redis import RedisError

from feedapp.cache.protocol.hit_counts import Reads
from feedapp.observability import request_costs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from feedapp.cache.catalogue.declarations import Key
    from feedapp.cache.redis.backend import LeaseRedisCache
    from feedapp.cache.redis.routing import PreparedRead

AROUND_ALL, AROUND_EACH = 1_500, 250
"""Bytes, measured: of the objects that a record and what is kept with it are made of."""


class Record(NamedTuple):
    """All that an answer was made from: the names of the keys, what they held, and the hits to be counted for it."""

    read: PreparedRead
    held: list[bytes | None]
    hits: Reads

    @property
    def size(self) -> int:
        """Roughly the bytes that it takes, with all the objects around them."""
        return (
            AROUND_ALL + sum(AROUND_EACH + len(each or b"") for each in self.held) + 2 * len(self.read.packed.written)
        )


@dataclass(slots=True)
class _Request:
    """What one request has fetched, and what of it went into the answer."""

    fetched: dict[str, bytes | None] = field(default_factory=dict)
    used: dict[str, bytes | None] = field(default_factory=dict)
    hits: list[Key] = field(default_factory=list)
    wrote: bool = False
    lease: bytes | None = None


class _Within:
    """The block of one request; contextlib's would be slower, and each request has one."""

    __slots__ = ("_cache", "_token")

    def __init__(self, cache: RequestCache) -> None:
        self._cache = cache

    def __enter__(self) -> None:
        self._token = self._cache.current.set(_Request())

    def __exit__(self, *error: object) -> None:
        self._cache.release()
        self._cache.current.reset(self._token)


class RequestCache:
    """Fetches by way of what was fetched within the same `request()`; outside of one, each time anew."""

    def __init__(self, backend: LeaseRedisCache) -> None:
        self._backend = backend
        self.current: ContextVar[_Request | None] = ContextVar("request", default=None)

    def request(self) -> _Within:
        """Keep what is fetched until the block ends or `restart` is called."""
        return _Within(self)

    def restart(self) -> None:
        """Forget what was fetched."""
        if self.in_request():
            self.release()
            self.current.set(_Request(wrote=True))

    def release(self) -> None:
        """Give up what was claimed ahead and not read after all (the request failed, say): others would wait for it."""
        request = self.current.get()
        if request is None or request.lease is None:
            return
        if left := [name for name, stored in request.fetched.items() if stored == request.lease]:
            with suppress(RedisError):  # then the leases run out
                self._backend.fill(request.lease, {}, left)

    def in_request(self) -> bool:
        """Tell whether anything is kept at all."""
        return self.current.get() is not None

    def fetch(self, names: Sequence[str], *, along: Sequence[str] = ()) -> Mapping[str, bytes | None]:
        """Fetch what this request has not fetched yet, in one round trip; `along` with it, but not by itself.

        Raise redis.RedisError.
        """
        request = self.current.get()
        fetched = {} if request is None else request.fetched
        absent = [name for name in dict.fromkeys(names) if name not in fetched]
        if absent:
            absent += [name for name in dict.fromkeys(along) if name not in fetched and name not in names]
            fetched.update(self.again(absent))
        return fetched

    def again(self, names: Sequence[str]) -> dict[str, bytes | None]:
        """Fetch past what is kept. Raise redis.RedisError."""
        with self._backend.trust.reading():
            return dict(zip(names, self._backend.raw_many(names), strict=True))

    def offer(self, offers: Sequence[tuple[str, bytes, int, bytes | None]]) -> list[bytes | None]:
        """Offer leases and stamps (`LeaseRedisCache.offer`); what stands there instead may be shown."""
        with self._backend.trust.reading():
            return self._backend.offer(offers)

    def fill_and_fetch(
        self, lease: bytes, filled: Mapping[str, tuple[bytes, int]], names: Iterable[str], *, claims: int
    ) -> list[bool]:
        """Fill (`LeaseRedisCache.fill`), and in the same trip fetch ahead what was not fetched yet.

        `claims`: for so many milliseconds, what is empty is claimed, by the request's lease; 0 to claim nothing.
        Raise redis.RedisError.
        """
        request = self.current.get()
        absent = [] if request is None else [name for name in dict.fromkeys(names) if name not in request.fetched]
        if request is None or not absent:
            return self._backend.fill(lease, filled)
        own = request.lease or lease  # one lease claims all that the request reads, so it never waits for itself
        offered = own if claims else b""
        with self._backend.trust.reading():
            kept, stood = self._backend.fill_and_offer(
                lease, filled, [(name, offered, claims, None) for name in absent]
            )
        if claims:
            request.lease = own
            stood = [own if stored is None else stored for stored in stood]
        request.fetched.update(zip(absent, stood, strict=True))
        return kept

    def put(self, stored: Mapping[str, bytes]) -> None:
        """Keep what this request itself has stored, by name."""
        request = self.current.get()
        if request is not None:
            request.fetched.update(stored)

    @property
    def lease(self) -> bytes | None:
        """By which lease this request has claimed what it fetched ahead."""
        request = self.current.get()
        return None if request is None else request.lease

    def use(self, names: Sequence[str]) -> Mapping[str, bytes | None]:
        """Fetch what is going to be looked at, and note it down. Raise redis.RedisError."""
        fetched = self.fetch(names)
        request = self.current.get()
        if request is not None:
            request.used.update(zip(names, map(fetched.__getitem__, names), strict=True))
        return fetched

    def note_hits(self, keys: Iterable[Key]) -> None:
        """Note down what was found."""
        request = self.current.get()
        if request is not None:
            request.hits.extend(keys)

    def record(self) -> Record | None:
        """Give what the answer in hand was made from; None if any of it was not found in Redis."""
        request, spent = self.current.get(), request_costs.current()
        if request is None or request.wrote or spent.misses or spent.bypassed or spent.sql_statements:
            return None
        read, held = self._backend.prepare(list(request.used)), list(request.used.values())
        return Record(read, held, Reads.of(request.hits))

    def unchanged(self, record: Record) -> bool:
        """Tell whether Redis still holds all of it, asking in one round trip; if not, that was fetching ahead.

        Raise redis.RedisError.
        """
        with self._backend.trust.reading():
            held = self._backend.raw_prepared(record.read)
        if held == record.held:
            return True
        request = self.current.get()
        if request is not None:
            request.fetched.update(zip(record.read.keys, held, strict=True))
        return False
