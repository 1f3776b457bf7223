"""A language in which every text of the catalogues stands in ⟦brackets⟧: what a page shows outside of them is English.

People, posts and the site have Greek letters and digits in these tests, so Latin ones outside are a fault, but for
`ALLOWED`.
"""

from __future__ import annotations

import re
from functools import cache
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from babel import Locale

from feedapp.languages.catalogues import PLURALS, Texts
from feedapp.languages.known import LANGUAGES, Language, named
from feedapp.text.language import KNOWN
from tests.support.languages.bare import LETTERS, SAID
from tests.support.languages.extraction import all_texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

TAG = "el"
"""What it is called: none of the site's, with two forms as English has them."""
LANGUAGE = Language(TAG, "Ελληνικά")
OPEN, CLOSE = "⟦", "⟧"
UNREAD = {"script", "style", "template", "code"}
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
READ_IN_META = {"description", "og:title", "og:description", "og:image:alt", "twitter:title"}
NAMES = {name for _, name in named(KNOWN)} | {each.name for each in LANGUAGES.values()}
"""Languages, in a list to choose from, by what each calls itself."""
ALLOWED = re.compile(
    r"@?\b(?:ada|bob|cyd|nobody)\b|https?://\S+|\b(?:from|tag|after|before):\w*|/@username|feed\.json"
    r"|\b(?:ms|kB|MB|GB|Ctrl|UTC|API|CSV|JSON(?: Feed)?|JSONL|Atom|RSS|oEmbed|URL|HTTPS?|PNG|JPEG|WebP|GIF|AVIF)\b"
    r"|\bRedis\b|\b\d+(?:\.\w+)+"
)
"""What is the same in every language, as versions are."""


@cache
def texts() -> Texts:
    """Give the texts of that language."""
    rule = Locale.parse(TAG).plural_form
    tags = tuple(tag for tag in PLURALS if tag in rule.tags or tag == "other")
    said = {
        each.text: tuple(f"{OPEN}{form}{CLOSE}" for form in ((each.text, each.plural) if each.plural else (each.text,)))
        for each in all_texts().values()
    }
    return Texts(said, rule, tags, ())


def outside(html: str) -> Iterator[str]:
    """Give each text of a page, and of an attribute that people read, with Latin letters outside of brackets."""
    walker = _Walker()
    walker.feed(html)
    walker.close()
    yield from walker.found


def unbracketed(text: str, depth: int = 0) -> tuple[str, int]:
    """Give what of a text stands outside of brackets, and how deep one is in them at its end."""
    kept: list[str] = []
    for sign in text:
        depth += (sign == OPEN) - (sign == CLOSE)
        kept.append(" " if depth or sign == CLOSE else sign)
    return "".join(kept), depth


class _Walker(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._depth = 0
        self._within: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in VOID:
            self._within.append(tag + "!" * (given.get("translate") == "no"))
        for name in SAID | ({"value"} if given.get("type") in {"submit", "button"} else set()):
            if tag == "meta" and (given.get("name") or given.get("property")) not in READ_IN_META:
                continue
            self._note(given.get(name) or "", f"{tag}[{name}]")

    def handle_endtag(self, tag: str) -> None:
        while self._within and self._within.pop().rstrip("!") != tag:
            pass

    def handle_data(self, data: str) -> None:
        if UNREAD.isdisjoint(self._within) and not any(each.endswith("!") for each in self._within):
            if self._within[-1:] == ["option"] and data.strip() in NAMES:
                return
            shown, self._depth = unbracketed(data, self._depth)
            self._note(shown, "/".join(self._within[-2:]))

    def _note(self, text: str, where: str) -> None:
        shown, _ = unbracketed(text)
        if LETTERS.search(ALLOWED.sub("", shown)):
            self.found.append(f"{where}: {' '.join(shown.split())[:120]!r}")


def placed(rule: str, values: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Give the addresses of a route, its places filled in with what there is."""
    parts = re.split(r"<(?:[^<>]*:)?(\w+)>", rule)
    filled = [""]
    for number, part in enumerate(parts):
        options = [part] if number % 2 == 0 else values.get(part, ())
        filled = [before + each for before in filled for each in options]
    yield from filled
