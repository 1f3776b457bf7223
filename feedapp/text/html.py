"""A text as HTML: escaped, with addresses and the names of people as links. Line breaks stay, for CSS to show."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from markupsafe import Markup, escape

from feedapp.text.highlights import spans
from feedapp.text.links import MOST, Link, links
from feedapp.text.mentions import leads_to
from feedapp.text.tags import MOST_TAGS

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

_ANCHOR = Markup('<a href="{}" rel="nofollow ugc noopener" dir="ltr">{}</a>')
_TAG = Markup('<a class="tag" href="/tags/{}" dir="auto">{}</a>')
_PERSON = Markup('<a class="mention" href="/@{}" dir="ltr">{}</a>')


_MARK = Markup("<mark>{}</mark>")


def linked(
    text: str, people: Container[str], *, start: int = 0, end: int | None = None, words: tuple[str, ...] = ()
) -> Markup:
    """Make HTML of a text, or of a part of it whose links are those that they are in the whole.

    `people` are the names, in lower case, of those who exist, as `mentions.meant` gives them: others are no
    links. There are MOST links at most.
    `words` are marked, but not within links.
    """
    end = len(text) if end is None else end
    parts, done, made = [], start, 0
    tags: set[str] = set()
    for link in links(text):
        if link.end > end or made == MOST:
            break
        if link.name and not leads_to(people, link.name):
            continue
        if link.tag:
            if len(tags) == MOST_TAGS and link.tag not in tags:
                continue
            tags.add(link.tag)
        made += 1
        if link.start >= start:
            parts += [*marked(text[done : link.start], words), anchor(text[link.start : link.end], link, people)]
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


def anchor(shown: str, link: Link, people: Container[str]) -> Markup:
    """Make a link as it stands in a text. `people` as in `linked`."""
    if link.tag:
        return _TAG.format(quote(link.tag), shown)
    if link.name:
        return _PERSON.format(leads_to(people, link.name), shown)
    scheme = "" if "://" in shown[:8] else "https://"
    return _ANCHOR.format(scheme + shown, shown)
