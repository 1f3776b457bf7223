"""A text as HTML: escaped, with addresses and the names of people as links. Line breaks stay, for CSS to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from feedapp.text.highlights import spans
from feedapp.text.links import MOST, links

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

_ANCHOR = Markup('<a href="{}" rel="nofollow ugc noopener" dir="ltr">{}</a>')
_PERSON = Markup('<a class="mention" href="/@{}" dir="ltr">{}</a>')


_MARK = Markup("<mark>{}</mark>")


def linked(
    text: str, people: Container[str], *, start: int = 0, end: int | None = None, words: tuple[str, ...] = ()
) -> Markup:
    """Make HTML of a text, or of a part of it whose links are those that they are in the whole.

    `people` are the names, in lower case, of those who exist: others are no links. There are MOST links at most.
    `words` are marked, but not within links.
    """
    end = len(text) if end is None else end
    parts, done, made = [], start, 0
    for link in links(text):
        if link.end > end or made == MOST:
            break
        if link.name and link.name not in people:
            continue
        made += 1
        if link.start >= start:
            parts += [*marked(text[done : link.start], words), _link(text[link.start : link.end], link.name)]
            done = link.end
    return Markup("").join([*parts, *marked(text[done:end], words)])


def marked(text: str, words: tuple[str, ...]) -> Iterator[Markup]:
    """Escape a text, with the words in it marked."""
    done = 0
    for start, end in spans(text, words) if words else ():
        yield escape(text[done:start])
        yield _MARK.format(text[start:end])
        done = end
    yield escape(text[done:])


def _link(shown: str, name: str) -> Markup:
    return person_anchor(shown, name) if name else anchor(shown)


def anchor(shown: str) -> Markup:
    """Make a link of an address as it stands in a text."""
    return _ANCHOR.format(shown if "://" in shown[:8] else f"https://{shown}", shown)


def person_anchor(shown: str, name: str) -> Markup:
    """Make a link of a name as it stands in a text."""
    return _PERSON.format(name, shown)
