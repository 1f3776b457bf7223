"""Text in a template that no catalogue could translate: outside of `_()`, `{% trans %}` and `marked()`."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import count
from typing import TYPE_CHECKING

from jinja2 import nodes

from tests.support.languages.extraction import FUNCTIONS, environment

if TYPE_CHECKING:
    from collections.abc import Iterator

SAID = {"alt", "aria-label", "aria-description", "content", "data-label", "label", "placeholder", "title"}
"""Attributes whose values are read by people."""
ALLOWED = {
    *("not all", "(prefers-color-scheme: "),  # media queries
    *("feedapp", "oEmbed", "home//feed.atom", "summary_large_image"),
    *("width=device-width, initial-scale=1, viewport-fit=cover", '<a href="%s">@%s</a>'),
}
"""What is the same in every language."""
_WORDS = "noindex|article|website|profile|read|write|post|comment|user|moderate|admin|light|dark"
_ACTIONS = "hide|delete|silence|suspend|sweep"
PROGRAMS = re.compile(rf"(?:(?:{_WORDS})(?:[ ,].*)?|(?:un)?(?:{_ACTIONS}) (?:post|comment|user))")
"""What programs read, of values of attributes and of texts in expressions."""
LETTERS = re.compile(r"[A-Za-z]{2}")
NATURAL = re.compile(r"[A-Z“(].*[a-z]|.*[a-z] [a-z]")
_TRANSLATED = re.compile(r"\{%-?\s*trans\b.*?\bendtrans\s*-?%\}", re.DOTALL)
_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_CLASSES = re.compile(r"\{% block frame %\}.*?\{% endblock %\}")
_TAG = re.compile(r"\{%.*?%\}", re.DOTALL)
_EXPRESSION = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_PLACE = re.compile(r"\x02(\d+)\x03")


def bare(source: str) -> Iterator[str]:
    """Give each piece of text that is translated by nothing."""
    markup = _TAG.sub("", _CLASSES.sub("", _TRANSLATED.sub("", _COMMENT.sub("", source))))
    expressions = _EXPRESSION.findall(markup)
    numbers = count()
    walker = _Walker()
    walker.feed(_EXPRESSION.sub(lambda _: f"\x02{next(numbers)}\x03", markup))
    walker.close()
    yield from (text for text in walker.found if LETTERS.search(text) and text not in ALLOWED)
    yield from (each for each in _literals(environment().parse(source)) if each not in ALLOWED)
    for number in walker.shown:
        yield from _words(environment().parse(expressions[number]).body[0])


class _Walker(HTMLParser):
    """`shown` are the numbers of expressions that stand between tags, not in an attribute."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.shown: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  (of the base)
        for name, value in attrs:
            said = _PLACE.sub("", value or "").strip()
            # Of a name that Jinja chooses all that it may be is left, one after the other.
            if name.endswith(tuple(SAID)) and said and not PROGRAMS.fullmatch(said):
                self.found.append(said)

    def handle_data(self, data: str) -> None:
        self.shown += map(int, _PLACE.findall(data))
        self.found.append(" ".join(_PLACE.sub("", data).split()))


def _words(node: nodes.Node) -> Iterator[str]:
    """Give single words that an expression shows as they stand, which could be anything in an attribute."""
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Const) and isinstance(child.value, str):
            if LETTERS.search(child.value) and not NATURAL.match(child.value.strip()):
                yield child.value
        elif isinstance(child, nodes.CondExpr):
            yield from _words(nodes.Output([child.expr1, child.expr2 or nodes.Const("")]))
        elif isinstance(child, nodes.Concat):
            yield from _words(child)


def _literals(node: nodes.Node) -> Iterator[str]:
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Call) and isinstance(child.node, nodes.Name) and child.node.name in FUNCTIONS:
            for argument in child.args[2 if child.node.name == "ngettext" else 1 :]:
                yield from _literals(nodes.Output([argument]))
            for by_name in child.kwargs:
                yield from _literals(nodes.Output([by_name.value]))
        elif isinstance(child, nodes.Const):
            value = child.value
            if isinstance(value, str) and NATURAL.match(value.strip()) and not PROGRAMS.fullmatch(value):
                yield value
        elif not isinstance(child, nodes.TemplateData | nodes.Extends | nodes.Include | nodes.FromImport):
            yield from _literals(child)
