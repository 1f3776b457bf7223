"""The reader's half of the protocol, for facts: find, or claim, load and fill. docs/cache-protocol.md has the proof.

A reader that misses puts a lease into the key itself, loads from PostgreSQL by a statement that begins after that,
and stores what it got only while the key still holds that very lease. A write overwrites or deletes whatever the key
holds, so a load from before the write can never be stored after it. Whoever finds somebody else's lease or a writer's
hold waits a little for the value; a reader whose patience runs out reads PostgreSQL and stores nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from secrets import token_hex
from typing import TYPE_CHECKING, Any, TypeVar

from redis import RedisError

from feedapp import timing
from feedapp.cache.catalogue import envelope
from feedapp.cache.catalogue.declarations import Key, implied
from feedapp.cache.protocol import backoff
from feedapp.cache.protocol.hit_counts import HitCounts, Reads
from feedapp.cache.protocol.request_cache import RequestCache
from feedapp.observability import metrics, request_costs

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from feedapp.cache.protocol.request_cache import Record
    from feedapp.cache.redis.backend import LeaseRedisCache

Load = Callable[[Sequence[Key]], Mapping[Key, Any]]
T = TypeVar("T")


class FactReads:
    """Reads facts through the cache. `lifetimes`: seconds by template name; `patience`: seconds to wait for a load.

    Within `request()`, what was fetched is kept for that request, so that a caller can fetch ahead what it will need.
    """

    def __init__(
        self, backend: LeaseRedisCache, *, lifetimes: Mapping[str, int], patience: float = timing.FOR_READERS
    ) -> None:
        self._backend = backend
        self._lifetimes = lifetimes
        self._patience = patience
        self._tally = HitCounts(backend.name)
        self._fetched = RequestCache(backend)

    def request(self) -> AbstractContextManager[None]:
        """Keep what is fetched until the block ends or `restart` is called."""
        return self._fetched.request()

    def restart(self) -> None:
        """Forget what was fetched: what is read from now on must not be older than now."""
        self._fetched.restart()

    def fetch(self, keys: Iterable[Key], *, along: Iterable[Key] = ()) -> None:
        """Fetch keys ahead, in one round trip, so that `facts` and `page` find them without a trip of their own.

        Those of `along` come too if there is a trip anyway. Outside of a request, nothing is kept, so nothing is done.
        """
        if self._fetched.in_request() and not self._given_up():
            try:
                self._fetched.fetch([key.name for key in keys], along=[key.name for key in along])
            except RedisError as error:
                self._note_bypass(error)

    def record(self) -> Record | None:
        """Give what the answer in hand was made from; None if any of it was not found in Redis."""
        return self._fetched.record()

    def unchanged(self, record: Record) -> bool:
        """Tell whether Redis still holds all of it, asking in one round trip; if not, that was fetching ahead."""
        if self._given_up():
            return False
        try:
            return self._fetched.unchanged(record)
        except RedisError as error:
            self._note_bypass(error)
            return False

    def count_again(self, record: Record) -> None:
        """Count and log the hits of an answer that is given again."""
        self._tally.hit(record.hits)

    def facts(self, keys: Sequence[Key], load: Load) -> dict[Key, Any]:
        """Give what the keys stand for. `load` is asked once for all misses; what it does not give does not exist.

        Nor does what it gives as None, but that is kept: it is not asked for again as long as that is so.
        """
        found = self._facts(keys, load)
        return {key: value for key, value in found.items() if value is not None} if None in found.values() else found

    def _facts(self, keys: Sequence[Key], load: Load) -> dict[Key, Any]:
        if self._given_up():
            self._tally.bypassed(keys)
            return dict(load(keys))
        try:
            raw = self._fetched.use([key.name for key in keys])
        except RedisError as error:
            return dict(self._bypass(error, keys, load))
        found: dict[Key, Any] = {}
        missing: list[Key] = []
        lease = self._fetched.lease
        for key in keys:
            stored = raw[key.name]
            if stored is None or stored == lease or (value := envelope.decode(stored)) is envelope.MISS:
                missing.append(key)
            else:
                found[key] = value
        if missing and lease is None and (follows := implied(missing, found)):
            found |= follows
            missing = [key for key in missing if key not in follows]
        self._count(list(found), missing)
        if missing:
            self._load_facts({key: raw[key.name] for key in missing}, load, found, lease)
        return found

    def _load_facts(
        self, pending: dict[Key, bytes | None], load: Load, found: dict[Key, Any], lease: bytes | None
    ) -> None:
        """Claim, load and fill until every pending key is answered; the answers go into `found`.

        Those that hold `lease` are claimed already.
        """
        turns = backoff.Backoff(self._patience)
        try:
            while pending and turns.go_on(pending.values()) and self._backend.trust.state == "trusted":
                lease = lease or envelope.LEASE + token_hex(8).encode()
                self._claim(lease, pending, found)
                won = [key for key, stored in pending.items() if stored == lease]
                if won:
                    self._load_and_fill(lease, won, pending, load, found)
                lease = None
                if pending:
                    turns.wait()
                    fresh = self._fetched.again([key.name for key in pending])
                    for key in list(pending):
                        self._take(key, fresh[key.name], pending, found)
        except RedisError as error:
            found.update(self._bypass(error, list(pending), load))
        else:
            if pending:
                found.update(load(list(pending)))

    def _claim(self, lease: bytes, pending: dict[Key, bytes | None], found: dict[Key, Any]) -> None:
        """Put the lease into those that nobody is loading or writing. What stands there instead is found."""
        claimable = [key for key, stored in pending.items() if stored != lease and not envelope.is_marker(stored)]
        if claimable:
            offers = [(key.name, lease, timing.LEASE_MILLISECONDS, pending[key]) for key in claimable]
            for key, stored in zip(claimable, self._fetched.offer(offers), strict=True):
                self._take(key, lease if stored is None else stored, pending, found)

    def _load_and_fill(
        self, lease: bytes, won: list[Key], pending: dict[Key, bytes | None], load: Load, found: dict[Key, Any]
    ) -> None:
        loaded = self._load_or_yield(lease, won, lambda: load(won))
        filled = [key for key in won if key in loaded]
        lifetimes = self._lifetimes
        stored = envelope.packed((key.name, loaded[key], lifetimes[key.template.name]) for key in filled)
        kept = self._backend.fill(lease, stored, [key.name for key in won if key not in loaded])
        put = {}
        for key, was_kept in zip(filled, kept, strict=True):
            # A refused fill means that a write came between. What was loaded is fresh enough for this reader, but it
            # may be newer than what others are shown until that write is through: only what is stored is given out.
            if was_kept:
                found[key] = loaded[key]
                put[key.name] = stored[key.name][0]
                del pending[key]
            else:
                metrics.FILLS_REFUSED.labels(key.template.name).inc()
                pending[key] = None
        if len(filled) < len(won):
            for key in won:
                if key not in loaded:
                    del pending[key]
        self._fetched.put(put)

    def _load_or_yield(self, lease: bytes, won: Sequence[Key], load: Callable[[], T]) -> T:
        """Load, and if that fails, leave the keys to the next reader instead of letting the lease run out."""
        try:
            return load()
        except Exception:
            with suppress(RedisError):
                self._backend.fill(lease, {}, [key.name for key in won])
            raise

    @staticmethod
    def _take(key: Key, stored: bytes | None, pending: dict[Key, bytes | None], found: dict[Key, Any]) -> None:
        value = envelope.decode(stored)
        if value is envelope.MISS:
            pending[key] = stored
        else:
            found[key] = value
            del pending[key]

    def _given_up(self) -> bool:
        """Tell whether Redis is not trusted, or has failed this request: it is not asked, and waited for, again."""
        if not self._backend.trust.for_reads:
            request_costs.current().bypassed += 1
            return True
        return self._fetched.in_request() and request_costs.current().bypassed > 0

    def _lifetime(self, key: Key) -> int:
        return envelope.spread(self._lifetimes[key.template.name], key.name)

    def _count(self, hits: Sequence[Key], misses: Sequence[Key]) -> None:
        self._fetched.note_hits(hits)
        if hits:
            self._tally.hit(Reads.of(hits))
        if misses:
            self._tally.missed(Reads.of(misses))

    def _bypass(self, error: RedisError, keys: Sequence[Key], load: Load) -> Mapping[Key, Any]:
        self._note_bypass(error)
        self._tally.bypassed(keys)
        return load(keys) if keys else {}

    def _note_bypass(self, error: RedisError) -> None:
        request_costs.current().bypassed += 1
        self._backend.trust.failed(error)
