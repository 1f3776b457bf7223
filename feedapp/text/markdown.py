"""Which formatting a text has: a subset of Markdown, read by markdown-it-py with rules for addresses and names of ours.

There is emphasis, strong text, quotes, lists, code and links with words of their own. There are no headings, no HTML,
no pictures, no entities, no references, no code by mere indentation: these stay as they were typed.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import regex
from markdown_it import MarkdownIt
from markdown_it.rules_inline import emphasis, escape, link

from feedapp.text.links import LONGEST_ADDRESS, links

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

    from feedapp.text.links import Link

DEEPEST = 12
"""How deep quotes, lists and emphasis may be in each other. A text with deeper quotes or lists stays as typed."""
_BLOCKS, _INLINE = ["blockquote", "list", "fence"], ["newline", "escape", "backticks", "emphasis", "link"]
_STAR = regex.compile(r"\*\S")
_UNDERSCORE = regex.compile(r"(?<![\p{L}\p{N}\p{M}_\\@/])_[^\s_]")
_BLOCK = regex.compile(r">|[-+*][ ]|[0-9]{1,9}[.)][ ]|~~~")
_SIGN = regex.compile(r"[*_`\[]|^[ ]*(?:>|[-+][ ]|[0-9]{1,9}[.)][ ])", regex.MULTILINE)
MOST_SIGNS = 1_000
"""A text with more of what may be formatting has none: reading it would take long, and people do not write so."""
_ENDS_TEXT = frozenset("\n\\`*_[]")
_PLAIN = frozenset({"paragraph_open", "paragraph_close", "inline", "text", "softbreak", "site_link"})


def formatting(text: str) -> list[Token] | None:
    """Give the parts of a text; None if there is no formatting in it, so that it stands as it was typed."""
    if not _may_format(text) or next(islice(_SIGN.finditer(text), MOST_SIGNS, None), None):
        return None
    tokens = _reader.parse(text)
    if any(token.level >= DEEPEST - 1 for token in tokens):  # what is deeper would be left out
        return None
    return tokens if any(map(_formats, tokens)) and any(map(_shows, tokens)) else None


def _may_format(text: str) -> bool:
    """Tell at once of most texts that there is no formatting in them."""
    return bool(
        "`" in text
        or "](" in text
        or ("*" in text and _STAR.search(text))
        or ("_" in text and _UNDERSCORE.search(text))
        or any(_BLOCK.match(line.lstrip(" ")) for line in text.split("\n"))
    )


def _formats(token: Token) -> bool:
    return token.type not in _PLAIN or any(map(_formats, token.children or ()))


def _shows(token: Token) -> bool:
    return bool(token.content.strip()) or any(map(_shows, token.children or ()))


def _may_lead_to(address: str) -> bool:
    if len(address) > LONGEST_ADDRESS:
        return False
    try:
        found = urlsplit(address)
    except ValueError:
        return False
    return found.scheme in {"http", "https"} and bool(found.netloc) and not {"@", "%"} & {*found.netloc}


def _text(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  (called so)
    """Go on to the next sign that may mean something, or the next address or name."""
    start, end, source = state.pos, state.pos, state.src
    found = _links_of(state)
    while end < state.posMax and source[end] not in _ENDS_TEXT and (end == start or end not in found):
        end += 1
    if end == start or start in found:
        return False
    if not silent:
        state.pending += source[start:end]
    state.pos = end
    return True


def _site_link(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  (called so)
    found = _links_of(state).get(state.pos)
    if found is None or found.end > state.posMax:
        return False
    end = found.end
    if not silent:
        if state.linkLevel > 0:
            state.pending += state.src[state.pos : end]
        else:
            token = state.push("site_link", "", 0)
            token.content, token.meta = state.src[state.pos : end], {"link": found}
    state.pos = end
    return True


def _links_of(state: StateInline) -> dict[int, Link]:
    """Find the links of a paragraph once, by where they begin."""
    known: dict[str, dict[int, Link]] = state.env.setdefault("links", {})
    found = known.get(state.src)
    if found is None:
        found = known[state.src] = {each.start: each for each in links(state.src)}
    return found


def _emphasis(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  (called so)
    """Take `*`, and `_` if it stands alone: `__init__` is a name."""
    if state.src[state.pos] == "_" and "_" in state.src[state.pos + 1 : state.pos + 2]:
        end = state.pos
        while end < state.posMax and state.src[end] == "_":
            end += 1
        if not silent:
            state.pending += state.src[state.pos : end]
        state.pos = end
        return True
    return emphasis.tokenize(state, silent)


def _link(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  (called so)
    """Take a link with words; without any nobody would see it."""
    return not state.src.startswith("[]", state.pos) and link(state, silent)


def _escape(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  (called so)
    """Take a backslash before a sign that could mean something; before others it is a backslash."""
    if state.src[state.pos] != "\\" or state.src[state.pos + 1 : state.pos + 2] not in {*"\\`*_[]>-+.)(~#"}:
        return False
    return escape(state, silent)


def _made() -> MarkdownIt:
    reader = MarkdownIt("zero", {"maxNesting": DEEPEST}).enable([*_BLOCKS, *_INLINE])
    reader.inline.ruler.at("text", _text)
    reader.inline.ruler.at("emphasis", _emphasis)
    reader.inline.ruler.at("escape", _escape)
    reader.inline.ruler.at("link", _link)
    reader.inline.ruler.before("text", "site_link", _site_link)
    reader.inline.ruler.enable("site_link")
    reader.validateLink = _may_lead_to  # type: ignore[method-assign, assignment]  # its own way to set it
    return reader


_reader = _made()
