"""What templates must not do: look a text up where it is kept for every reader."""

from __future__ import annotations

from typing import Any

from jinja2 import nodes

from tests.support.languages.extraction import ROOT, environment, templates

LOOKING_UP = {"_", "gettext", "ngettext"}


def imported() -> set[str]:
    """Name the templates that others import without a context: Jinja makes such a module once."""
    found = set()
    for path in templates():
        tree = environment().parse(path.read_text(encoding="utf-8"))
        imports: list[Any] = [*tree.find_all(nodes.FromImport), *tree.find_all(nodes.Import)]
        found |= {str(each.template.as_const()) for each in imports if not each.with_context}
    return found


def looked_up_outside_of_macros(node: nodes.Node) -> list[int]:
    """Give the lines."""
    found = []
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Macro):
            continue
        if isinstance(child, nodes.Call) and isinstance(child.node, nodes.Name) and child.node.name in LOOKING_UP:
            found.append(child.lineno)
        found += looked_up_outside_of_macros(child)
    return found


def test_no_module_of_templates_keeps_a_text_in_the_first_readers_language() -> None:
    """At the top of a template that is imported stands `marked()`, and `_()` where the text is used."""
    names = imported()
    assert {"_field.html", "_paging.html", "_like.html", "moderation/_action.html"} <= names
    wrong = {}
    for name in names:
        tree = environment().parse((ROOT / "templates" / name).read_text(encoding="utf-8"))
        if lines := looked_up_outside_of_macros(tree):
            wrong[name] = lines
    assert wrong == {}


def test_that_would_be_seen() -> None:
    tree = environment().parse("{% set a = _('text') %}{% macro b() %}{{ _('text') }}{% endmacro %}")
    assert looked_up_outside_of_macros(tree) == [1]
    tree = environment().parse("{% set a = marked('text') %}{% macro b() %}{{ _(a) }}{% endmacro %}")
    assert looked_up_outside_of_macros(tree) == []
