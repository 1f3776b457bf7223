"""Which writes delete a cache key, found by calling the rules of `invalidation/`, so it cannot be out of date.

Every rule is called with blanks for its ids. A rule deletes a key if it returns that key, with some ids left blank, or,
for a page of a list, one of the stamps that the page has to carry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from feedapp.cache.catalogue.invalidation import RULES
from feedapp.cache.catalogue.key_parser import listing_of

if TYPE_CHECKING:
    from feedapp.cache.catalogue.declarations import Key
    from feedapp.cache.catalogue.rules import Rule


class _Blank:
    """A placeholder for an id, to ask a rule which keys it would name."""

    def __str__(self) -> str:
        return "…"

    def __floordiv__(self, _divisor: int) -> _Blank:
        """Give a blank: the span of an unknown id is unknown too."""
        return self


_BLANK = _Blank()


class Explanation(NamedTuple):
    """Give the rules that delete a key, sorted by name; for a page, by its own name or by one of its stamps."""

    key: Key
    stamps: tuple[Key, ...]
    deleted_by: list[Rule[...]]


def explain(key: Key) -> Explanation:
    """Say what deletes a key of the table."""
    listing = listing_of(key)
    stamps = listing.stamps if listing else ()
    deleting = [rule for _, rule in sorted(RULES.items()) if _deletes(rule, key, *stamps)]
    return Explanation(key, stamps, deleting)


def _deletes(rule: Rule[...], *watched: Key) -> bool:
    return any(_is_instance(named, key) for named in rule.named(_BLANK) for key in watched)


def _is_instance(named: Key, key: Key) -> bool:
    """Tell whether `key` is what a rule named, with its blanks filled in. A blank is an id, no word in its place."""
    return named.template is key.template and all(
        (said is _BLANK and held not in key.template.words) or str(said) == str(held)
        for said, held in zip(named.ids, key.ids, strict=True)
    )
