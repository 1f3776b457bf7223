"""What an operator may ask of the cache: what stands in it, what deletes it, how it does; and to forget some of it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from feedapp import timing
from feedapp.cache.catalogue import envelope, explanation
from feedapp.cache.catalogue.invalidation.operations import feeds_of_user_cleared, public_feed_cleared
from feedapp.cache.catalogue.key_parser import listing_of, row_of
from feedapp.cache.catalogue.keys import PUBLIC, TEMPLATES
from feedapp.cache.protocol.page_reads import valid_page
from feedapp.errors import NotFoundError, UnavailableError
from feedapp.observability import metrics

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from feedapp.cache.catalogue.declarations import Key
    from feedapp.cache.catalogue.explanation import Explanation
    from feedapp.cache.redis.backend import LeaseRedisCache, Seen
    from feedapp.repositories.delivery.outbox import OutboxRepository
    from feedapp.repositories.users import UserRepository

OPERATOR = "0"
"""The writer's name under which an operator deletes: the holds of writers that are about to commit stay."""
COUNTERS = (
    "feedapp_cache_hits",
    "feedapp_cache_misses",
    "feedapp_cache_fills_refused",
    "feedapp_cache_invalidations",
)
PORTION = 1_000


class Held(NamedTuple):
    """What a key holds: `state` is nothing, value, unreadable, lease or hold; times in seconds.

    `valid`, for a page, is whether the stamps that it carries still stand. `writers` is how many hold the key.
    """

    key: Key
    state: str
    value: Any
    left: float | None
    age: float | None
    valid: bool | None
    writers: int


class Row(NamedTuple):
    """How one row of the key table does; None for what could not be found out."""

    name: str
    keys: int | None
    hits: int | None
    misses: int | None
    fills_refused: int | None
    invalidated: int | None


class Stats(NamedTuple):
    """`processes`: how many have counted into `rows`, ended ones included. Memory in bytes."""

    memory: dict[str, int]
    undelivered: int
    processes: int
    rows: list[Row]


def require_trust(backend: LeaseRedisCache) -> None:
    """Come to trust Redis, as a serving process does before it reads. Raise UnavailableError."""
    if not backend.trust.for_reads:
        raise UnavailableError(
            "Redis cannot be reached, or is not trusted right now: nothing was done. See /readyz, and try again."
        )


class CacheInspection:
    """Looks at Redis as every reader finds it. Raise UnavailableError if it cannot be trusted, redis.RedisError."""

    def __init__(
        self,
        *,
        backend: LeaseRedisCache,
        lifetimes: Mapping[str, int],
        outbox: OutboxRepository,
        users: UserRepository,
    ) -> None:
        self._backend = backend
        self._lifetimes = lifetimes
        self._outbox = outbox
        self._users = users

    def key(self, name: str) -> Key:
        """Find a key by its name, with or without the prefix. Raise NotFoundError if it is in no row of the table."""
        key = row_of(name.strip().removeprefix(self._backend.name("")))
        if key is None:
            raise NotFoundError(
                f"{name} is not a key of feedapp: `flask cache explain` without a key lists what there is."
            )
        return key

    def explain(self, name: str) -> Explanation:
        """Say what deletes a key, whether it stands in Redis or not. Raise NotFoundError."""
        return explanation.explain(self.key(name))

    def lifetime(self, template: str) -> int:
        """Give the seconds that a key of a row lives at most."""
        return self._lifetimes[template]

    def show(self, name: str) -> Held:
        """Look at one key. Raise NotFoundError if it is in no row of the table."""
        key = self.key(name)
        require_trust(self._backend)
        listing = listing_of(key)
        watched = [*listing.stamps, key] if listing else [key]
        seen = dict(
            zip((each.name for each in watched), self._backend.look([each.name for each in watched]), strict=True)
        )
        own = seen[key.name]
        state = _state(own.stored)
        valid = None
        if listing and state == "value":
            valid = valid_page(listing, key, {each: held.stored for each, held in seen.items()}) is not None
        stored = own.stored or b""
        return Held(
            key,
            state,
            envelope.decode(own.stored) if state == "value" else stored,
            own.left / 1_000 if own.left >= 0 else None,
            self._age(key, state, own),
            valid,
            stored.count(b"@") if state == "hold" else 0,
        )

    def stats(self, figures: Sequence[Path], *, count_keys: bool) -> Stats:
        """Add up over all processes that write into the directories `figures`; walk all keys to count them."""
        require_trust(self._backend)
        processes, sums = 0, {name: Counter[str]() for name in COUNTERS}
        for directory in figures:
            more, counted = metrics.counted(directory)
            processes += more
            for name, sum_ in sums.items():
                sum_.update(counted.get(name, {}))
        keys = Counter(key.template.name for key in self._walk()) if count_keys else None
        rows = [
            Row(
                name,
                None if keys is None else keys[name],
                *(sums[each][name] if processes else None for each in COUNTERS),
            )
            for name in TEMPLATES
        ]
        return Stats(self._backend.memory(), self._outbox.depth(), processes, rows)

    def clear(self) -> int:
        """Forget everything that is in the key table; give how many values that were.

        What was loaded before this began is gone when it returns, also where a reader was about to store it. Limits on
        attempts stay.
        """
        removed, portion = 0, []
        for key in self._walk():
            if key.template.kind != "mark":
                portion.append(key)
            if len(portion) == PORTION:
                removed += self._delete(portion)
                portion = []
        return removed + self._delete(portion)

    def clear_keys(self, names: Sequence[str]) -> int:
        """Forget these keys; give how many of them held a value. Raise NotFoundError, with nothing forgotten."""
        return self._delete([self.key(name) for name in names])

    def clear_feeds(self, names: Sequence[str]) -> None:
        """Forget all pages of feeds by their stamps: `public`, or somebody's home feed and posts by their folded name.

        Raise NotFoundError, with nothing forgotten, if there is nobody of a name.
        """
        stale: list[Key] = []
        for name in names:
            stale += public_feed_cleared() if name == PUBLIC else self._feeds_of(name)
        self._delete(stale)

    def _feeds_of(self, name: str) -> list[Key]:
        user = self._users.get_by_name(name)
        if user is None:
            raise NotFoundError(f"There is nobody called {name}: give a username, or public for everyone's feed.")
        return feeds_of_user_cleared(user_id=user.id)

    def _delete(self, keys: Sequence[Key]) -> int:
        require_trust(self._backend)
        return len(self._backend.delete_many(*(key.name for key in keys), writer=OPERATOR))

    def _walk(self) -> Iterator[Key]:
        require_trust(self._backend)
        prefix = self._backend.name("")
        for batch in self._backend.names("*"):
            for name in batch:
                key = row_of(name.decode(errors="replace").removeprefix(prefix))
                if key:
                    yield key

    def _age(self, key: Key, state: str, seen: Seen) -> float | None:
        """Tell it by the time left: how long a key lives goes by its name."""
        if seen.left < 0 or state not in {"value", "lease"}:
            return None
        whole = (
            timing.LEASE_MILLISECONDS
            if state == "lease"
            else envelope.spread(self._lifetimes[key.template.name], key.name)
        )
        age = (whole - seen.left) / 1_000
        return age if age >= 0 and key.template.kind != "mark" else None


def _state(stored: bytes | None) -> str:
    if stored is None:
        return "nothing"
    if envelope.is_marker(stored):
        return "lease" if stored.startswith(envelope.LEASE) else "hold"
    return "unreadable" if envelope.decode(stored) is envelope.MISS else "value"
