from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.web.api.calls import POST_FIELDS, RFC_3339, comment, data, fields_at_fault, nothing_changes, problem, publish

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from tests.support.people import Somebody


def test_a_post_is_published_and_found_at_its_address(client: FlaskClient, ada: Somebody) -> None:
    response = client.post("/api/posts", headers=ada.headers, json={"body": "  Hello,\r\nworld \r"})
    post = data(response, 201)
    assert set(post) == POST_FIELDS
    assert re.fullmatch(RFC_3339, post["created_at"])
    assert post["id"] == "1"
    assert post["url"] == "http://localhost/posts/1"
    assert post["body"] == "Hello,\nworld"
    assert post["author"] == {"id": "1", "username": "ada", "display_name": "Ada Lovelace", "avatar": None}
    assert (post["likes_count"], post["comments_count"], post["liked"], post["edited_at"]) == (0, 0, False, None)
    assert response.headers["Location"] == "/api/posts/1"
    found = client.get(response.headers["Location"], headers=ada.headers)
    assert data(found) == post
    assert data(client.get(response.headers["Location"])) == post | {"liked": None, "bookmarked": None}


def test_whoever_reads_may_keep_what_is_public_and_nothing_else(client: FlaskClient, ada: Somebody) -> None:
    publish(client, ada)
    anonymous, own = client.get("/api/posts/1"), client.get("/api/posts/1", headers=ada.headers)
    assert anonymous.headers["Cache-Control"] == "public, no-cache"
    assert own.headers["Cache-Control"] == "private, no-cache"
    for answer in (anonymous, own):
        assert answer.vary.as_set() == {"authorization", "accept-encoding"}


@pytest.mark.parametrize(
    "body",
    [
        "x",
        "\u00e9" * 20_000,
        "\U0001f600" * 20_000,
        "<script>alert(1)</script>",
        "'; DROP TABLE posts; --",
        "%s %(x)s {0} {{ 7 * 7 }} :name \\",
        "\u202eright to left\u202c \u200f\u0627\u200e",
        "a\tb\n\nc",
        "zero\u200bwidth \ufeff and \u0000".replace("\u0000", "none"),
        "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    ],
)
def test_a_text_comes_back_as_it_was_sent(client: FlaskClient, ada: Somebody, body: str) -> None:
    post_id = publish(client, ada, body)
    for _ in range(2):
        assert data(client.get(f"/api/posts/{post_id}"))["body"] == body
    assert data(client.patch(f"/api/posts/{post_id}", headers=ada.headers, json={"body": body}))["body"] == body
    assert data(client.get("/api/posts?feed=public"))["items"][0]["body"] == body


def test_twenty_thousand_characters_are_counted_after_trimming(client: FlaskClient, ada: Somebody) -> None:
    assert len(data(client.get(f"/api/posts/{publish(client, ada, ' ' + 20_000 * 'x' + ' ')}"))["body"]) == 20_000
    refusal = client.post("/api/posts", headers=ada.headers, json={"body": "x" * 20_001})
    assert "20,000" in problem(refusal, 422)["detail"]
    assert "20,001" in problem(refusal, 422)["detail"]


def test_a_post_can_be_written_with_escapes(client: FlaskClient, ada: Somebody) -> None:
    headers = ada.headers | {"Content-Type": "application/json; charset=utf-8"}
    response = client.post("/api/posts", headers=headers, data=rb'{"body": "\ud83d\ude00 \u00e9"}')
    assert data(response, 201)["body"] == "\U0001f600 \u00e9"


def test_the_author_edits_a_post(client: FlaskClient, ada: Somebody, bob: Somebody, post_id: str) -> None:
    client.post(f"/api/posts/{post_id}/likes", headers=bob.headers)
    comment(client, bob, post_id)
    before = data(client.get(f"/api/posts/{post_id}", headers=ada.headers))
    edited = data(client.patch(f"/api/posts/{post_id}", headers=ada.headers, json={"body": "better"}))
    assert edited["edited_at"] > edited["created_at"]
    assert edited == before | {"body": "better", "edited_at": edited["edited_at"], "version": edited["version"]}
    assert data(client.get(f"/api/posts/{post_id}", headers=ada.headers)) == edited
    assert data(client.get("/api/posts?feed=public"))["items"][0]["body"] == "better"


def test_the_author_deletes_a_post_with_all_that_was_said_of_it(
    client: FlaskClient, ada: Somebody, bob: Somebody, post_id: str
) -> None:
    kept = publish(client, ada, "kept")
    client.post(f"/api/posts/{post_id}/likes", headers=bob.headers)
    comment_id = comment(client, bob, post_id)
    reads = [f"/api/posts/{post_id}{rest}" for rest in ("", "/comments", "/likes", f"/comments/{comment_id}")]
    for address in reads:
        data(client.get(address))
    gone = client.delete(f"/api/posts/{post_id}", headers=ada.headers)
    assert (gone.status_code, gone.data) == (204, b"")
    for address in reads:
        problem(client.get(address), 404)
    assert [post["id"] for post in data(client.get("/api/posts"))["items"]] == [kept]
    assert data(client.get("/api/users/ada"))["posts_count"] == 1
    problem(client.delete(f"/api/posts/{post_id}", headers=ada.headers), 404)
    problem(client.patch(f"/api/posts/{post_id}", headers=ada.headers, json={"body": "x"}), 404)


def test_only_the_author_changes_a_post(
    client: FlaskClient, bob: Somebody, cyd: Somebody, post_id: str, engine: Engine
) -> None:
    client.post("/api/users/ada/followers", headers=bob.headers)
    address = f"/api/posts/{post_id}"
    with nothing_changes(engine):
        for other in (bob, cyd):
            problem(client.patch(address, headers=other.headers, json={"body": "mine now"}), 403)
            problem(client.delete(address, headers=other.headers), 403)
        problem(client.patch(address, json={"body": "mine now"}), 401)
        problem(client.delete(address), 401)
        problem(client.post("/api/posts", json={"body": "nobody's"}), 401)
    assert data(client.get(address))["body"] == "Hello"


def test_what_is_not_there_is_not_found(client: FlaskClient, ada: Somebody, engine: Engine) -> None:
    with nothing_changes(engine):
        for headers in ({}, ada.headers):
            problem(client.get("/api/posts/1", headers=headers), 404)
        problem(client.patch("/api/posts/1", headers=ada.headers, json={"body": "x"}), 404)
        problem(client.delete("/api/posts/1", headers=ada.headers), 404)


def test_an_empty_text_is_refused_by_name(client: FlaskClient, ada: Somebody, post_id: str, engine: Engine) -> None:
    with nothing_changes(engine):
        for wrong in ({}, {"body": ""}, {"body": " \n\u00a0\u200b"}, {"body": None}, {"text": "x"}):
            assert fields_at_fault(client.post("/api/posts", headers=ada.headers, json=wrong), 422) == {"body"}
            response = client.patch(f"/api/posts/{post_id}", headers=ada.headers, json=wrong)
            assert fields_at_fault(response, 422) == {"body"}


def test_reading_a_post_that_was_asked_for_before_it_existed(client: FlaskClient, ada: Somebody) -> None:
    for headers in ({}, ada.headers):
        problem(client.get("/api/posts/1", headers=headers), 404)
    assert publish(client, ada) == "1"
    assert data(client.get("/api/posts/1", headers=ada.headers))["liked"] is False
