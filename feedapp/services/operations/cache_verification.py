"""Compares what is cached with PostgreSQL, as an ordinary client beside the site that runs.

A value is read, what it should be is loaded, and the value is looked at again: if it is still the very same (not
deleted, held or filled again in between), then no write was acknowledged between its loading and now that it does not
show, and a difference is a stale value. What changed meanwhile is not counted either way.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from random import randrange
from typing import TYPE_CHECKING, Any, NamedTuple

from feedapp.cache.catalogue import envelope
from feedapp.cache.catalogue.declarations import START
from feedapp.cache.catalogue.key_parser import listing_of, row_of
from feedapp.cache.catalogue.keys import TEMPLATES
from feedapp.cache.protocol.page_reads import valid_page
from feedapp.errors import InvalidQueryError
from feedapp.reading.reader import Place
from feedapp.services.operations.cache_inspection import require_trust

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from feedapp.cache.catalogue.declarations import Key
    from feedapp.cache.redis.backend import LeaseRedisCache, Seen
    from feedapp.pagination import Slice
    from feedapp.reading.reader import Reading

PORTION = 100
CLOCK_ROUNDING = 1
"""Milliseconds by which the time at which a key ends may seem to move."""
COMPARED = frozenset({"fact", "page"})


class Difference(NamedTuple):
    """A value that is not what it should be; `true` is None where PostgreSQL has nothing."""

    key: Key
    held: Any
    true: Any


@dataclass
class Verdict:
    """How the sampled keys of one row of the table do: `compared` of them could be, the others changed meanwhile."""

    template: str
    sampled: int = 0
    compared: int = 0
    differences: list[Difference] = field(default_factory=list)


class CacheVerification:
    """Samples keys and compares them. Raise UnavailableError if Redis cannot be trusted, redis.RedisError."""

    def __init__(self, *, backend: LeaseRedisCache, reading: Reading) -> None:
        self._backend = backend
        self._reading = reading

    def verify(self, *, sample: int) -> Iterator[Verdict]:
        """Compare up to `sample` keys of every row that holds facts or pages; give a verdict for each row with keys."""
        require_trust(self._backend)
        chosen = self._choose(sample)
        for name in TEMPLATES:
            if chosen[name]:
                verdict = Verdict(name)
                for start in range(0, len(chosen[name]), PORTION):
                    self.compare(chosen[name][start : start + PORTION], verdict)
                yield verdict

    def _choose(self, sample: int) -> dict[str, list[Key]]:
        """Walk all keys and keep a fair sample of each row."""
        chosen: dict[str, list[Key]] = defaultdict(list)
        met: dict[str, int] = defaultdict(int)
        prefix = self._backend.name("")
        for batch in self._backend.names("*"):
            for name in batch:
                key = row_of(name.decode(errors="replace").removeprefix(prefix))
                if key is None or key.template.kind not in COMPARED:
                    continue
                row, number = chosen[key.template.name], met[key.template.name]
                met[key.template.name] += 1
                if number < sample:
                    row.append(key)
                elif (place := randrange(number + 1)) < sample:  # noqa: S311  (no secret)
                    row[place] = key
        return chosen

    def compare(self, keys: Sequence[Key], verdict: Verdict) -> None:
        """Compare these keys, all of one row, and enter what is found into a verdict."""
        before = self._look(keys)
        held = {key: value for key in keys if (value := _held(key, before)) is not envelope.MISS}
        true = self._load(list(held))
        after = self._look(list(held))
        verdict.sampled += len(keys)
        same = [key for key in held if key in true and all(_is_same(before[n], after[n]) for n in _watched(key))]
        differing = [Difference(key, held[key], true[key]) for key in same if held[key] != true[key]]
        orphans = self._orphans(differing)
        verdict.compared += len(same) - len(orphans)
        verdict.differences += [each for each in differing if each not in orphans]

    def _orphans(self, differing: Sequence[Difference]) -> list[Difference]:
        """Give those that outlive what they belong to: they are left behind, and nobody is shown them."""
        owners = [(each, of_it) for each in differing if (of_it := _owners_of(each))]
        wanted = list(dict.fromkeys(owner for _, of_it in owners for owner in of_it))
        there = self._reading.load_facts(wanted) if wanted else {}
        return [each for each, of_it in owners if not any(there.get(owner) for owner in of_it)]

    def _look(self, keys: Sequence[Key]) -> dict[str, Seen]:
        names = list(dict.fromkeys(name for key in keys for name in _watched(key)))
        return dict(zip(names, self._backend.look(names), strict=True)) if names else {}

    def _load(self, keys: Sequence[Key]) -> dict[Key, Any]:
        """Give what the keys should hold; None for what does not exist, nothing for a page nobody can be shown."""
        facts = [key for key in keys if key.template.kind == "fact"]
        loaded = self._reading.load_facts(facts) if facts else {}
        true = {key: loaded.get(key) for key in facts}
        for key in keys:
            if key.template.kind == "page":
                try:
                    true[key] = _shown(self._reading.load_page(_place_of(key)))
                except (InvalidQueryError, StopIteration):  # made by another secret, or by hand: no reader asks for it
                    continue
        return true


def _owners_of(difference: Difference) -> list[Key]:
    """Name the facts that this one is declared to outlive; none if there are none, or the value does not say which.

    Of a value that lists what it tells of, those that should not be in it any more; none if something is missing in it.
    """
    key, held, true = difference
    owner = key.template.outlives
    if owner is None:
        return []
    ids = [key.part(part) or (held.get(part) if isinstance(held, dict) else None) for part in owner.parts]
    if len(ids) == 1 and isinstance(listed := ids[0], list):
        should = true[owner.parts[0]]
        return [] if set(should) - set(listed) else [owner.key(each) for each in listed if each not in should]
    return [] if None in ids else [owner.key(*ids)]


def _watched(key: Key) -> list[str]:
    """Name what decides what a reader of the key is shown."""
    listing = listing_of(key)
    watched = [*listing.stamps, key] if listing else [key]
    return [each.name for each in watched]


def _held(key: Key, seen: dict[str, Seen]) -> Any:
    """Give what a reader of the key would be shown; MISS if nothing."""
    listing = listing_of(key)
    if listing is None:
        return envelope.decode(seen[key.name].stored) if key.template.kind == "fact" else envelope.MISS
    page = valid_page(listing, key, {name: seen[name].stored for name in _watched(key)})
    return envelope.MISS if page is None else _shown(page)


def _shown(page: Slice) -> tuple[Any, ...]:
    return page.entries, page.more, page.behind


def _is_same(one: Seen, other: Seen) -> bool:
    """Tell whether a key was left alone: a value that was stored again ends at another time."""
    return one.stored == other.stored and abs(one.end - other.end) <= CLOCK_ROUNDING


def _place_of(page: Key) -> Place:
    listing = listing_of(page)
    _, text, size = page.ids
    assert listing, "only what belongs to a list is compared"
    assert isinstance(size, int), "the key table reads a limit as a number"
    return Place(listing, None if text == START else str(text), size)
