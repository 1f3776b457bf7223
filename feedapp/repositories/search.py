"""Full-text search: posts, comments and people, each found by an index of PostgreSQL and nothing kept beside it.

What is searched is what was committed, so what was acknowledged is found. A page is one statement, by keyset as other
lists; people are ordered by how well they match, which takes the place of the time in their positions.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import regex

from feedapp.pagination import Entry, Slice
from feedapp.postgres import database
from feedapp.repositories import sight
from feedapp.text.highlights import folded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Engine

    from feedapp.pagination import Cursor
    from feedapp.text.search_query import SearchQuery

Texts = Literal["posts", "comments"]

MOST, CANDIDATES = 1_000, 100
"""People of the name that is asked for, and people of a name like it: of more, those who came last are found."""
MOST_WORDS = 4
"""Of a name: with each, PostgreSQL has to look for twice as many ways of slipping."""
CLOSE = 500
"""Of a thousand: how much of what is asked for a name has to have. Half lets two letters of seven be mistaken."""

_WORDS = regex.compile(r"[\p{L}\p{N}]+")
_MICROS = "(extract(epoch FROM {}) * 1000000)::bigint"
_TAG = "SELECT id FROM tags WHERE name = %(tag)s"
_TAGGED = "post_tags AS tagged JOIN posts ON posts.id = tagged.post_id AND tagged.tag_id = %(tag_id)s"
"""In the order of an index of its own. The id stands in it, so that PostgreSQL knows how many posts have this tag."""
_TAGGED_COMMENT = "lower(normalize(body, NFC)) ~ ('(^|[^[:alnum:]_&/#])#' || %(tag)s || '(?![[:alnum:]_])')"
_SHOWN: dict[Texts, tuple[str, ...]] = {
    "posts": ("hidden_at IS NULL",),
    "comments": (
        "hidden_at IS NULL",
        "NOT EXISTS (SELECT FROM posts WHERE posts.id = comments.post_id AND posts.hidden_at IS NOT NULL)",
    ),
}
"""Nobody finds what is hidden, nor the comments under it."""
_PERSON = "feedapp_search_grams(username || ' ' || display_name)"


_ENTRY = "json_build_array(id, author_id, place, limited::int)"
_READER = "%(reader)s::bigint"
_POST_SEEN = (
    f"{sight.for_reader('posts.author_id', _READER)} AND posts.author_id <> ALL(%(apart)s::bigint[]) "
    f"AND {sight.author_in_sight('posts.author_id')}"
)
_SEEN = {
    "posts": sight.for_reader(
        "posts.author_id", _READER, public=f"(NOT {sight.IS_LIMITED} AND posts.{sight.NOT_SILENCED})"
    ),
    "comments": sight.for_reader("comments.author_id", _READER, public=f"comments.{sight.NOT_SILENCED}")  # noqa: S608
    # Asked for each comment that the words find, rather than of all posts at once.
    + f" AND (SELECT {_POST_SEEN} FROM posts WHERE posts.id = comments.post_id)",  # noqa: S608
}
_FOUND = sight.for_reader("users.id", _READER, public="users.silenced_at IS NULL")
"""What a reader may find. Who they are apart from is left out of comments here for the post's sake, see `Sight`."""


class Reader(NamedTuple):
    """Who searches, None for somebody anonymous, and whom they do not meet."""

    id: int | None
    apart: Sequence[int]


