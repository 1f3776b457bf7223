"""Limits on the pages: in words, and nothing that was typed is lost."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from feedapp.errors import TryLaterError
from tests.support.apps import services as services_of
from tests.support.people import PASSWORD
from tests.web.pages.browsing import Browser, textarea

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from werkzeug.test import TestResponse


def value(page: TestResponse, name: str) -> str | None:
    found = re.search(rf'<input[^>]* name="{name}"[^>]* value="([^"]*)"', page.text)
    return unescape(found[1]) if found else None


def refused(page: TestResponse, status: int = 429) -> None:
    assert page.status_code == status
    assert int(page.headers["Retry-After"]) > 0
    assert "again in" in page.text
    assert "RateLimit" not in page.headers


@pytest.mark.parametrize("text", ["Hello", "two\n\nlines", '<b> "quoted" & more'])
def test_a_post_that_is_too_much_keeps_its_text_and_its_key(
    limited_app: Callable[..., Flask], people: Any, text: str
) -> None:
    browser = Browser(limited_app(posts="1/minute"), people("ada").session)
    assert browser.post("/posts", {"body": "first"}).status_code == 303
    page = browser.post("/posts", {"body": text, "idempotency_key": "k" * 24})
    refused(page)
    assert textarea(page, "body") == text
    assert value(page, "idempotency_key") == "k" * 24


def test_pages_and_api_count_together(limited_app: Callable[..., Flask], people: Any) -> None:
    app, ada = limited_app(posts="2/minute"), people("ada")
    browser = Browser(app, ada.session)
    assert browser.post("/posts", {"body": "first"}).status_code == 303
    api = app.test_client()
    assert [api.post("/api/posts", headers=ada.headers, json={"body": "x"}).status_code for _ in range(2)] == [201, 429]
    refused(browser.post("/posts", {"body": "third"}))


def test_a_form_that_is_sent_twice_counts_once(limited_app: Callable[..., Flask], people: Any) -> None:
    browser = Browser(limited_app(posts="2/minute"), people("ada").session)
    form = {"body": "first", "idempotency_key": "k" * 24}
    assert [browser.post("/posts", form).status_code for _ in range(4)] == [303] * 4
    assert browser.post("/posts", {"body": "second"}).status_code == 303
    refused(browser.post("/posts", {"body": "third"}))
    assert browser.post("/posts", form).status_code == 303


@pytest.mark.parametrize(
    "form", [{"display_name": "Ada L", "bio": "long story"}, {"display_name": "Ada L", "bio": ""}, {"bio": "story"}]
)
def test_a_profile_that_is_too_much_keeps_all_that_was_typed(
    limited_app: Callable[..., Flask], people: Any, form: dict[str, str]
) -> None:
    browser = Browser(limited_app(edits="1/minute"), people("ada").session)
    assert browser.post("/settings/profile", {"display_name": "Ada", "bio": ""}).status_code == 303
    page = browser.post("/settings/profile", form)
    refused(page)
    for name, typed in form.items():
        assert typed in {textarea(page, name), value(page, name)}


def test_a_new_username_that_is_too_much_is_kept_and_no_password_is(
    limited_app: Callable[..., Flask], people: Any
) -> None:
    browser = Browser(limited_app(edits="1/minute"), people("ada").session)
    assert browser.post("/settings/profile", {"display_name": "Ada", "bio": ""}).status_code == 303
    page = browser.post("/settings/username", {"username": "ada_lovelace", "current_password": PASSWORD})
    refused(page)
    assert textarea(page, "username") == "ada_lovelace"
    assert PASSWORD not in page.text


def test_a_like_that_is_too_much_says_so(limited_app: Callable[..., Flask], people: Any, services: Any) -> None:
    browser = Browser(limited_app(likes="1/minute", posts="5/minute"), people("ada").session)
    browser.post("/posts", {"body": "first"})
    assert browser.post("/posts/1/likes").status_code == 303
    refused(browser.post("/posts/1/likes/delete?fragment=1"))


def test_a_name_that_is_taken_does_not_count_against_signing_up(limited_app: Callable[..., Flask], people: Any) -> None:
    people("ada")
    app = limited_app(sign_ups="1/hour")
    for _ in range(4):
        page = Browser(app).post("/signup", {"username": "ada", "password": "another password"})
        assert page.status_code == 409
    assert Browser(app).post("/signup", {"username": "hal", "password": PASSWORD}).status_code == 303
    page = Browser(app).post("/signup", {"username": "ian", "password": PASSWORD, "display_name": "Ian"})
    refused(page)
    assert (value(page, "username"), value(page, "display_name")) == ("ian", "Ian")


def test_logging_in_too_often_keeps_what_was_typed(limited_app: Callable[..., Flask], people: Any) -> None:
    people("ada")
    app = limited_app(wrong_passwords="1/minute")
    form = {"username": "ada", "password": "not the password", "kept": "my draft", "next": "/posts/new"}
    assert Browser(app).post("/login", form).status_code == 401
    page = Browser(app).post("/login", form)
    refused(page)
    assert value(page, "username") == "ada"
    assert textarea(page, "kept") == "my draft"


@pytest.mark.parametrize("address", ["/login", "/signup"])
def test_when_too_many_passwords_are_checked_at_once_one_is_asked_to_come_back(
    limited_app: Callable[..., Flask], people: Any, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    def busy(*_: object) -> None:
        raise TryLaterError("The site is busy checking passwords. Please try again in a moment.")

    people("ada")
    app = limited_app()
    for method in ("hash", "matches"):
        monkeypatch.setattr(services_of(app).accounts.proofs.passwords, method, busy)
    name = "ada" if address == "/login" else "hal"
    page = Browser(app).post(address, {"username": name, "password": PASSWORD})
    refused(page, 503)
    assert value(page, "username") == name
    for _ in range(12):  # it was no guess
        assert Browser(app).post(address, {"username": name, "password": PASSWORD}).status_code == 503
