"""What a search asks for, read from the parameters of an address: the same for the API and for the page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from feedapp.errors import FieldError, InvalidQueryError
from feedapp.schemas.texts import tidy
from feedapp.text.search_query import SearchQuery, day, parse, tag

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

KINDS = ("posts", "comments", "people", "tags")
PARAMETERS = ("q", "kind", "author", "tag", "since", "until", "cursor", "limit")

_READERS: dict[str, Callable[[SearchQuery, str], SearchQuery]] = {
    "tag": lambda query, text: replace(query, tag=tag(text)),
    "since": lambda query, text: replace(query, since=day(text)),
    "until": lambda query, text: replace(query, until=day(text)),
}


def kind_of(asked: Mapping[str, str]) -> str:
    """Read which kind is searched, posts if it is left out. Raise InvalidQueryError."""
    kind = asked.get("kind", KINDS[0])
    if kind not in KINDS:
        raise InvalidQueryError(FieldError("kind", f"must be {', '.join(KINDS[:-1])} or {KINDS[-1]}"))
    return kind


def query_of(asked: Mapping[str, str]) -> SearchQuery:
    """Read what is searched for: `q`, and the parameters that say the same as from:, after: and before: in it.

    Raise InvalidQueryError for each that is wrong, and if nothing is asked for.
    """
    wrong: list[FieldError] = []
    query = SearchQuery()
    try:
        query = parse(tidy(asked.get("q", "")))
    except ValueError as error:
        wrong.append(FieldError("q", str(error)))
    if author := asked.get("author", "").strip().removeprefix("@"):
        query = replace(query, author=author)
    for name, read in _READERS.items():
        if name in asked:
            try:
                query = read(query, asked[name].strip())
            except ValueError as error:
                wrong.append(FieldError(name, str(error)))
    if not wrong and query.is_empty:
        wrong.append(FieldError("q", "is required: give a word, or say who wrote it with author"))
    if wrong:
        raise InvalidQueryError(*wrong)
    return query