class SearchRepository:
    """Searches. `engine` is that of `database.connect_reads`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def texts(
        self,
        table: Texts,
        asked: SearchQuery,
        *,
        author_id: int | None,
        reader: Reader,
        size: int,
        cursor: Cursor | None,
    ) -> Slice:
        """Find posts or comments, the newest first: up to `size`, from the cursor on."""
        conditions, parameters = _conditions(table, asked)
        conditions += [*_SHOWN[table], _SEEN[table], "author_id <> ALL(%(apart)s::bigint[])"]
        parameters |= {"reader": reader.id, "apart": list(reader.apart)}
        if author_id is not None:
            conditions.append("author_id = %(author)s")
            parameters["author"] = author_id
        source, created_at, id_ = str(table), f"{table}.created_at", f"{table}.id"
        if table == "posts" and asked.tag is not None:
            known = database.read(self._engine, _TAG, parameters)
            if not known:
                return Slice((), more=False, behind=False)
            parameters["tag_id"] = known[0].id
            source, created_at, id_ = _TAGGED, "tagged.created_at", "tagged.post_id"
        limited = sight.IS_LIMITED if table == "posts" else "false"
        older = cursor is None or cursor.walk == "older"
        order = "DESC" if older else "ASC"
        bound = "(%(moment)s::timestamptz, %(id)s)"
        if cursor is not None:
            parameters |= {"moment": cursor.position.moment, "id": cursor.position.id}
        place = f"({created_at}, {id_})"
        walked = [*conditions, f"{place} {'<' if older else '>'} {bound}"] if cursor else conditions
        passed = [*conditions, f"{place} {'>=' if older else '<='} {bound}"]
        behind = f"EXISTS (SELECT FROM {source} WHERE {' AND '.join(passed)})" if cursor else "false"
        return self._slice(
            f"SELECT id, author_id, {_MICROS.format(created_at)} AS place, {limited} AS limited FROM {source} "  # noqa: S608
            f"WHERE {' AND '.join(walked)} ORDER BY {created_at} {order}, {id_} {order} LIMIT %(size)s",
            f"place {order}, id {order}",
            behind,
            {**parameters, "size": size + 1},
            size,
        )

    def people(self, asked: str, *, reader_id: int | None, size: int, cursor: Cursor | None) -> Slice:
        """Find people by username and display name, slips of the keyboard forgiven: who matches best comes first."""
        older = cursor is None or cursor.walk == "older"
        order = "DESC" if older else "ASC"
        parameters: dict[str, Any] = {"name": asked.lower(), "size": size + 1, "reader": reader_id}
        slips = []
        for number, parts in enumerate(product(*halves(asked))):
            parameters[f"part_{number}"] = [gram for part in parts for gram in part]
            slips.append(f"{_PERSON} @> %(part_{number})s::text[]")
        if not words(asked):
            return Slice((), more=False, behind=False)
        parameters["grams"] = [gram for word in words(asked) for gram in grams(word)[:-1]]
        there = f"FROM users WHERE {sight.in_sight()} AND {_FOUND} AND"
        latest = "ORDER BY id DESC LIMIT"
        ranked = (
            f"WITH same AS MATERIALIZED (SELECT id, username {there} {_PERSON} @> %(grams)s::text[] {latest} {MOST}), "  # noqa: S608
            f"close AS MATERIALIZED (SELECT id, {_PERSON} AS grams {there} NOT EXISTS (SELECT FROM same) "
            f"AND ({' OR '.join(slips)}) {latest} {CANDIDATES}), found AS MATERIALIZED ("
            "SELECT id, CASE WHEN username = %(name)s THEN 3000 WHEN starts_with(username, %(name)s) THEN 2000 "
            "ELSE 1000 END::bigint AS place FROM same UNION ALL "
            "SELECT id, place FROM (SELECT id, (1000 * cardinality(ARRAY(SELECT unnest(grams) INTERSECT "
            "SELECT unnest(%(grams)s::text[]))) / cardinality(%(grams)s::text[]))::bigint AS place FROM close) AS near "
            f"WHERE place >= {CLOSE}) "
        )
        condition, behind = "true", "false"
        if cursor is not None:
            parameters |= {"place": cursor.position.micros, "id": cursor.position.id}
            condition = f"(place, id) {'<' if older else '>'} (%(place)s, %(id)s)"
            behind = f"EXISTS (SELECT FROM found WHERE (place, id) {'>=' if older else '<='} (%(place)s, %(id)s))"
        return self._slice(
            f"SELECT id, id AS author_id, place, false AS limited FROM found WHERE {condition} "  # noqa: S608
            f"ORDER BY place {order}, id {order} LIMIT %(size)s",
            f"place {order}, id {order}",
            behind,
            parameters,
            size,
            before=ranked,
        )

    def tags(self, asked: str, *, size: int, cursor: Cursor | None) -> tuple[Slice, dict[int, str]]:
        """Find tags that begin like this (folded), those with most posts first; give their names by their ids, too."""
        older = cursor is None or cursor.walk == "older"
        order = "DESC" if older else "ASC"
        parameters: dict[str, Any] = {"begins": asked.replace("_", "\\_") + "%", "size": size + 1}
        found = (
            "WITH found AS MATERIALIZED (SELECT id, name, posts AS place FROM tags WHERE name LIKE %(begins)s "  # noqa: S608
            f"AND posts > 0 ORDER BY name LIMIT {MOST}) "
        )
        condition, behind = "true", "false"
        if cursor is not None:
            parameters |= {"place": cursor.position.micros, "id": cursor.position.id}
            condition = f"(place, id) {'<' if older else '>'} (%(place)s, %(id)s)"
            behind = f"EXISTS (SELECT FROM found WHERE (place, id) {'>=' if older else '<='} (%(place)s, %(id)s))"
        statement = (
            f"{found}SELECT id, name, place, {behind} AS behind FROM found WHERE {condition} "  # noqa: S608
            f"ORDER BY place {order}, id {order} LIMIT %(size)s"
        )
        rows = list(database.read(self._engine, statement, parameters))
        entries = tuple(Entry(row.id, row.id, row.place) for row in rows)
        beyond = bool(rows) and rows[0].behind
        return Slice(entries[:size], more=len(rows) > size, behind=beyond), {row.id: row.name for row in rows}

    def _slice(
        self, entries: str, order: str, behind: str, parameters: dict[str, Any], size: int, *, before: str = ""
    ) -> Slice:
        statement = (
            f"{before}SELECT coalesce(json_agg({_ENTRY} ORDER BY {order}), '[]') AS entries, "  # noqa: S608
            f"{behind} AS behind FROM ({entries}) AS entry"
        )
        (row,) = database.read(self._engine, statement, parameters)
        found = tuple(Entry(*entry) for entry in row.entries)
        return Slice(found[:size], more=len(found) > size, behind=row.behind)


def halves(asked: str) -> list[tuple[list[str], list[str]]]:
    """Give for each word what its two halves have in an index: where somebody slipped, one of them is still right."""
    return [(parts[: (len(parts) + 1) // 2], parts[len(parts) // 2 :]) for parts in map(grams, words(asked))]


def grams(word: str) -> list[str]:
    """Take a word apart as `feedapp_search_grams` does (migration 0013), in order: the last one marks its end."""
    padded = f"  {word} "
    return [padded[place : place + 3] for place in range(len(padded) - 2)]


def words(asked: str) -> list[str]:
    """Give the first words of a name as the index has them: without case and accents."""
    return _WORDS.findall(folded(asked))[:MOST_WORDS]


def _conditions(table: Texts, asked: SearchQuery) -> tuple[list[str], dict[str, Any]]:
    conditions: list[str] = []
    parameters: dict[str, Any] = {}
    if asked.terms:
        phrases: dict[bool, list[str]] = {False: [], True: []}
        for number, term in enumerate(asked.terms):
            parameters[f"term_{number}"] = term.text
            phrases[term.without].append(f"feedapp_search_phrase(%(term_{number})s)")
        # What has no letter or digit in it is no word and changes nothing; but if all are so, nothing is found.
        present = " && ".join(phrases[False])
        conditions += [f"numnode({present}) > 0", f"terms @@ ({present})"] if present else []
        conditions += [f"terms @@ !!{phrase}" for phrase in phrases[True]]
    if asked.tag is not None:
        conditions += [] if table == "posts" else ["terms @@ feedapp_search_phrase(%(tag)s)", _TAGGED_COMMENT]
        parameters["tag"] = asked.tag
    if asked.since is not None:
        conditions.append(f"{table}.created_at >= %(since)s")
        parameters["since"] = asked.since
    if asked.until is not None:
        conditions.append(f"{table}.created_at < %(until)s")
        parameters["until"] = asked.until
    return conditions, parameters
