"""A post or a comment as HTML, with its formatting; without any it is `html.linked`, line breaks as they were typed.

All text is escaped here, and the only tags are those below. What comes out is cleaned by nh3 once more: a mistake here
would have to meet a mistake there.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import nh3
import regex
from markupsafe import Markup, escape

from feedapp.text import folding
from feedapp.text.folding import MORE, Excerpt
from feedapp.text.html import anchor, linked, marked
from feedapp.text.links import MOST
from feedapp.text.markdown import DEEPEST, formatting
from feedapp.text.mentions import leads_to
from feedapp.text.tags import MOST_TAGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

    from feedapp.text.links import Link

People = frozenset[str] | tuple[()]
_TAGS = {
    "paragraph": Markup('<p dir="auto">'),
    "blockquote": Markup('<blockquote dir="auto">'),
    "bullet_list": Markup('<ul dir="auto">'),
    "ordered_list": Markup('<ol dir="auto">'),
    "list_item": Markup("<li>"),
    "em": Markup("<em>"),
    "strong": Markup("<strong>"),
}
_CLEAN: dict[str, Any] = {
    "tags": {"p", "blockquote", "ul", "ol", "li", "em", "strong", "code", "pre", "a", "mark", "span"},
    "attributes": {
        **{tag: {"dir"} for tag in ("p", "blockquote", "ul", "pre", "code", "span")},
        "ol": {"dir", "start"},
        "a": {"href", "rel", "dir", "class"},
    },
    "url_schemes": {"http", "https"},
    "link_rel": None,
}
_CODE = Markup('<pre dir="ltr"><code>{}</code></pre>')
_WORD_OF_CODE = Markup('<code dir="ltr">{}</code>')
_ORDERED_FROM = Markup('<ol dir="auto" start="{}">')
_LINK = Markup('<a href="{}" rel="nofollow ugc noopener">')
_LAST_TAGS = regex.compile(r"(?:</[a-z]+>)+$")
_CLOSERS = ("", "*", "**", "***", "_", "`")
_AHEAD = 3
"""So many times as much as is shown is read to see what goes on behind a cut."""
_SHORTEST_PART = 3
KEPT, LONGEST_KEPT = 2_048, 2_000
"""So many texts of so many characters are kept as HTML: some 8 MB at most, as people write."""
"""A text is cut where a part of it ends, if that leaves at least one in so many of what could be shown."""


def rendered(
    text: str, people: People, *, start: int = 0, body: Excerpt | None = None, words: tuple[str, ...] = ()
) -> Markup:
    """Make HTML of a text, or of the `body` that `cut` made of it. `people` and `words` as in `linked`.

    A part that does not begin at the beginning, which a search shows, has no formatting. What is short is kept, whoever
    sees it and however often it was liked: `people` have to be hashable.
    """
    if words or start or len(text) > LONGEST_KEPT:
        return _made(text, people, start, body, words)
    return _kept(text, people, body)


@lru_cache(maxsize=KEPT)
def _kept(text: str, people: People, body: Excerpt | None) -> Markup:
    return _made(text, people, 0, body, ())


def _made(text: str, people: People, start: int, body: Excerpt | None, words: tuple[str, ...]) -> Markup:
    end = len(text) if body is None else body.end
    dots = MORE if body is not None and body.cut else ""
    tokens = None
    if not start:
        inside = dots and not text.startswith("\n", end)
        tokens = _closed(text, end) if inside else formatting(text[:end])
    if tokens is None:
        return linked(text, people, start=start, end=end, words=words) + dots
    made = nh3.clean(Markup("").join(_Writer(people, words).blocks(tokens)), **_CLEAN)
    if dots:
        last = _LAST_TAGS.search(made)
        place = last.start() if last else len(made)
        made = f"{made[:place]}{dots}{made[place:]}"
    return Markup(made)  # noqa: S704  (escaped and cleaned)


def cut(text: str) -> Excerpt:
    """Give as much of a text as a list shows. With formatting it ends where a part of it does, if not too early."""
    found = folding.excerpt(text)
    tokens = formatting(text[: found.end]) if found.cut else None
    if tokens is None:
        return found
    lines = [token.map[1] for token in tokens if token.map and token.level == 0]
    ends = [_end_of_line(text, line) for line in lines]
    fitting = [end for end in ends if found.end // _SHORTEST_PART < end < found.end]
    if not fitting:
        return found
    return Excerpt(text[: fitting[-1]] + MORE, fitting[-1], cut=True)


def headline(text: str, longest: int) -> str:
    """Give the beginning of a text on one line, without the signs of its formatting: see `folding.headline`."""
    return folding.headline(spoken(text[: longest * 10]), longest)


def spoken(text: str) -> str:
    """Give a text without the signs of its formatting, for titles and descriptions."""
    tokens = formatting(text)
    return text if tokens is None else "\n".join(_spoken(tokens)).strip()


def _spoken(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "inline":
            yield "".join("\n" if each.type in _BREAKS else each.content for each in token.children or ())
        elif token.type == "fence":
            yield token.content


_BREAKS = frozenset({"softbreak", "hardbreak"})


def _closed(text: str, end: int) -> list[Token] | None:
    """Read a text up to a cut, and end emphasis or code that goes on there: as leaves the fewest signs to be seen."""
    if formatting(text[: end * _AHEAD]) is None:
        return None
    shown = text[:end].rstrip()
    ways = [tokens for closer in _CLOSERS if (tokens := formatting(shown + closer)) is not None]
    return min(ways, key=lambda way: len("".join(_spoken(way))), default=None)


def _end_of_line(text: str, number: int) -> int:
    end = -1
    for _ in range(number):
        found = text.find("\n", end + 1)
        if found < 0:
            return len(text.rstrip())
        end = found
    return len(text[: max(end, 0)].rstrip())


class _Writer:
    """Writes the HTML of one text."""

    def __init__(self, people: People, words: tuple[str, ...]) -> None:
        self._people = people
        self._words = words
        self._links = 0
        self._tags: set[str] = set()

    def blocks(self, tokens: Sequence[Token]) -> Iterator[Markup]:
        for token in tokens:
            if token.type == "inline":
                yield from self._inline(token.children or [])
            elif token.type == "fence":
                yield _CODE.format(Markup("").join(marked(token.content.rstrip("\n"), self._words)))
            elif not token.hidden:  # as paragraphs are in a list without space between its items
                yield self._tag(token)

    def _tag(self, token: Token) -> Markup:
        if token.nesting < 0:
            return Markup("</{}>").format(token.tag)
        if token.type == "ordered_list_open" and (first := token.attrGet("start")) is not None:
            return _ORDERED_FROM.format(first)
        return _TAGS[token.type.removesuffix("_open")]

    def _inline(self, tokens: Sequence[Token]) -> Iterator[Markup]:
        opened: list[bool] = []
        depth = 0
        for token in tokens:
            if token.type in _BREAKS:
                yield Markup("\n")
            elif token.type == "site_link":
                yield self._site_link(token)
            elif token.type == "code_inline":
                yield _WORD_OF_CODE.format(Markup("").join(marked(token.content, self._words)))
            elif token.type == "link_open":
                opened.append(self._counts())
                yield _LINK.format(token.attrGet("href")) if opened[-1] else Markup("")
            elif token.type == "link_close":
                yield Markup("</a>") if opened.pop() else Markup("")
            elif token.nesting:
                depth += token.nesting
                if depth + (token.nesting < 0) <= DEEPEST:
                    yield self._tag(token)
            else:
                yield from marked(token.content, self._words)

    def _site_link(self, token: Token) -> Markup:
        found: Link = token.meta["link"]
        too_many = len(self._tags) == MOST_TAGS and found.tag not in self._tags
        if (found.name and not leads_to(self._people, found.name)) or (found.tag and too_many) or not self._counts():
            return escape(token.content)
        if found.tag:
            self._tags.add(found.tag)
        return anchor(token.content, found, self._people)

    def _counts(self) -> bool:
        self._links += 1
        return self._links <= MOST
