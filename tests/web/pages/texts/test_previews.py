"""A text is shown as it would look before it is published: nothing is saved, and nothing is lost."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from feedapp.reading.viewers import Credentials
from tests.integration.media.samples import picture
from tests.web.api.calls import nothing_changes
from tests.web.pages.browsing import Browser, textarea
from tests.web.pages.media.test_pictures import file

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from werkzeug.test import TestResponse

ADDRESSES = ["/posts", "/posts/1/edit", "/posts/1/comments", "/posts/1/comments/1/edit"]
TEXT = "Hello *dear* @bob and @nobody, see #beans:\n\n- one\n- <b>two</b>"


@pytest.fixture
def session(people: Any, services: Any) -> str:
    """Let somebody have written a post and a comment under it."""
    people("bob")
    session: str = people("ada").session
    ada = Credentials.of(session, kind="session")
    services.posts.publish(ada, body="the post")
    services.comments.comment_on(ada, 1, body="the comment")
    return session


@pytest.fixture
def ada(app: Flask, session: str) -> Browser:
    return Browser(app, session)


def previewed(page: TestResponse) -> str:
    found = re.search(r'<section class="previewed" aria-label="Preview">\n.*\n(.*?)\n</section>', page.text, re.DOTALL)
    assert found, page.text
    return found[1]


def hidden(page: TestResponse, name: str) -> str | None:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    return found and found[1]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_text_is_shown_as_it_would_look_and_stays_in_its_form(ada: Browser, engine: Any, address: str) -> None:
    with nothing_changes(engine):
        page = ada.post(f"{address}/preview", {"body": TEXT, "version": "of before"})
    assert page.status_code == 200
    shown = previewed(page)
    assert "<em>dear</em>" in shown
    assert 'href="/@bob"' in shown
    assert "@nobody<" not in shown
    assert 'href="/tags/beans"' in shown
    assert "<li>one</li>" in shown
    assert "<b>" not in shown
    assert textarea(page, "body") == TEXT
    assert f'action="{address}"' in page.text
    assert f'formaction="{address}/preview"' in page.text
    assert page.headers["Cache-Control"] == "private, no-store"
    editing = "/edit" in address
    assert hidden(page, "version") == ("of before" if editing else None)
    assert bool(hidden(page, "idempotency_key")) is not editing


@pytest.mark.parametrize("address", ADDRESSES)
def test_it_is_what_is_published_then(ada: Browser, address: str) -> None:
    shown = previewed(ada.post(f"{address}/preview", {"body": TEXT}))
    answer = ada.post(address, {"body": TEXT})
    assert answer.status_code == 303
    assert shown in ada.get("/posts/1" if "comments" in address or "edit" in address else "/posts/2").text


def test_a_script_gets_nothing_but_the_text(ada: Browser) -> None:
    page = ada.post("/posts/preview?fragment=1", {"body": TEXT})
    assert "<em>dear</em>" in previewed(page)
    assert "<form" not in page.text
    assert "<html" not in page.text


def test_the_key_of_the_form_is_not_used_up(ada: Browser) -> None:
    sent = {"body": TEXT, "idempotency_key": "0" * 32}
    assert ada.post("/posts/preview", {"body": "something else", "idempotency_key": "0" * 32}).status_code == 200
    answer = ada.post("/posts", sent)
    assert (answer.status_code, answer.location) == (303, "/#post-2")
    assert ada.post("/posts", sent).location == "/#post-2"


def test_what_is_answered_and_who_sees_it_stay_in_the_form(ada: Browser) -> None:
    assert hidden(ada.post("/posts/1/comments/preview", {"body": "x", "in_reply_to": "1"}), "in_reply_to") == "1"
    page = ada.post("/posts/preview", {"body": "x", "visibility": "followers"})
    assert '<option value="followers" selected>' in page.text


def test_pictures_that_came_with_it_need_not_be_sent_again(ada: Browser) -> None:
    page = ada.post("/posts/preview", {"body": "Beans", "picture": file(picture()), "alt": "a bean"})
    assert page.status_code == 200
    kept = hidden(page, "media")
    assert kept
    assert f'name="alt-{kept}" value="a bean"' in page.text
    assert ada.post("/posts", {"body": "Beans", "media": kept, f"alt-{kept}": "a bean"}).status_code == 303
    assert 'alt="a bean"' in ada.get("/posts/2").text


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("body", ["", " \n ", "x" * 20_001])
def test_what_could_not_be_published_is_not_shown_either(ada: Browser, address: str, body: str) -> None:
    page = ada.post(f"{address}/preview", {"body": body})
    assert page.status_code == 422
    assert textarea(page, "body") == body
    assert "previewed" not in page.text


def test_of_what_is_another_s_there_is_none(browser: Any, people: Any, session: str) -> None:
    del session
    cyd = browser(people("cyd"))
    assert cyd.post("/posts/1/edit/preview", {"body": "x"}).status_code == 403
    assert cyd.post("/posts/1/comments/1/edit/preview", {"body": "x"}).status_code == 403
    assert cyd.post("/posts/1/comments/preview", {"body": "x"}).status_code == 200


def test_previews_have_a_limit_of_their_own(limited_app: Callable[..., Flask], session: str) -> None:
    browser = Browser(limited_app(previews="1/minute"), session)
    assert browser.post("/posts/preview", {"body": "one"}).status_code == 200
    refused = browser.post("/posts/1/comments/preview", {"body": "two"})
    assert refused.status_code == 429
    assert textarea(refused, "body") == "two"
    assert browser.post("/posts", {"body": "two"}).status_code == 303
