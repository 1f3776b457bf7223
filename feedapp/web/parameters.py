"""The query parameters that a view takes. It sees no others, and neither does the response cache."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from collections.abc import Collection

LONGEST_KEPT = 200
Found = tuple[tuple[str, str], ...]


class Parameters:
    """The parameters that a view knows, each with the values that mean something; None for any."""

    def __init__(self, **known: Collection[str] | None) -> None:
        self._known = known
        self._parsed = lru_cache(maxsize=256)(self._parse)

    def read(self, query: str) -> Found:
        """Read those that are known, the first of each, in the order in which they are declared."""
        if not query:
            return ()
        return self._parsed(query) if len(query) <= LONGEST_KEPT else self._parse(query)

    def is_understood(self, query: str) -> bool:
        """Tell whether an answer may be kept for this query: any, since what is not known is passed over."""
        del query
        return True

    def _parse(self, query: str) -> Found:
        found: dict[str, str] = {}
        for name, value in _pairs(query):
            if name in self._known:
                found.setdefault(name, value)
        return tuple(
            (name, found[name])
            for name, meaningful in self._known.items()
            if name in found and (meaningful is None or found[name] in meaningful)
        )


class OnlyParameters(Parameters):
    """The same for a view that refuses what it does not know, and what is given twice."""

    def is_understood(self, query: str) -> bool:
        """Tell whether nothing else stands in it: an answer that is kept must not stand for a refusal."""
        return not query or len(self.read(query)) == (_counted(query) if len(query) <= LONGEST_KEPT else _count(query))


def _pairs(query: str) -> list[tuple[str, str]]:
    """Read them as Werkzeug does."""
    return parse_qsl(query, keep_blank_values=True, errors="werkzeug.url_quote")


def _count(query: str) -> int:
    return len(_pairs(query))


_counted = lru_cache(maxsize=256)(_count)
