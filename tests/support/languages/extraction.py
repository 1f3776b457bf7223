"""Every text that a reader may see, from templates, Python and scripts: what the catalogues have to have.

In Python a text is what stands in `_()`, `ngettext()` or `marked()`, in an error that services and schemas raise, and
in the few other places of `CALLS`. An f-string is a text with places, named by what stands in them.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from jinja2 import Environment
from jinja2.ext import extract_from_ast

from feedapp import app, errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).parents[3]
FUNCTIONS = ("_", "gettext", "ngettext", "marked")
LOADED = app.__name__
"""All of the site is imported, so that every kind of error is known."""
ERRORS = {kind.__name__ for kind in errors.kinds().values()} | {"FieldError", "Reserved"}
CALLS = {
    "Sentence": (0, 1),
    "Rule": (0,),
    "Kept": (0,),
    "FieldError": (1,),
    "ConflictError": (1,),
    "_kind": (1,),
    "Limit": (3,),
}
"""Which arguments are texts, of calls other than those that raise errors; their last is."""
NAMED = {"none", "refusal", "detail"}
"""Arguments by name that are texts in these calls, whatever is called."""
PROGRAMS = (
    *("blueprints/api/", "blueprints/api_docs/", "cli/", "archive/", "server/", "embedded/", "postgres/", "seeds/"),
    *("observability/", "repositories/", "cache/", "install/", "command_services", "wiring/", "mail/server"),
    *("services/operations/backup", "services/operations/doctor", "services/operations/counts", "periodic/"),
    *("services/operations/cache", "hosts.py", "networks.py", "pagination.py", "extensions.py", "schemas/json_objects"),
    *("blueprints/operations", "services/content/changes/reading", "pictures/stores/"),
)
"""What only programs, operators and logs read speaks English."""
VALUES = ("schemas/", "text/", "times.py", "mail/addresses.py", "pictures/")
"""Where a ValueError says what is wrong with input."""
TABLES = {"_MESSAGES", "UNAVAILABLE", "DETAILS"}
PLACE = re.compile(r"\{(\w+)(?::[^}]*)?\}")
SCRIPTED = re.compile(
    r"\b(?:text|texts|said)\(\s*(?:'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\")(?:,\s*'((?:[^'\\]|\\.)*)')?"
)


PROGRAMMED = re.compile(
    r"Idempotency-Key|If-Match|Content-|/api/|Authorization|name=seconds|must be json|of pixels|^%\(\w+\)s$"
    r"|this token|a string|must be a list$|\bids\b|id of|Unknown parameter"
)
"""Texts that only programs are told."""
RETENTION = "feedapp/retention.py"
"""Says on the page about privacy what is kept for programs, too."""


class Text(NamedTuple):
    """A text, its plural if it has one, and the file that it stands in."""

    text: str
    plural: str | None
    file: str


@cache
def all_texts() -> dict[str, Text]:
    """Give them by what stands in the code. Raise AssertionError for two plurals of one text."""
    found: dict[str, Text] = {}
    for each in (*_in_templates(), *_in_python(), *in_scripts()):
        if each.file.startswith("feedapp/") and each.file != RETENTION and PROGRAMMED.search(each.text):
            continue
        known = found.setdefault(each.text, each)
        assert each.plural is None or known.plural in {None, each.plural}, f"{each.text!r} has two plurals"
        if known.plural is None and each.plural is not None:
            found[each.text] = each
    return found


def environment() -> Environment:
    """Give an environment that reads templates as the site does."""
    made = Environment(autoescape=True, extensions=["jinja2.ext.i18n"])
    made.policies["ext.i18n.trimmed"] = True
    return made


def templates() -> list[Path]:
    """Give every template that has texts: the page about the API is English, as the API is."""
    return [each for each in sorted((ROOT / "templates").rglob("*.*")) if each.name != "api_docs.html"]


def _in_templates() -> Iterator[Text]:
    parser = environment()
    for path in templates():
        tree = parser.parse(path.read_text(encoding="utf-8"))
        for _, _, message in extract_from_ast(tree, FUNCTIONS):
            texts = [each for each in (message if isinstance(message, tuple) else (message,)) if each is not None]
            if texts:
                yield Text(texts[0], texts[1] if len(texts) > 1 else None, f"templates/{path.name}")


def in_scripts() -> Iterator[Text]:
    """Give those of scripts."""
    for path in sorted((ROOT / "static" / "js").glob("*.js")):
        for one, other, many in SCRIPTED.findall(path.read_text(encoding="utf-8")):
            said = (one or other).replace("\\'", "'")
            yield Text(said, many.replace("\\'", "'") or None, f"static/js/{path.name}")


def _in_python() -> Iterator[Text]:
    for path in sorted((ROOT / "feedapp").rglob("*.py")):
        name = path.relative_to(ROOT / "feedapp").as_posix()
        if not name.startswith(PROGRAMS):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for text, plural in _Walk(name, tree).texts():
                yield Text(text, plural, f"feedapp/{name}")


class _Walk:
    def __init__(self, name: str, tree: ast.Module) -> None:
        self._name = name
        self._tree = tree

    def texts(self) -> Iterator[tuple[str, str | None]]:
        if self._name.startswith("languages/"):
            calls = [each for each in ast.walk(self._tree) if isinstance(each, ast.Call)]
            yield from ((text, None) for each in calls if _called(each) == "marked" for text in self._of(each.args[0]))
            return
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Call):
                yield from self._call(node)
            elif isinstance(node, ast.ClassDef) and self._name.startswith(("errors/", "blueprints/pages/kit/csrf")):
                yield from ((text, None) for text in _titles(node))
            elif isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Dict):
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                if isinstance(target, ast.Name) and target.id in TABLES:
                    yield from (
                        (PLACE.sub(r"%(\1)s", text), None) for each in node.value.values for text in self._of(each)
                    )

    def _call(self, node: ast.Call) -> Iterator[tuple[str, str | None]]:
        name = _called(node)
        if name == "ngettext":
            one, many = (next(self._of(each)) for each in node.args[:2])
            yield one, many
            return
        if name in FUNCTIONS:
            where: Iterable[ast.expr] = node.args[:1]
        elif name == "ValueError":
            where = node.args[:1] if self._name.startswith(VALUES) else ()
        elif name in CALLS:
            where = [node.args[at] for at in CALLS[name] if at < len(node.args)]
        elif name in ERRORS or name == "of":
            where = node.args[-1:] if name in ERRORS else ()
        else:
            where = ()
        by_name = [
            each.value
            for each in node.keywords
            if each.arg in NAMED and (name in CALLS or name in ERRORS or name == "Rule")
        ]
        for each in (*where, *by_name):
            yield from ((text, None) for text in self._of(each) if re.search(r"[A-Za-z]{2}", text))

    def _of(self, node: ast.expr) -> Iterator[str]:
        """Give the texts of an expression: each, where it is one or the other."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield _with_places(node)
        elif isinstance(node, ast.IfExp):
            yield from self._of(node.body)
            yield from self._of(node.orelse)
        elif isinstance(node, ast.BoolOp):
            for each in node.values:
                yield from self._of(each)
        elif isinstance(node, ast.Name | ast.Attribute):
            name = node.id if isinstance(node, ast.Name) else node.attr
            yield from constants().get(name, ()) if name.isupper() else ()
        elif isinstance(node, ast.Call) and _called(node) in FUNCTIONS:
            yield from self._of(node.args[0])


