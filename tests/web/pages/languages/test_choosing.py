"""In which language a page is: the member's own, else what the browser asks for, else the site's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.web.pages.browsing import ORIGIN, Browser

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from feedapp.wiring import Services

GERMAN = {"headers": {"Accept-Language": "de-DE,de;q=0.9,en;q=0.5"}}
PAGES = ("/", "/public", "/login", "/signup", "/about", "/privacy", "/search", "/tags", "/nowhere")


def spoken(answer: Any) -> tuple[str, str]:
    """Read which language a page says that it is in, and in which direction."""
    found = re.search(r'<html lang="([a-z]+)"( dir="rtl")?', answer.text)
    assert found
    assert answer.headers["Content-Language"] == found[1]
    assert "Accept-Language" in answer.headers["Vary"]
    return found[1], "rtl" if found[2] else "ltr"


@pytest.mark.parametrize(
    "address", ["/", "/public", "/login", "/signup", "/about", "/privacy", "/search", "/tags", "/nowhere"]
)
def test_the_browser_of_somebody_anonymous_decides(browser: Callable[..., Browser], address: str) -> None:
    reader = browser()
    assert spoken(reader.get(address)) == ("en", "ltr")
    german = reader.get(address, **GERMAN)
    assert spoken(german) == ("de", "ltr")
    assert "Set-Cookie" not in german.headers
    assert "Anmelden" in german.text
    assert spoken(reader.get(address, headers={"Accept-Language": "fr"})) == ("en", "ltr")


def test_the_sites_language_is_for_whoever_asks_for_none_of_ours(
    browser: Callable[..., Browser], services: Services
) -> None:
    services.site_settings.set({"language": "de-AT"})
    assert spoken(browser().get("/public")) == ("de", "ltr")
    assert spoken(browser().get("/public", headers={"Accept-Language": "fr, ar"})) == ("de", "ltr")
    assert spoken(browser().get("/public", headers={"Accept-Language": "en"})) == ("en", "ltr")
    services.site_settings.set({"language": "fr"})
    assert spoken(browser().get("/public")) == ("en", "ltr")


def test_a_member_chooses_for_every_browser(browser: Callable[..., Browser], people: Any) -> None:
    ada = people("ada")
    first, second = browser(ada), browser(ada)
    assert spoken(first.get("/", **GERMAN)) == ("de", "ltr")
    answer = first.post("/settings/language", {"locale": "de"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/settings?saved=language")
    assert "Das ist jetzt deine Sprache" in first.get(answer.headers["Location"]).text
    assert spoken(second.get("/", headers={"Accept-Language": "en"})) == ("de", "ltr")
    assert '<option value="de" selected>Deutsch</option>' in second.get("/settings").text
    first.post("/settings/language", {"locale": ""})
    assert spoken(second.get("/", headers={"Accept-Language": "en"})) == ("en", "ltr")
    assert spoken(second.get("/", **GERMAN)) == ("de", "ltr")


def test_what_is_translated_in_part_is_for_those_who_chose_it(browser: Callable[..., Browser], people: Any) -> None:
    ada = browser(people("ada"))
    asking = {"Accept-Language": "ar-EG,ar;q=0.9"}
    assert spoken(ada.get("/", headers=asking)) == ("en", "ltr")
    ada.post("/settings/language", {"locale": "ar"})
    assert spoken(ada.get("/", headers=asking)) == ("ar", "rtl")


def test_a_language_that_is_none_is_refused_in_the_readers(browser: Callable[..., Browser], people: Any) -> None:
    ada = browser(people("ada"))
    answer = ada.post("/settings/language", {"locale": "tlh"}, **{"Accept-Language": "de"})
    assert answer.status_code == 422
    assert "Das muss eines davon sein: en, de, ar." in answer.text
    assert spoken(ada.get("/settings")) == ("en", "ltr")


def test_programs_choose_too(app: Flask, people: Any) -> None:
    ada, client = people("ada"), app.test_client()
    assert client.get("/api/me", headers=ada.headers).get_json()["locale"] is None
    sent = client.patch("/api/me", headers=ada.headers, json={"locale": "de"})
    assert sent.get_json()["locale"] == "de"
    assert spoken(Browser(app, ada.session).get("/")) == ("de", "ltr")
    wrong = client.patch("/api/me", headers={**ada.headers, "Accept-Language": "de"}, json={"locale": "tlh"})
    assert wrong.status_code == 422
    assert wrong.get_json()["errors"][0]["message"] == "must be one of en, de, ar"
    assert client.patch("/api/me", headers=ada.headers, json={"locale": None}).get_json()["locale"] is None


def test_what_is_wrong_with_a_form_is_said_in_the_readers_language(app: Flask) -> None:
    reader = Browser(app)
    form = {"username": "Ada L.", "password": "x", "display_name": ""}
    answer = reader.client.post("/signup", data=form, headers={"Origin": ORIGIN, **GERMAN["headers"]})
    assert answer.status_code == 422
    assert "Das müssen 1 bis 30 der Buchstaben a bis z" in answer.text
    assert re.search(r"Das muss \d+ bis [\d.]+ Zeichen lang sein\.", answer.text)
    wrong = {"username": "nobody", "password": "wrong password"}
    refused = reader.client.post("/login", data=wrong, headers={"Origin": ORIGIN, **GERMAN["headers"]})
    assert "Der Benutzername oder das Passwort ist falsch." in refused.text


def test_api_and_commands_speak_english(app: Flask, people: Any) -> None:
    answer = app.test_client().get("/api/posts/1", headers=GERMAN["headers"])
    assert answer.get_json()["detail"].startswith("There is no such post")
    assert "Content-Language" not in answer.headers


def test_scripts_get_their_texts_by_an_address_that_changes_with_them(browser: Callable[..., Browser]) -> None:
    page = browser().get("/public", **GERMAN).text
    found = re.search(r' data-texts="(/static/[0-9a-f]{12}/texts/de\.json)"', page)
    assert found
    texts = browser().get(found[1])
    assert texts.get_json()["You are offline."] == "Du bist offline."
    assert "immutable" in texts.headers["Cache-Control"]
    assert "data-texts" not in browser().get("/public").text


def test_what_programs_read_is_in_the_sites_language_whoever_asks(
    browser: Callable[..., Browser], people: Any, services: Services
) -> None:
    ada = browser(people("ada"))
    ada.post("/posts", {"body": "Of #beans"})
    home = re.search(r'/home/[^"/]+/feed', ada.get("/settings").text)
    assert home
    said = {"/posts/1/feed": "Kommentare zu ada: Of #beans", home[0]: "Startseite · feedapp"}
    said["/opensearch.xml"] = "Durchsuchen, was die Leute hier schreiben"
    ada.post("/settings/language", {"locale": "en"})
    for language in ("en", "de"):
        services.site_settings.set({"language": language})
        for address, text in said.items():
            for each in (address,) if address.endswith("xml") else (f"{address}.atom", f"{address}.json"):
                asked = [
                    reader.get(each, headers={"Accept-Language": wanted}).text
                    for reader in (ada, browser())
                    for wanted in ("en", "de", "fr")
                ]
                assert len(set(asked)) == 1, each
                assert (text in asked[0]) == (language == "de"), (each, asked[0][:400])
