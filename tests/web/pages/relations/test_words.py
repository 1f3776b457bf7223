"""/settings/words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.web.pages.browsing import Browser, textarea

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.support.people import Somebody

ADDRESS = "/settings/words"


def test_words_are_saved_and_what_has_one_is_not_in_the_feed(app: Flask, people: Callable[..., Somebody]) -> None:
    ada, bob = people("ada"), people("bob")
    client = app.test_client()
    client.post("/api/posts", headers=ada.headers, json={"body": "The season finale"})
    browser = Browser(app, bob.session)
    assert "The season finale" in browser.get("/public").text
    assert ADDRESS in browser.get("/settings").text
    done = browser.post(ADDRESS, {f"of-{bob.id}": "", "words": "Season  Finale\r\n\r\nfootball\r\n"})
    assert (done.status_code, done.location) == (303, f"{ADDRESS}?saved=1")
    shown = browser.get(done.location)
    assert "Your words were saved." in shown.text
    assert textarea(shown, "words") == "football\nSeason Finale"
    assert "The season finale" not in browser.get("/public").text
    assert "The season finale" in browser.get("/@ada").text
    browser.post(ADDRESS, {f"of-{bob.id}": "", "words": ""})
    assert "The season finale" in browser.get("/public").text


def test_what_was_typed_stays_and_the_line_at_fault_is_named(app: Flask, people: Callable[..., Somebody]) -> None:
    bob = people("bob")
    browser = Browser(app, bob.session)
    typed = "football\n" + "a" * 101
    refused = browser.post(ADDRESS, {f"of-{bob.id}": "", "words": typed})
    assert refused.status_code == 422
    assert textarea(refused, "words") == typed
    assert "Line 2 must be at most 100 characters long, and is 101." in refused.text
    refused = browser.post(ADDRESS, {f"of-{bob.id}": "", "words": "\n".join(f"w{n}" for n in range(101))})
    assert "100 or fewer" in refused.text
    assert textarea(browser.get(ADDRESS), "words") == ""


def test_it_is_for_who_is_signed_in(app: Flask) -> None:
    assert Browser(app).get(ADDRESS).location.startswith("/login")
