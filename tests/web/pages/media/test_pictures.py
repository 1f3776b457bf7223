"""Pictures on pages: sent by plain forms, shown with their sizes and what they show."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.media.samples import picture
from tests.web.pages.browsing import Browser, textarea

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.support.people import Somebody


@pytest.fixture
def ada(people: Callable[..., Somebody]) -> Somebody:
    return people("ada")


@pytest.fixture
def browser(app: Flask, ada: Somebody) -> Browser:
    return Browser(app, ada.session)


def file(content: bytes, name: str = "beans.jpg") -> tuple[BytesIO, str]:
    return BytesIO(content), name


def media(client: FlaskClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get("/api/posts").get_json()["items"][0]["media"]
    return found


def test_a_post_is_written_with_pictures_by_a_plain_form(client: FlaskClient, browser: Browser) -> None:
    shown = browser.get("/posts/new").text
    assert shown.count('name="picture"') == shown.count('name="alt"') == 4
    assert 'enctype="multipart/form-data"' in shown
    sent = {
        "body": "Beans \u00fc",
        "picture": [file(picture(size=(900, 600))), file(b"", ""), file(picture("PNG"))],
        "alt": ["A row of <beans>", "", ""],
    }
    assert browser.post("/posts", sent).status_code == 303
    assert [each["alt"] for each in media(client)] == ["A row of <beans>", ""]
    for page in ("/", "/posts/1", "/@ada"):
        html = browser.get(page).text
        assert html.count("<img src=") == 2
        assert 'width="900" height="600" alt="A row of &lt;beans&gt;"' in html
        assert re.search(r'srcset="/media/\w+-400.webp 400w, /media/\w+-800.webp 800w, /media/\w+-900.webp 900w"', html)
    assert 'loading="lazy"' in browser.get("/").text


def test_what_is_refused_keeps_the_text_and_the_pictures_that_came(client: FlaskClient, browser: Browser) -> None:
    sent = {"body": "Beans", "picture": [file(picture()), file(b"<svg/>", "x.png")], "alt": ["one", "two"]}
    refused = browser.post("/posts", sent)
    assert refused.status_code == 415
    assert textarea(refused, "body") == "Beans"
    assert "This is no JPEG, PNG, WebP, GIF or AVIF" in refused.text
    (kept,) = re.findall(r'name="media" value="(\d+)"', refused.text)
    assert f'name="alt-{kept}" value="one"' in refused.text
    assert refused.text.count('name="picture"') == 3
    assert client.get("/api/posts").get_json()["items"] == []
    again = {"body": "Beans", "media": kept, f"alt-{kept}": "a bean", "picture": file(b"", ""), "alt": ""}
    assert browser.post("/posts", again).status_code == 303
    assert [each["alt"] for each in media(client)] == ["a bean"]


def test_more_than_four_are_refused(client: FlaskClient, browser: Browser) -> None:
    refused = browser.post("/posts", {"body": "Beans", "picture": [file(picture()) for _ in range(5)]})
    assert refused.status_code == 422
    assert "at most 4" in refused.text
    assert client.get("/api/posts").get_json()["items"] == []


def test_a_form_that_is_sent_twice_makes_one_post(client: FlaskClient, browser: Browser) -> None:
    content = picture()
    key = re.findall(r'name="idempotency_key" value="([^"]+)"', browser.get("/posts/new").text)[0]
    for _ in range(2):
        answer = browser.post("/posts", {"body": "Beans", "idempotency_key": key, "picture": file(content)})
        assert answer.status_code == 303
    assert len(client.get("/api/posts").get_json()["items"]) == 1
    other = browser.post("/posts", {"body": "Beans", "idempotency_key": key, "picture": file(picture("PNG"))})
    assert other.status_code == 409


def test_a_script_sends_a_picture_and_gets_its_part_of_the_form(browser: Browser) -> None:
    answer = browser.post("/media?fragment=1", {"file": file(picture(size=(900, 600))), "alt": "beans"})
    assert answer.status_code == 200
    assert 'name="media" value="1"' in answer.text
    assert 'value="beans"' in answer.text
    refused = browser.post("/media?fragment=1", {"file": file(b"<svg/>")})
    assert refused.status_code == 415
    assert "JPEG" in refused.text


def test_nobody_sends_anothers_picture(app: Flask, people: Callable[..., Somebody], browser: Browser) -> None:
    browser.post("/media", {"file": file(picture())})
    other = Browser(app, people("bob").session)
    assert other.post("/posts", {"body": "Mine", "media": "1", "alt-1": "x"}).status_code in {404, 422}


def test_somebody_has_a_picture_wherever_they_are_shown_and_takes_it_away(
    client: FlaskClient, browser: Browser
) -> None:
    browser.post("/posts", {"body": "Beans"})
    assert 'class="avatar hue-' in client.get("/public").text
    saved = browser.post("/settings/avatar", {"file": file(picture(size=(500, 300)))})
    assert saved.headers["Location"].endswith("saved=avatar")
    assert "Your picture was saved." in browser.get(saved.headers["Location"]).text
    for page in ("/public", "/posts/1", "/@ada"):
        assert '<img class="avatar' in client.get(page).text
        assert 'class="avatar hue-' not in client.get(page).text
    address = re.findall(r'<img class="avatar" src="([^"]+)"', client.get("/public").text)[0]
    assert len(client.get(address).data) < 15_000  # four of them are a small part of a page of 60 KB
    browser.post("/settings/avatar/delete")
    assert 'class="avatar hue-' in client.get("/public").text


def test_an_avatar_that_is_none_is_said_beside_its_field(browser: Browser) -> None:
    refused = browser.post("/settings/avatar", {"file": file(b"<svg/>")})
    assert refused.status_code == 415
    assert "This is no JPEG" in refused.text
    missing = browser.post("/settings/avatar", {"file": file(b"", "")})
    assert missing.status_code == 422
    assert "is required" in missing.text


def test_a_field_that_is_not_utf_8_is_refused_beside_a_picture(browser: Browser) -> None:
    boundary = b"--x\r\nContent-Disposition: form-data; name="
    body = (
        boundary + b'"body"\r\n\r\ncaf\xe9\r\n'
        + boundary + b'"picture"; filename="a.jpg"\r\n\r\n' + picture() + b"\r\n--x--\r\n"
    )  # fmt: skip
    headers = {"Origin": "http://localhost"}
    answer = browser.client.post("/posts", data=body, content_type="multipart/form-data; boundary=x", headers=headers)
    assert answer.status_code == 400
