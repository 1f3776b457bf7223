"""The page that describes the API lets one try each call, and shows what is answered."""

from __future__ import annotations

import json
from base64 import b64decode
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.visitors import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


def opened(page: Page, call: str) -> Locator:
    page.locator(f"button[data-trying='{call}']").click()
    return page.locator(f"#try-{call}")


def sent(form: Locator, status: int) -> str:
    form.locator(".answer").evaluate("each => each.replaceChildren()")  # the answer before is no answer
    form.get_by_role("button", name="Send").click()
    form.locator("code", has_text=f"{status} ").wait_for()
    return form.locator("code").text_content() or ""


def body(answer: str) -> Any:
    return json.loads(answer.partition("\n\n")[2])


def test_a_days_work_is_tried_on_the_page(visit: Any) -> None:
    ada = visit("ada")
    page = ada.go("/api/docs")
    logging_in = opened(page, "tokens_log_in")
    wanted = {"username": ada.name, "password": "not it", "scopes": ["read", "write"]}
    logging_in.locator("textarea").fill(json.dumps(wanted))
    assert body(sent(logging_in, 401))["code"] == "wrong_password"
    logging_in.locator("textarea").fill(json.dumps({**wanted, "password": PASSWORD}))
    token = body(sent(logging_in, 201))["token"]
    assert page.locator("#token").input_value() == token
    publishing = opened(page, "posts_publish")
    publishing.get_by_label("Body").fill(json.dumps({"body": "Tried on the page"}))
    publishing.get_by_label("Idempotency-Key").fill("a-key-of-mine")
    number = body(sent(publishing, 201))["id"]
    assert body(sent(publishing, 201))["id"] == number
    assert "idempotent-replayed: true" in publishing.locator("code").inner_text()
    reading = opened(page, "posts_feed")
    reading.get_by_label("feed", exact=True).fill("user")
    reading.get_by_label("username", exact=True).fill(ada.name)
    assert [each["id"] for each in body(sent(reading, 200))["items"]] == [number]
    deleting = opened(page, "posts_delete")
    deleting.get_by_label("post_id").fill(number)
    assert sent(deleting, 204).startswith("204")
    assert body(sent(reading, 200))["items"] == []
    assert ada.mistakes == []


def test_a_picture_is_tried_on_the_page(visit: Any) -> None:
    ada = visit("ada")
    page = ada.go("/api/docs")
    logging_in = opened(page, "tokens_log_in")
    logging_in.locator("textarea").fill(json.dumps({"username": ada.name, "password": PASSWORD}))
    sent(logging_in, 201)
    sending = opened(page, "media_upload")
    pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    sending.get_by_label("file").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": b64decode(pixel)})
    sending.get_by_label("alt").fill("A dot")
    assert body(sent(sending, 201))["alt"] == "A dot"
    assert ada.mistakes == []


def test_what_is_tried_needs_no_session_and_takes_none(visit: Any) -> None:
    ada = visit("ada")
    page = ada.go("/api/docs")
    form = opened(page, "me_show")
    assert body(sent(form, 401))["code"] == "unauthenticated"


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_a_form_opens_and_closes_by_the_keyboard(visit: Any, key: str) -> None:
    page = visit().go("/api/docs")
    button = page.locator("button[data-trying='posts_show']")
    button.focus()
    page.keyboard.press(key)
    form = page.locator("#try-posts_show")
    form.get_by_label("post_id").wait_for()
    assert page.evaluate("document.activeElement.id") == "posts_show-path-post_id"
    button.press(key)
    form.wait_for(state="hidden")
    assert button.get_attribute("aria-expanded") == "false"


def test_without_scripts_there_are_the_examples(visit: Any) -> None:
    page = visit(scripts=False).go("/api/docs")
    assert page.get_by_role("button", name="Try it").count() == 0
    assert page.locator("pre", has_text="curl").first.is_visible()
