"""Every text that a reader may see is in the catalogues, and German says all. What to do stands in each failure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.languages import catalogues
from tests.support.languages.bare import bare
from tests.support.languages.catalogues import HOW, TRANSLATED, faults
from tests.support.languages.extraction import ROOT, all_texts, templates

if TYPE_CHECKING:
    from feedapp.languages.known import Language


@pytest.mark.parametrize("language", TRANSLATED, ids=lambda each: each.tag)
def test_a_catalogue_is_as_complete_as_it_says(language: Language) -> None:
    found = list(faults(language.tag, complete=language.complete))
    assert not found, "\n".join([f"{len(found)} texts of {language.tag}. {HOW.format(language.tag)}", *found])


def test_no_template_has_a_text_that_cannot_be_translated() -> None:
    found = [
        f"templates/{path.relative_to(ROOT / 'templates')}: {text!r}"
        for path in templates()
        if path.suffix == ".html"
        for text in bare(path.read_text(encoding="utf-8"))
    ]
    how = "Write {{ _('…') }} or {% trans %}…{% endtrans %} around it, whole sentences, then `make texts`."
    assert not found, "\n".join([how, *found])


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Hello</p>", ["Hello"]),
        ("""<div {% if a %}aria-label{% else %}data-label{% endif %}="Hello">""", ["Hello"]),
        ('<img alt="A cat">', ["A cat"]),
        ("{{ _('Hello') }} {% trans n=1 %}Hello {{ n }}{% endtrans %}", []),
        ("{{ 'Follow' if a else 'Following' }}", ["Follow", "Following"]),
        ("{{ _('%(a)s likes it', a='Somebody else') }}", ["Somebody else"]),
        ("{{ ngettext('%(n)s post', '%(n)s posts', 2, n='Two') }}", ["Two"]),
        ("<b>{{ 'post' if one else 'posts' }}</b>", ["post", "posts"]),
        ("<b class='{{ 'post' if one else 'posts' }}'>{{ link('pages.x', 'y') }}</b>", []),
        ("{% set a = {'post': 'A post'} %}", ["A post"]),
        ("{% set a = marked('A post') %}", []),
        ("<div class='Some class' data-x='Some data'>{{ url_for('pages.x') }}</div>", []),
    ],
)
def test_such_a_text_would_be_seen(source: str, found: list[str]) -> None:
    assert list(bare(source)) == found


def test_texts_are_found_wherever_they_stand() -> None:
    texts = all_texts()
    for text in (
        "Log in",  # a template
        "must be at most %(longest)s characters long, and is %(text)s",  # an f-string of a schema
        "There is nobody with that name.",  # a constant that is raised
        "Too many %(counts)s in a short time: nothing was changed.",  # one that is marked
        "You are offline.",  # a script
        "Confirm your mail address",  # a mail
    ):
        assert text in texts
    assert texts["%(shown)s post"].plural == "%(shown)s posts"


def test_what_is_wrong_with_a_catalogue_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    there = catalogues.read("de")
    entry = there.pop("Log in")
    there["Log out"] = entry._replace(fuzzy=True)
    there["%(shown)s post"] = entry._replace(said=["%(shown)s Beitrag"])
    there["The name %(username)s is taken: choose another."] = entry._replace(said=["Vergeben."])
    there["Comments by %(name)s"] = entry._replace(said=["<b>Kommentare</b> von %(name)s"])
    there["Nobody says this."] = entry
    monkeypatch.setattr(catalogues, "read", lambda _: there)
    found = "\n".join(faults("de", complete=True))
    for said in (
        "not used any more: 'Nobody says this.'",
        "not translated: 'Log in'",
        "marked as fuzzy: 'Log out'",
        "has 1 forms: '%(shown)s post'",
        "has other places: 'The name %(username)s is taken",
        "has other tags: 'Comments by %(name)s'",
    ):
        assert said in found
