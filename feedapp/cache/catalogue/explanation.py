"""What deletes a key, found out by asking the rules of `invalidation.py` themselves, so that it cannot be out of date.

Every rule is called once with blanks for its ids. A key falls by a rule if one of the keys that come back is the key
with some ids left blank, or, for a page of a list, one of the stamps that the page has to carry.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, NamedTuple

from feedapp.cache.catalogue import invalidation
from feedapp.cache.catalogue.key_parser import listing_of
from feedapp.cache.catalogue.keys import EVERY_HOME, PUBLIC

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from feedapp.cache.catalogue.keys import Key


class _Blank:
    """An id that a rule is given when it is only asked which keys it would name."""

    def __str__(self) -> str:
        return "…"


_BLANK = _Blank()


class Rule(NamedTuple):
    """A rule by name, what it says of itself, and the keys it names, with blanks for ids."""

    name: str
    told: str
    keys: tuple[Key, ...]


class Explanation(NamedTuple):
    """Which rules delete a key; for a page, by name or by one of its stamps."""

    key: Key
    stamps: tuple[Key, ...]
    deleted_by: list[Rule]


def explain(key: Key) -> Explanation:
    """Say what deletes a key of the table."""
    listing = listing_of(key)
    stamps = listing.stamps if listing else ()
    return Explanation(key, stamps, [rule for rule in RULES if _falls(rule, key, *stamps)])


def _falls(rule: Rule, *watched: Key) -> bool:
    return any(_is_instance(named, key) for named in rule.keys for key in watched)


def _is_instance(named: Key, key: Key) -> bool:
    """Tell whether `key` is what a rule named, with its blanks filled in. A blank owner of a feed is a user's id."""
    return named.template is key.template and all(
        (said is _BLANK and held not in (PUBLIC, EVERY_HOME)) or str(said) == str(held)
        for said, held in zip(named.ids, key.ids, strict=True)
    )


def _rules() -> Iterator[Rule]:
    for name, rule in inspect.getmembers(invalidation, inspect.isfunction):
        if rule.__module__ == invalidation.__name__ and not name.startswith("_"):
            told = (inspect.getdoc(rule) or "").partition("\n")[0]
            yield Rule(name, told, tuple(key for blanks in _arguments(rule) for key in rule(**blanks)))


def _arguments(rule: Callable[..., list[Key]]) -> Iterator[dict[str, Any]]:
    """Give every way to call a rule: a blank for an id, one blank for many, and None where that means something."""
    given: dict[str, list[Any]] = {}
    for name, parameter in inspect.signature(rule).parameters.items():
        one: Any = (_BLANK, _BLANK) if "tuple[" in parameter.annotation else _BLANK
        given[name] = [[one] if "Iterable[" in parameter.annotation else one]
        if "None" in parameter.annotation:
            given[name].append(None)
    for number in range(max(map(len, given.values()), default=1)):
        yield {name: ways[number % len(ways)] for name, ways in given.items()}


RULES = tuple(_rules())
