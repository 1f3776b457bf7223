"""Texts by language. English stands in the code, and is what a text is called by; the others are in `catalogues/*.po`.

A catalogue is read once in a process, when its language is first spoken.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from babel import Locale
from babel.messages.pofile import read_po

from feedapp.languages.known import ENGLISH
from feedapp.languages.spoken import current

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from babel.messages.catalog import Catalog
    from babel.plural import PluralRule

FOLDER = Path(__file__).parent / "catalogues"
SCRIPTS = "static/js"
"""What a catalogue names as the place of a text that a script says."""
PLURALS = ("zero", "one", "two", "few", "many", "other")
"""Names of plural forms as CLDR has them, in the order in which a catalogue gives them."""


class Texts(NamedTuple):
    """What a language says for an English text: one form, or as many as its plural has."""

    of: Mapping[str, Sequence[str]]
    plural: PluralRule
    tags: Sequence[str]
    """The names of the forms, in their order."""
    scripted: Sequence[str]
    """The texts that scripts say."""


def source(language: str) -> Catalog:
    """Read a catalogue as it was written."""
    with (FOLDER / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


@cache
def texts(language: str) -> Texts:
    """Give the texts of a language. What is not translated, or marked as doubtful, is left out."""
    rule = Locale.parse(language).plural_form
    if language == ENGLISH:
        return Texts({}, rule, ("one", "other"), ())
    found: dict[str, Sequence[str]] = {}
    in_scripts = []
    for message in source(language):
        text = message.id if isinstance(message.id, str) else message.id[0]
        said = message.string if isinstance(message.string, (list, tuple)) else [message.string]
        if text and not message.fuzzy and all(said):
            found[text] = tuple(map(str, said))
            if any(name.startswith(SCRIPTS) for name, _ in message.locations):
                in_scripts.append(text)
    return Texts(found, rule, tuple(tag for tag in PLURALS if tag in rule.tags or tag == "other"), in_scripts)


def scripted(language: str) -> dict[str, str | dict[str, str]]:
    """Give the texts that scripts say, by the English one: a text, or one for each form of a plural by its name."""
    known = texts(language)
    said = {text: known.of[text] for text in known.scripted}
    return {
        text: dict(zip(known.tags, forms, strict=True)) if len(forms) > 1 else forms[0] for text, forms in said.items()
    }


def gettext(text: str) -> str:
    """Give a text in the language that is spoken; in English where there is no translation."""
    language = current()
    if language == ENGLISH:
        return text
    said = texts(language).of.get(text)
    return said[-1] if said else text


def ngettext(one: str, many: str, number: int) -> str:
    """Give a text in the form that fits a number."""
    language = current()
    if language != ENGLISH:
        known = texts(language)
        said = known.of.get(one)
        if said and len(said) == len(known.tags):
            return said[known.tags.index(known.plural(number))]
    return one if number == 1 else many


def marked(text: str) -> str:
    """Mark a text that is translated where it is shown, not here: so that it gets into the catalogues."""
    return text
