"""Nothing on any page is English but in English: every GET of the pages and every form that comes back, in brackets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from feedapp.languages import catalogues, recognised
from feedapp.languages.known import LANGUAGES
from feedapp.languages.spoken import speaking
from feedapp.observability import metrics
from feedapp.reading.site import Site
from feedapp.writing.mail.framing import framed, hello
from feedapp.writing.mail.letters import LETTERS
from tests.support.languages.bracketed import LANGUAGE, TAG, outside, placed, texts
from tests.web.pages.browsing import Browser
from tests.web.pages.forms.test_csrf import FORMS

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from feedapp.wiring import Services
    from tests.support.people import Somebody

GREEK = {"Accept-Language": f"{TAG};q=0.987"}
PLACES: dict[str, tuple[str, ...]] = {
    "post_id": ("1", "2", "99"),
    "comment_id": ("1", "99"),
    "username": ("ada", "bob", "nobody"),
    "tag": ("φασόλια",),
    "report_id": ("1",),
    "which": ("blocks", "mutes"),
    "number": ("1",),
    "webhook_id": ("1",),
    "side": ("followers", "following"),
    "code": ("x",),
}


@pytest.fixture(autouse=True)
def _bracketed(monkeypatch: pytest.MonkeyPatch) -> None:
    real = catalogues.texts

    def said(language: str) -> Any:
        return texts() if language == TAG else real(language)

    monkeypatch.setitem(LANGUAGES, TAG, LANGUAGE)
    for module in (catalogues, recognised):
        monkeypatch.setattr(module, "texts", said)


@pytest.fixture
def ada(app: Flask, people: Callable[..., Somebody], services: Services) -> Browser:
    """Give an admin of a site in which something stands on every page, in Greek letters."""
    names = {"ada": "Άδα", "bob": "Βάσω", "cyd": "Γη"}
    somebody = {name: people(name, display_name=shown) for name, shown in names.items()}
    services.roles.assign(username="ada", role="admin")
    ada, bob, cyd = (Browser(app, each.session) for each in somebody.values())
    services.site_settings.set({"name": "Κήπος", "tagline": "Για όλους", "contact": "@ada", "moderation_log": "public"})
    for writer, address, form in (
        (ada, "/posts", {"body": "Καλημέρα #φασόλια"}),
        (bob, "/posts", {"body": "Καλησπέρα @ada", "visibility": "followers"}),
        (ada, "/posts/1/comments", {"body": "Πρώτο"}),
        (bob, "/posts/1/comments", {"body": "Δεύτερο", "in_reply_to": "1"}),
        (ada, "/posts/1/edit", {"body": "Καλημέρα σε όλους #φασόλια"}),
        (ada, "/posts/1/pin", {}),
        *((bob, f"/posts/1/{what}", {}) for what in ("likes", "bookmarks", "comments/1/likes", "mutes")),
        *((ada, f"/posts/1/{what}", {}) for what in ("likes", "bookmarks")),
        *((one, f"/@{name}/followers", {}) for one, name in ((ada, "bob"), (bob, "ada"))),
        *((ada, f"/@cyd/{what}", {}) for what in ("blocks", "mutes")),
        (ada, "/tags/φασόλια/followers", {}),
        (ada, "/settings/words", {"words": "βροχή"}),
        (bob, "/posts/1/report", {"reason": "spam", "note": "Πάλι"}),
        (bob, "/@ada/report", {"reason": "abuse", "note": "Πάλι"}),
        (ada, "/admin/reports/1/notes", {"note": "Γνωστό"}),
        (ada, "/posts/2/hiding", {"reason": "Διαφήμιση"}),
        (ada, "/admin/filters", {"kind": "word", "pattern": "βροχή", "effect": "hold"}),
        (ada, "/admin/webhooks", {"url": "https://example.org/hook", "name": "Αρχείο", "kinds": "post user"}),
        (ada, "/admin/invitations", {"uses": "1", "days": "7"}),
        (ada, "/settings/tokens", {"name": "Δοκιμή", "current_password": somebody["ada"].password}),
        *((each, "/settings/language", {"locale": TAG}) for each in (ada, bob, cyd)),
    ):
        answer = writer.post(address, form)
        assert answer.status_code in {200, 201, 303}, (address, answer.status_code, answer.text)
    services.process_state.tell()
    metrics.JOB_RUNS.labels("some_job", "failed").inc()
    return ada


def faults(addresses: list[tuple[str, Any]]) -> list[str]:
    """Give what is English, each once, with the first address where it stands."""
    found: dict[str, str] = {}
    for address, answer in addresses:
        if answer.mimetype == "text/html":
            for fault in outside(answer.text):
                found.setdefault(fault, address)
    return [f"{address}: {fault}" for fault, address in found.items()]


def pages(app: Flask) -> list[str]:
    """Give the address of every page there is."""
    rules = [
        rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("pages.") and "GET" in (rule.methods or ())
    ]
    return [address for rule in rules for address in placed(rule.rule, PLACES)]


def test_no_page_has_english_on_it(app: Flask, ada: Browser) -> None:
    stranger = Browser(app)
    answers = []
    for address in [*pages(app), "/search?q=Καλημέρα", "/search?q=ada&kind=people", "/search?q=tag:", "/nowhere"]:
        answers += [(address, each.get(address, headers=GREEK)) for each in (ada, stranger)]
    assert len([each for _, each in answers if each.status_code == 200 and each.mimetype == "text/html"]) >= 100
    assert all(answer.status_code < 500 for _, answer in answers)
    found = faults(answers)
    assert not found, "\n".join(["Mark these texts (docs/new-feature.md, 12):", *found])


@pytest.mark.parametrize("filled", [None, "?", "\u03c7" * 20_000], ids=["empty", "nonsense", "long"])
def test_no_form_that_comes_back_has_english_on_it(app: Flask, ada: Browser, filled: str | None) -> None:
    from tests.web.pages.forms.test_hostile_forms import FIELDS  # noqa: PLC0415

    answers = []
    for address in FORMS:
        if address not in {"/logout", "/settings/avatar", "/media"}:
            form = {} if filled is None else dict.fromkeys(FIELDS.get(address, {"what": ""}), filled)
            answers.append((address, ada.post(address, form, **GREEK)))
    found = faults(answers)
    assert len([each for _, each in answers if each.status_code >= 400]) > 40
    assert not found, "\n".join(["Mark these texts (docs/new-feature.md, 12):", *found])


class Facts(dict[str, str]):
    """What a letter is about: something Greek, whatever it asks for."""

    def __missing__(self, name: str) -> str:
        return "7" if name in {"count", "more"} else "Άδα"


@pytest.mark.parametrize("name", LETTERS)
def test_no_mail_has_english_in_it(name: str) -> None:
    with speaking(TAG):
        letter = framed(LETTERS[name](Facts()), hello("ada"), site=Site(name="Κήπος"), root="https://feed.example")
    found = [each for text in (letter.subject, letter.html, letter.text) for each in outside(text)]
    assert not found, "\n".join(found)


SEEN_MOST = (
    *("/", "/public", "/active", "/posts/1", "/posts/1/menu", "/posts/1/comments/2", "/posts/new", "/posts/1/edit"),
    *("/posts/1/delete", "/posts/1/comments/1/reply", "/@ada", "/@bob", "/@bob/likes", "/@bob/comments"),
    *("/@bob/followers", "/@ada/following", "/notifications", "/settings", "/settings/notifications"),
    *("/settings/blocks", "/settings/mutes", "/settings/words", "/search", "/search?q=Καλημέρα", "/search?q=τίποτα"),
    *("/tags", "/tags/φασόλια", "/bookmarks", "/suggestions", "/about", "/welcome", "/welcome/people"),
    *("/nowhere", "/@nobody", "/posts/99", "/login", "/signup"),
)


def test_what_is_seen_most_is_in_arabic_though_that_is_not_whole(app: Flask, ada: Browser, services: Services) -> None:
    services.site_settings.set({"language": "ar"})
    ada.post("/settings/language", {"locale": "ar"})
    stranger = Browser(app)
    answers = [(address, each.get(address)) for address in SEEN_MOST for each in (ada, stranger)]
    assert all('<html lang="ar" dir="rtl"' in answer.text for _, answer in answers if answer.status_code != 303)
    found = faults(answers)
    assert not found, "\n".join(found)
