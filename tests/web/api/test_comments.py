from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.web.api.calls import (
    COMMENT_FIELDS,
    RFC_3339,
    comment,
    data,
    fields_at_fault,
    links,
    nothing_changes,
    problem,
    publish,
)

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from tests.support.people import Somebody


def test_a_comment_is_written_and_found_at_its_address(client: FlaskClient, bob: Somebody, post_id: str) -> None:
    response = client.post(f"/api/posts/{post_id}/comments", headers=bob.headers, json={"body": " Well\r\nsaid "})
    written = data(response, 201)
    assert set(written) == COMMENT_FIELDS
    assert re.fullmatch(RFC_3339, written["created_at"])
    assert (written["id"], written["post_id"], written["body"]) == ("1", post_id, "Well\nsaid")
    assert written["author"] == {"id": "2", "username": "bob", "display_name": "bob", "avatar": None}
    assert written["edited_at"] is None
    assert response.headers["Location"] == f"/api/posts/{post_id}/comments/1"
    assert data(client.get(response.headers["Location"])) == {**written, "liked": None}
    assert data(client.get(f"/api/posts/{post_id}"))["comments_count"] == 1


def test_comments_are_listed_oldest_first_page_by_page(
    client: FlaskClient, ada: Somebody, bob: Somebody, post_id: str
) -> None:
    for number in range(5):
        comment(client, (ada, bob)[number % 2], post_id, f"comment {number}")
    first = client.get(f"/api/posts/{post_id}/comments?limit=2")
    assert [each["body"] for each in data(first)["items"]] == ["comment 0", "comment 1"]
    assert data(first)["prev_cursor"] is None
    second = client.get(links(first)["next"])
    assert [each["body"] for each in data(second)["items"]] == ["comment 2", "comment 3"]
    assert data(client.get(links(second)["prev"])) == data(first)
    last = client.get(links(second)["next"])
    assert [each["body"] for each in data(last)["items"]] == ["comment 4"]
    assert "next" not in links(last)
    assert data(last)["next_cursor"] is None
    comment(client, ada, post_id, "comment 5")
    assert [each["body"] for each in data(client.get(links(second)["next"]))["items"]] == ["comment 4", "comment 5"]


def test_only_its_author_edits_a_comment(
    client: FlaskClient, ada: Somebody, bob: Somebody, cyd: Somebody, post_id: str, engine: Engine
) -> None:
    address = f"/api/posts/{post_id}/comments/{comment(client, bob, post_id)}"
    with nothing_changes(engine):
        for other in (ada, cyd):
            problem(client.patch(address, headers=other.headers, json={"body": "no"}), 403)
            problem(client.delete(address, headers=other.headers), 403)
        problem(client.patch(address, json={"body": "no"}), 401)
        problem(client.delete(address), 401)
    edited = data(client.patch(address, headers=bob.headers, json={"body": "better"}))
    assert edited["body"] == "better"
    assert edited["edited_at"] > edited["created_at"]
    assert data(client.get(f"/api/posts/{post_id}/comments"))["items"] == [{**edited, "liked": None}]
    assert data(client.get(address)) == {**edited, "liked": None}


def test_its_author_deletes_a_comment(client: FlaskClient, bob: Somebody, post_id: str) -> None:
    kept, doomed = (comment(client, bob, post_id, body) for body in ("kept", "doomed"))
    address = f"/api/posts/{post_id}/comments/{doomed}"
    data(client.get(address))
    assert client.delete(address, headers=bob.headers).status_code == 204
    problem(client.get(address), 404)
    problem(client.delete(address, headers=bob.headers), 404)
    problem(client.patch(address, headers=bob.headers, json={"body": "x"}), 404)
    assert [each["id"] for each in data(client.get(f"/api/posts/{post_id}/comments"))["items"]] == [kept]
    assert data(client.get(f"/api/posts/{post_id}"))["comments_count"] == 1


def test_a_comment_is_found_under_its_own_post_only(
    client: FlaskClient, ada: Somebody, bob: Somebody, post_id: str, engine: Engine
) -> None:
    comment_id, other = comment(client, bob, post_id), publish(client, ada, "another")
    for warm in (False, True):
        address = f"/api/posts/{other}/comments/{comment_id}"
        with nothing_changes(engine):
            problem(client.get(address), 404)
            problem(client.patch(address, headers=bob.headers, json={"body": "x"}), 404)
            problem(client.delete(address, headers=bob.headers), 404)
        if not warm:
            data(client.get(f"/api/posts/{post_id}/comments/{comment_id}"))


def test_commenting_needs_a_token_a_post_and_a_text(
    client: FlaskClient, ada: Somebody, post_id: str, engine: Engine
) -> None:
    with nothing_changes(engine):
        problem(client.post(f"/api/posts/{post_id}/comments", json={"body": "x"}), 401)
        problem(client.post("/api/posts/999/comments", headers=ada.headers, json={"body": "x"}), 404)
        problem(client.get("/api/posts/999/comments"), 404)
        for wrong in ({}, {"body": " "}, {"body": "x" * 20_001}, {"body": 1}):
            response = client.post(f"/api/posts/{post_id}/comments", headers=ada.headers, json=wrong)
            assert fields_at_fault(response, 422) == {"body"}


def test_a_comment_of_any_length_that_is_allowed_is_kept_whole(
    client: FlaskClient, ada: Somebody, post_id: str
) -> None:
    comment_id = comment(client, ada, post_id, "\U0001f600" * 20_000)
    assert len(data(client.get(f"/api/posts/{post_id}/comments/{comment_id}"))["body"]) == 20_000
