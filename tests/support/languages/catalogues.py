"""The catalogues as files: what is wrong with one, and bringing it up to date (`make texts`)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from babel import Locale
from babel.messages.plurals import get_plural
from babel.messages.pofile import normalize

from feedapp.languages.catalogues import FOLDER, PLURALS, source
from feedapp.languages.known import ENGLISH, LANGUAGES
from tests.support.languages.extraction import all_texts, in_scripts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PLACE = re.compile(r"%\((\w+)\)s|%(?!%)(?!\()")
TAG = re.compile(r"</?([a-z]+)|\b(?:href|class|dir)=")
TRANSLATED = [each for each in LANGUAGES.values() if each.tag != ENGLISH]
HOW = "Run `make texts`, then write what is missing into feedapp/languages/catalogues/{}.po (docs/new-feature.md, 12)."


class Entry(NamedTuple):
    """What a catalogue says for a text: a form, or several, each empty if nothing."""

    said: Sequence[str]
    fuzzy: bool
    comments: Sequence[str] = ()


def read(language: str) -> dict[str, Entry]:
    """Read a catalogue by its texts."""
    found = {}
    for message in source(language):
        if message.id:
            text = message.id if isinstance(message.id, str) else message.id[0]
            said = message.string if isinstance(message.string, list | tuple) else [message.string]
            found[text] = Entry([str(each or "") for each in said], message.fuzzy, message.user_comments)
    return found


def forms(language: str) -> int:
    """Give how many forms a plural has."""
    rule = Locale.parse(language).plural_form
    return len([tag for tag in PLURALS if tag in rule.tags or tag == "other"])


def faults(language: str, *, complete: bool) -> Iterator[str]:
    """Say what is wrong with a catalogue, a text a line."""
    there, wanted = read(language), all_texts()
    for unused in sorted(there.keys() - wanted.keys()):
        yield f"not used any more: {unused!r}"
    for text, each in wanted.items():
        entry = there.get(text)
        if entry is None or not all(entry.said):
            if complete:
                yield f"not translated: {text!r} ({each.file})"
        elif entry.fuzzy:
            yield f"marked as fuzzy: {text!r}"
        elif len(entry.said) != (forms(language) if each.plural else 1):
            yield f"has {len(entry.said)} forms: {text!r}"
        else:
            yield from _unlike(each.text, each.plural, entry.said)


def _unlike(one: str, many: str | None, said: Sequence[str]) -> Iterator[str]:
    wanted = set(PLACE.findall(many or one))
    for form in said:
        places = set(PLACE.findall(form))
        if places - wanted - {"num"} or (wanted - places and not many):
            yield f"has other places: {one!r} is {form!r}"
        if sorted(TAG.findall(form)) != sorted(TAG.findall(many or one)):
            yield f"has other tags: {one!r} is {form!r}"


def renew(language: str) -> int:
    """Write a catalogue anew: new texts without a translation, unused ones left out. Give how many are missing."""
    there, missing = read(language), 0
    rule = Locale.parse(language)
    scripted = {each.text for each in in_scripts()}
    lines = [
        'msgid ""',
        'msgstr ""',
        f'"Language: {language}\\n"',
        '"Content-Type: text/plain; charset=utf-8\\n"',
        f'"Plural-Forms: {_plural_forms(rule)}\\n"',
    ]
    for text, each in sorted(all_texts().items(), key=lambda pair: (pair[1].file, pair[0])):
        entry = there.get(text, Entry([], fuzzy=False))
        count = forms(language) if each.plural else 1
        said = list(entry.said) if len(entry.said) == count else [""] * count
        missing += not all(said)
        lines += ["", *(f"# {comment}" for comment in entry.comments), f"#: {each.file}"]
        if text in scripted and not each.file.startswith("static/js"):
            lines.append("#: static/js")
        lines.append(f"msgid {normalize(text, width=110)}")
        if each.plural:
            lines.append(f"msgid_plural {normalize(each.plural, width=110)}")
            lines += [f"msgstr[{n}] {normalize(form, width=110)}" for n, form in enumerate(said)]
        else:
            lines.append(f"msgstr {normalize(said[0], width=110)}")
    (FOLDER / f"{language}.po").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return missing


def _plural_forms(locale: Locale) -> str:
    return get_plural(locale).plural_forms
