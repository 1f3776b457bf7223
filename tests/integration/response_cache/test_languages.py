"""Nobody gets a page in the language of somebody else, or in the one that they had before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from feedapp.blueprints.pages.kit import times
from feedapp.blueprints.pages.kit.cookies import session_cookie
from feedapp.languages.known import LANGUAGES
from feedapp.web.parameters import Parameters
from feedapp.web.response_cache import _address
from tests.integration.response_cache.test_reuse import AGAIN
from tests.support.costs import cost_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from feedapp.wiring import Services
    from tests.support.people import Somebody

ASKING = {"en": "en-GB,en;q=0.8", "de": "de-CH, de;q=0.9, en;q=0.1"}
PAGES = ("/public", "/posts/{}", "/@ada", "/tags/spring", "/public?fragment=1", "/posts/{}?fragment=1", "/@ada/likes")


@pytest.fixture
def ada(people: Callable[..., Somebody]) -> Somebody:
    return people("ada")


@pytest.fixture
def post_id(client: FlaskClient, ada: Somebody) -> str:
    post = str(client.post("/api/posts", headers=ada.headers, json={"body": "in #spring"}).get_json()["id"])
    client.post(f"/api/posts/{post}/comments", headers=ada.headers, json={"body": "indeed"})
    return post


def language_of(answer: TestResponse) -> str:
    return answer.headers["Content-Language"]


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("first", ["en", "de"])
def test_a_page_that_is_given_again_is_in_the_readers_language(
    client: FlaskClient, post_id: str, address: str, first: str
) -> None:
    address = address.format(post_id)
    order = [first, *(each for each in ASKING if each != first)]
    made: dict[str, str] = {}
    for _ in range(3):
        for language in order:
            answer = client.get(address, headers={"Accept-Language": ASKING[language]})
            assert language_of(answer) == language
            made.setdefault(language, answer.text)
            assert answer.text == made[language]
    for language in order:
        assert cost_of(client.get(address, headers={"Accept-Language": ASKING[language]})) == AGAIN
    assert made["en"] != made["de"]


def test_cards_that_are_kept_are_in_the_readers_language(
    client: FlaskClient, post_id: str, people: Callable[..., Somebody], app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A card is kept by itself, also where the page around it is not given again; even if its age is the same."""
    monkeypatch.setattr(times, "age", lambda _: "2026")
    cookie = session_cookie(app)
    bob = people("bob")
    client.set_cookie(cookie, bob.session)
    for header in (*ASKING.values(), *ASKING.values()):
        page = client.get("/public", headers={"Accept-Language": header}).text
        german = header.startswith("de")
        assert ("Lesezeichen setzen" in page, "Bookmark<" in page) == (german, not german)


def test_after_a_member_chose_no_read_is_in_the_language_before(
    app: Flask, client: FlaskClient, ada: Somebody, post_id: str
) -> None:
    """Pages of every kind are warm when the choice is acknowledged; the next read of each is in the new one."""
    reader = app.test_client()
    reader.set_cookie(session_cookie(app), ada.session)
    pages = ["/", "/public", f"/posts/{post_id}", "/@ada", "/notifications", "/bookmarks", "/?fragment=1", "/settings"]
    for chosen, expected in (("de", "de"), ("ar", "ar"), (None, "en"), ("de", "de")):
        client.patch("/api/me", headers=ada.headers, json={"locale": chosen})
        for address in pages:
            assert language_of(reader.get(address)) == expected
        for address in pages[:-1]:
            for _ in range(2):
                reader.get(address)
            assert cost_of(reader.get(address)) == AGAIN


def test_after_the_site_got_another_language_no_read_is_in_the_one_before(
    client: FlaskClient, services: Services, post_id: str
) -> None:
    for language in ("de", "en", "de"):
        services.site_settings.set({"language": language})
        for address in ("/public", f"/posts/{post_id}", "/@ada"):
            for _ in range(3):
                assert language_of(client.get(address)) == language


def test_a_choice_between_looking_and_answering_is_seen_by_the_next_read(
    app: Flask, client: FlaskClient, ada: Somebody, services: Services, post_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Interleaving: a page is being made in the language before while its reader chooses another.

    The page that is in hand may be in either; it must not be kept as an answer to the next request.
    """
    reader = app.test_client()
    reader.set_cookie(session_cookie(app), ada.session)
    for _ in range(3):
        reader.get("/public")
    client.delete(f"/api/posts/{post_id}", headers=ada.headers)  # so that the page is made anew
    chosen: list[bool] = []

    def choose(*_: object) -> None:
        if not chosen:
            chosen.append(True)
            app.test_client().patch("/api/me", headers=ada.headers, json={"locale": "de"})

    real = services.feeds.public

    def public(*args: Any, **more: Any) -> Any:
        view = real(*args, **more)
        choose()
        return view

    monkeypatch.setattr(services.feeds, "public", public)
    reader.get("/public")
    assert chosen
    for _ in range(3):
        assert language_of(reader.get("/public")) == "de"


def test_ten_thousand_ways_to_ask_are_as_many_addresses_as_there_are_languages() -> None:
    environ = {"REQUEST_METHOD": "GET", "wsgi.url_scheme": "http", "PATH_INFO": "/public", "HTTP_HOST": "localhost"}
    known = Parameters()
    asked = [
        f"{tag};q=0.{n}, x-{n}" for tag in ("de", "en", "fr", "ar", "de-AT", "en-US", "*") for n in range(1, 1_500)
    ]
    addresses = {_address({**environ, "HTTP_ACCEPT_LANGUAGE": each}, known) for each in asked}
    assert None not in addresses
    assert len(addresses) <= 1 + sum(each.complete for each in LANGUAGES.values())
