"""The Flask-Caching backend, named in CACHE_TYPE: its RedisCache, with the primitives of the protocol added.

What differs from RedisCache, and why: values are JSON instead of pickle (whoever can write to Redis must not be able
to run code here); `delete_many` neither asks EXISTS for each key nor raises when a reader was quick to refill one;
`add` is one atomic command; `clear` walks with SCAN and never touches a key without the prefix; timeouts are short
and nothing is retried, since PostgreSQL can answer instead. Keys are passed without the prefix throughout. Errors of
redis-py (`redis.RedisError`) reach the caller.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from feedapp.cache.catalogue import envelope
from feedapp.cache.catalogue.keys import FENCE
from feedapp.cache.redis import scripts
from feedapp.cache.redis.batches import Batch
from feedapp.cache.redis.routed import RoutedCache
from feedapp.cache.redis.routing import PreparedRead, prepared_read

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import timedelta

    from feedapp.cache.redis.batches import Fencing

Offer = tuple[str, bytes, int, bytes | None]
"""A key, what to set, for how many milliseconds, and the dead bytes that were seen there."""


class Seen(NamedTuple):
    """What a key holds, and how long it still will: milliseconds left, and the time in milliseconds at which it ends.

    One that does not end has a negative number left, and ends at 0.
    A key that was deleted and filled again in between ends at another time, even if it holds the same.
    """

    stored: bytes | None
    left: int
    end: int


class LeaseRedisCache(RoutedCache):
    """RedisCache with leases for readers and holds for writers, on one server or on a Redis Cluster."""

    def raw_many(self, keys: Sequence[str]) -> list[bytes | None]:
        """Read what the keys hold, markers included, in one round trip."""
        return self.raw_prepared(self.prepare(keys))

    def prepare(self, keys: Sequence[str]) -> PreparedRead:
        """Make ready what `raw_many` would send."""
        return prepared_read(tuple(keys), list(map(self._prefixed, keys)), self.name(FENCE.key(0).name))

    def raw_prepared(self, prepared: PreparedRead) -> list[bytes | None]:
        """Do as `raw_many` does, without what it costs to write the command down: half of it for a page's 100 keys."""
        return self._route.get_prepared(prepared)

    def look(self, keys: Sequence[str]) -> list[Seen]:
        """Read what the keys hold and how long they still live, in one round trip."""
        return [Seen(*answer) for answer in self._route.run(self._batch(scripts.LOOK, keys))[0]]

    def get_many(self, *keys: str) -> list[Any]:
        """Read values in one round trip, None for a miss."""
        return [self.serializer.loads(raw) for raw in self.raw_many(keys)]

    def get(self, key: str) -> Any:
        """Read one value, None for a miss."""
        return self.get_many(key)[0]

    def set(self, key: str, value: Any, timeout: int | timedelta | None = None) -> Any:
        """Store a value for `timeout` seconds, without any guard: for what PostgreSQL does not hold too."""
        return self._route.send([("SET", self.name(key), envelope.encode(value), "PX", self._milliseconds(timeout))])[0]

    def add(self, key: str, value: Any, timeout: int | timedelta | None = None) -> bool:
        """Store a value if there is none, in one command."""
        px = self._milliseconds(timeout)
        return bool(self._route.send([("SET", self.name(key), envelope.encode(value), "PX", px, "NX")])[0])

    def delete(self, key: str) -> bool:
        """Delete one key; tell whether there was one."""
        return bool(self.delete_many(key))

    def delete_many(self, *keys: str, writer: str | None = None) -> list[str]:
        """Delete the keys, whatever they hold, in one round trip; give those that held something.

        With `writer`, the holds of other writers stay, and only values count as something.
        """
        return self._released(keys, shared=(writer or "",))

    def release(self, keys_and_writers: Sequence[tuple[str, str]]) -> list[str]:
        """Delete each key, but for the holds of other writers than the one named; give those that held a value.

        Raise FenceError if it happened in another keyspace: deletions count on the fences.
        """
        return self._released([key for key, _ in keys_and_writers], own=[(writer,) for _, writer in keys_and_writers])

    def _released(self, keys: Sequence[str], **writers: Any) -> list[str]:
        return self._true_of(keys, self._route.run(self._batch(scripts.RELEASE, keys, fencing="count", **writers))[0])

    def _batch(
        self,
        script: str,
        keys: Iterable[str],
        *,
        shared: tuple[Any, ...] = (),
        own: Sequence[tuple[Any, ...]] = (),
        fencing: Fencing = None,
    ) -> Batch:
        return Batch(script, list(map(self._prefixed, keys)), shared, own, fencing)

    @staticmethod
    def _true_of(keys: Iterable[str], answers: Iterable[int]) -> list[str]:
        return [key for key, answer in zip(keys, answers, strict=True) if answer]

    def set_raw(self, key: str, stored: bytes) -> None:
        """Store bytes for good."""
        self._route.send([("SET", self.name(key), stored)])

    def replace_raw(self, key: str, stored: bytes, seen: bytes | None) -> bool:
        """Store bytes for good where there is still what was seen; tell whether there was."""
        return bool(self._route.send([("EVAL", scripts.REPLACE_RAW, 1, self.name(key), stored, seen or b"")])[0])

    def offer(self, offers: Sequence[Offer]) -> list[bytes | None]:
        """For each (key, what to set, milliseconds, dead bytes seen): set it, or give what stands there instead.

        None says that it was set: the key was empty, or still held the dead bytes. Raise FenceError as a read does:
        what stands there may be a value.
        """
        return self._route.run(self._offering(offers))[0]

    def fill(self, lease: bytes, filled: Mapping[str, tuple[bytes, int]], given_up: Iterable[str] = ()) -> list[bool]:
        """Set each key to (value, milliseconds) where the lease still stands; tell where it did.

        Keys in `given_up` lose the lease and stay empty; they are not in the answer.
        """
        (kept,) = self._route.run(self._filling(lease, filled, given_up))
        return [bool(answer) for answer in kept[: len(filled)]]

    def fill_and_offer(
        self, lease: bytes, filled: Mapping[str, tuple[bytes, int]], offers: Sequence[Offer]
    ) -> tuple[list[bool], list[bytes | None]]:
        """Do both in one trip. An offer of b"" sets nothing: the key is only read."""
        kept, stood = self._route.run(self._filling(lease, filled, ()), self._offering(offers))
        return [bool(answer) for answer in kept], stood

    def _offering(self, offers: Sequence[Offer]) -> Batch:
        own = [(stored, milliseconds, dead or b"") for _, stored, milliseconds, dead in offers]
        return self._batch(scripts.OFFER, [key for key, *_ in offers], own=own, fencing="watch")

    def _filling(self, lease: bytes, filled: Mapping[str, tuple[bytes, int]], given_up: Iterable[str]) -> Batch:
        keys, own = [*filled, *given_up], list[tuple[bytes, int]](filled.values())
        own += [(b"", 0)] * (len(keys) - len(own))
        return self._batch(scripts.FILL, keys, shared=(lease,), own=own)

    def hold(self, keys: Sequence[str], writer: str, milliseconds: int) -> list[str]:
        """Keep readers from using or filling the keys until they are deleted; give those that held a value."""
        held = self._route.run(self._batch(scripts.HOLD, keys, shared=(writer, milliseconds)))[0]
        return self._true_of(keys, held)
