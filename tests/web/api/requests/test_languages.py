"""The language of a text: chosen by its author, or guessed anew with every edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.web.api.calls import data
from tests.web.pages.browsing import Browser

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.support.people import Somebody

GERMAN, ENGLISH, UNCLEAR = "Ich habe die Bohnen nicht gesehen.", "I have not seen the beans.", "Bohnen"
WHERE = ["/api/posts", "/api/posts/1/comments"]


@pytest.fixture
def ada(people: Callable[..., Somebody], client: FlaskClient) -> Somebody:
    somebody = people("ada")
    data(client.post("/api/posts", headers=somebody.headers, json={"body": "the first post"}), 201)
    return somebody


def write(client: FlaskClient, ada: Somebody, where: str, **sent: Any) -> tuple[str, dict[str, Any]]:
    """Give where the new text is, and what it is."""
    written = data(client.post(where, headers=ada.headers, json=sent), 201)
    return f"{where}/{written['id']}", written


def change(client: FlaskClient, ada: Somebody, address: str, **sent: Any) -> dict[str, Any]:
    changed = data(client.patch(address, headers=ada.headers, json=sent))
    read = data(client.get(address))
    assert [read[each] for each in ("language", "version")] == [changed[each] for each in ("language", "version")]
    return changed


@pytest.mark.parametrize("where", WHERE)
def test_what_nobody_chose_is_guessed_anew_with_every_edit(client: FlaskClient, ada: Somebody, where: str) -> None:
    address, written = write(client, ada, where, body=GERMAN)
    assert written["language"] == "de"
    assert data(client.get(address))["language"] == "de"
    assert change(client, ada, address, body=ENGLISH)["language"] == "en"
    assert change(client, ada, address, body=UNCLEAR)["language"] is None


@pytest.mark.parametrize("where", WHERE)
def test_what_somebody_chose_stays_until_they_say_otherwise(client: FlaskClient, ada: Somebody, where: str) -> None:
    address, written = write(client, ada, where, body=GERMAN, language="pt-br")
    assert written["language"] == "pt-BR"
    assert data(client.get(address))["language"] == "pt-BR"
    edited = change(client, ada, address, body=ENGLISH)
    assert edited["language"] == "pt-BR"
    told = change(client, ada, address, body=ENGLISH, language="zh-hant-tw")
    assert told["language"] == "zh-Hant-TW"
    assert (told["version"], told["edited_at"]) == (edited["version"], edited["edited_at"])
    assert change(client, ada, address, body=ENGLISH, language=None)["language"] == "en"
    assert change(client, ada, address, body=GERMAN, language="sr-Latn")["language"] == "sr-Latn"


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize(
    "bad", ["english", "d", "de_AT", "de-", "-de", 'de" onclick="', "de AT", "de\n", 5, ["de"], "x" * 100]
)
def test_what_is_no_language_tag_is_refused(client: FlaskClient, ada: Somebody, where: str, bad: Any) -> None:
    answer = client.post(where, headers=ada.headers, json={"body": GERMAN, "language": bad})
    assert answer.status_code == 422
    assert [each["field"] for each in answer.get_json()["errors"]] == ["language"]
    address, _ = write(client, ada, where, body=GERMAN)
    answer = client.patch(address, headers=ada.headers, json={"body": GERMAN, "language": bad})
    assert answer.status_code == 422
    assert [each["field"] for each in answer.get_json()["errors"]] == ["language"]


@pytest.mark.parametrize("where", WHERE)
def test_lists_that_were_read_show_another_language_at_once(client: FlaskClient, ada: Somebody, where: str) -> None:
    address, written = write(client, ada, where, body=ENGLISH)

    def listed() -> str | None:
        items = data(client.get(where))["items"]
        found: str | None = next(each["language"] for each in items if each["id"] == written["id"])
        return found

    assert [listed(), listed()] == ["en", "en"]
    change(client, ada, address, body=ENGLISH, language="sco")
    assert listed() == "sco"


@pytest.mark.parametrize("where", ["/posts", "/posts/1/comments"])
def test_it_is_chosen_in_the_form(app: Flask, client: FlaskClient, ada: Somebody, where: str) -> None:
    browser = Browser(app, ada.session)
    assert browser.post(where, {"body": GERMAN, "language": "nl"}).status_code == 303
    one = "/posts/2" if where == "/posts" else "/posts/1/comments/1"
    assert 'lang="nl"' in browser.get(one).text
    form = browser.get(f"{one}/edit").text
    assert '<option value="nl" selected>Nederlands</option>' in form
    refused = browser.post(f"{one}/edit", {"body": "", "language": "fr"})
    assert '<option value="fr" selected>' in refused.text
    assert browser.post(f"{one}/edit", {"body": ENGLISH}).status_code == 303
    assert data(client.get(f"/api{one}"))["language"] == "nl"
    assert browser.post(f"{one}/edit", {"body": ENGLISH, "language": ""}).status_code == 303
    assert data(client.get(f"/api{one}"))["language"] == "en"
    assert browser.post(f"{one}/edit", {"body": ENGLISH, "language": "<b>"}).status_code == 422


def test_a_deleted_comment_that_was_answered_keeps_none(client: FlaskClient, ada: Somebody, engine: Any) -> None:
    write(client, ada, WHERE[1], body=GERMAN, language="nl")
    write(client, ada, WHERE[1], body=GERMAN, in_reply_to="1")
    assert client.delete(f"{WHERE[1]}/1", headers=ada.headers).status_code == 204
    with engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT body, language FROM comments WHERE id = 1").one()
    assert tuple(kept) == ("", None)
