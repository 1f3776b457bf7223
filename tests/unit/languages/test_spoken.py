from __future__ import annotations

from datetime import UTC, datetime

import pytest

from feedapp.blueprints.pages.kit.forms import sentence
from feedapp.languages import spoken
from feedapp.languages.catalogues import gettext, ngettext, scripted, texts
from feedapp.languages.formats import figure, number, written
from feedapp.languages.recognised import translated
from feedapp.languages.spoken import speaking


@pytest.fixture(autouse=True)
def nobody() -> None:
    spoken.begin(None)


def test_the_member_decides_then_the_browser_then_the_site() -> None:
    assert spoken.current() == "en"
    spoken.note_site("de-AT")
    assert spoken.current() == "de"
    spoken.begin("en")
    spoken.note_site("de")
    assert spoken.current() == "en"
    spoken.note_member("ar")
    assert spoken.current() == "ar"
    spoken.note_member(None)
    assert spoken.current() == "en"


def test_a_mail_speaks_for_itself_and_leaves_the_request_as_it_was() -> None:
    spoken.begin("de")
    with speaking("ar"):
        spoken.note_member("de")
        spoken.note_site("de")
        assert spoken.current() == "ar"
    assert spoken.current() == "de"
    with speaking("fr"):
        assert spoken.current() == "en"


def test_texts_and_plurals() -> None:
    with speaking("de"):
        assert gettext("Log in") == "Anmelden"
        assert gettext("no text of ours") == "no text of ours"
        assert ngettext("%(shown)s post", "%(shown)s posts", 1) == "%(shown)s Beitrag"
        assert ngettext("%(shown)s post", "%(shown)s posts", 0) == "%(shown)s Beiträge"
    with speaking("en"):
        assert gettext("Log in") == "Log in"
        assert ngettext("one", "many", 1) == "one"
        assert ngettext("one", "many", 0) == "many"
    assert texts("ar").tags == ("zero", "one", "two", "few", "many", "other")


def test_numbers_and_times() -> None:
    then = datetime(2018, 9, 2, 10, 0, tzinfo=UTC)
    assert (number(999), number(1_234_567), figure("1,234.5 MB")) == ("999", "1,234,567", "1,234.5 MB")
    assert written(then, "d MMM y") == "2 Sep 2018"
    assert written(then, "d MMMM y 'at' HH:mm 'UTC'") == "2 September 2018 at 10:00 UTC"
    with speaking("de"):
        assert (number(999), number(1_234_567), figure("1,234.5 MB")) == ("999", "1.234.567", "1.234,5 MB")
        assert written(then, "d MMM y") == "2. Sept. 2018"
        assert written(then, "d MMMM y 'at' HH:mm 'UTC'") == "2. September 2018 um 10:00 UTC"


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("must not be empty", "Das darf nicht leer sein."),
        (
            "must be at most 10,000 characters long, and is 12,345",
            "Das darf höchstens 10.000 Zeichen lang sein, und es sind 12.345.",
        ),
        ("The name ada is taken: choose another.", "Der Name ada ist vergeben: Wähle einen anderen."),
        (
            "Too many posts in a short time: nothing was changed. Please try again in 3 minutes.",
            "Zu viel in kurzer Zeit (Beiträge): Nichts wurde geändert. Bitte versuch es in 3 Minuten noch einmal.",
        ),
        (
            "The site is slow: one request in twenty takes 1.2 s or longer.",
            "Die Website ist langsam: Eine von zwanzig Anfragen dauert 1,2 s oder länger.",
        ),
        (
            "Redis is full: 1,023.9 of 1,024.0 MB, and it evicts nothing.",
            "Redis ist voll: 1.023,9 von 1.024,0 MB, und es verdrängt nichts.",
        ),
        ("Line 3 must not be empty", "Zeile 3: Das darf nicht leer sein."),
        (
            "This account will be deleted on 02 September 2018, as you wanted.",
            "Dieses Konto wird am 2. September 2018 gelöscht, wie du es wolltest.",
        ),
        ("Nobody has written this text.", "Nobody has written this text."),
        ("The name Settings is taken: choose another.", "Der Name Settings ist vergeben: Wähle einen anderen."),
        ("The name 100% is taken: choose another.", "Der Name 100% ist vergeben: Wähle einen anderen."),
    ],
)
def test_a_finished_message_is_recognised_by_its_words(english: str, german: str) -> None:
    assert translated(english) == english
    with speaking("de"):
        assert translated(english) == german


def test_a_form_names_no_codes_of_programs() -> None:
    message = "must be one of 'spam' or 'abuse'"
    assert sentence(message) == "Choose one of these."
    with speaking("de"):
        assert sentence(message) == "Wähle eines davon."
    assert sentence("must not be empty") == "This must not be empty."


def test_scripts_have_their_texts_and_no_others() -> None:
    said = scripted("de")
    assert said["You are offline."] == "Du bist offline."
    assert said["%(count)s more."] == {"one": "%(count)s weiterer.", "other": "%(count)s weitere."}
    assert "Back to the settings" not in said
    assert len(said) < 80