@cache
def constants() -> dict[str, list[str]]:
    """Give the texts that stand under a name at the top of a module."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "feedapp").rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                value = node.value
                if isinstance(value, ast.Constant) and isinstance(value.value, str) and " " in value.value:
                    found.setdefault(node.targets[0].id, []).append(value.value)
                elif isinstance(value, ast.JoinedStr):
                    found.setdefault(node.targets[0].id, []).append(_with_places(value))
    return found


def _called(node: ast.Call) -> str:
    return (
        node.func.id
        if isinstance(node.func, ast.Name)
        else node.func.attr
        if isinstance(node.func, ast.Attribute)
        else ""
    )


def _titles(node: ast.ClassDef) -> Iterator[str]:
    for each in node.body:
        if isinstance(each, ast.Assign | ast.AnnAssign) and isinstance(each.value, ast.Constant):
            target = each.targets[0] if isinstance(each, ast.Assign) else each.target
            if isinstance(target, ast.Name) and target.id == "title":
                yield str(each.value.value)


def _with_places(node: ast.JoinedStr) -> str:
    text, names = "", []
    for part in node.values:
        if isinstance(part, ast.Constant):
            text += str(part.value).replace("%", "%%")
        else:
            assert isinstance(part, ast.FormattedValue)
            name = _name_of(part.value)
            names.append(name)
            text += f"%({name}{names.count(name) if names.count(name) > 1 else ''})s"
    return text


def _name_of(node: ast.expr) -> str:
    """Name a place by the last word of what stands in it."""
    words = re.findall(r"[A-Za-z_]{2,}", ast.unparse(node).split("[", maxsplit=1)[0].partition(" if ")[0])
    return (words[-1] if words else "value").lower().strip("_")
