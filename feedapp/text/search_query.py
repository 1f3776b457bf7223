"""What somebody types to search, read: words, "phrases", -without, from:name, tag:name, after: and before: a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import NamedTuple

import regex

from feedapp.text import tags

LONGEST = 500
"""Characters that one may ask for."""
MOST_TERMS = 20
"""Words and phrases; each costs PostgreSQL a look into its index."""
_TERM = regex.compile(
    r"""(?P<without>-)?(?:(?P<field>from|author|tag|after|since|before|until):(?P<value>[^\s"]+)"""
    r"""|["\u201c\u201d\u201e](?P<phrase>[^"\u201c\u201d\u201e]*)["\u201c\u201d\u201e]?|(?P<word>[^\s"\u201c\u201d\u201e]+))""",
    regex.IGNORECASE,
)
_SAME = {"author": "from", "since": "after", "until": "before"}


class Term(NamedTuple):
    """A word or a phrase that has to be there, or must not be."""

    text: str
    without: bool = False


@dataclass(frozen=True)
class SearchQuery:
    """What is searched for.

    `author` is a username as it was typed, `tag` is folded; `since` is inclusive, `until` exclusive.
    """

    terms: tuple[Term, ...] = ()
    author: str | None = None
    tag: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for: only what must not be there is no question."""
        wanted = any(not term.without for term in self.terms)
        return not (wanted or self.author or self.tag or self.since or self.until)

    @property
    def words(self) -> list[str]:
        """The words and phrases that have to be there, as they were typed."""
        return [term.text for term in self.terms if not term.without]


def parse(text: str) -> SearchQuery:
    """Read a search. Raise ValueError, which says what is wrong and what to do."""
    if len(text) > LONGEST:
        raise ValueError(f"must be at most {LONGEST} characters long, and is {len(text):,}")
    terms: list[Term] = []
    fields: dict[str, str] = {}
    for found in _TERM.finditer(text):
        without = found["without"] is not None
        if field := found["field"]:
            name = _SAME.get(field.lower(), field.lower())
            if without:
                raise ValueError(f"has -{field}: which only words and phrases can have; leave the - out")
            if name in fields:
                raise ValueError(f"has {field}: more than once: give it once")
            fields[name] = found["value"]
        else:
            asked = found["phrase"] if found["phrase"] is not None else found["word"]
            if asked.strip("-"):
                terms.append(Term(asked, without))
    if len(terms) > MOST_TERMS:
        raise ValueError(f"has {len(terms)} words: ask for {MOST_TERMS} at most")
    return SearchQuery(
        tuple(terms),
        author=fields["from"].removeprefix("@") if "from" in fields else None,
        tag=tag(fields["tag"]) if "tag" in fields else None,
        since=day(fields["after"]) if "after" in fields else None,
        until=day(fields["before"]) if "before" in fields else None,
    )


def tag(text: str) -> str:
    """Read the name of a tag, with or without `#`, folded. Raise ValueError."""
    name = tags.read(text)
    if name is None:
        raise ValueError(f"has {text[:20]!r}, which is no tag: these have letters, digits and _ only")
    return name


def day(text: str) -> datetime:
    """Read a day, YYYY-MM-DD, as its beginning in UTC. Raise ValueError."""
    try:
        found = date.fromisoformat(text) if len(text) == len("2026-01-31") else None
    except ValueError:
        found = None
    if found is None:
        raise ValueError(f"has {text[:20]!r}, which is no day: write it as YYYY-MM-DD")
    return datetime(found.year, found.month, found.day, tzinfo=UTC)
