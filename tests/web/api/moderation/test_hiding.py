from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.api.calls import COMMENT_FIELDS, Json, comment, data, nothing_changes, problem, publish

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from feedapp.wiring import Services
    from tests.support.people import Somebody

WHY = {"reason": "Advertising."}


def hide(client: FlaskClient, mod: Somebody, address: str, reason: str = "Advertising.") -> Json:
    return data(client.post(f"{address}/hiding", headers=mod.headers, json={"reason": reason}), 201)


def ids(client: FlaskClient, address: str, who: Somebody | None = None) -> list[str]:
    found = data(client.get(address, headers=who.headers if who else {}))
    return [each["id"] for each in found["items"]]


def test_a_hidden_post_is_there_for_its_author_and_moderators_alone(
    client: FlaskClient, ada: Somebody, bob: Somebody, mod: Somebody, post_id: str
) -> None:
    address = f"/api/posts/{post_id}"
    client.post("/api/users/ada/followers", headers=bob.headers)
    lists = ("/api/posts?feed=public", "/api/posts?feed=user&username=ada", f"/api/posts?ids={post_id}")
    for each in (*lists, "/api/posts?feed=home"):
        assert ids(client, each, bob) == [post_id]
    assert hide(client, mod, address) == {"hidden": WHY}
    for who in (bob, None):
        headers = who.headers if who else {}
        for path in (address, f"{address}/likes", f"{address}/comments"):
            problem(client.get(path, headers=headers), 404)
        for each in lists:
            assert ids(client, each, who) == []
    assert ids(client, "/api/posts?feed=home", bob) == []
    assert data(client.get("/api/search?q=hello", headers=bob.headers))["items"] == []
    for call in (client.post, client.delete):
        problem(call(f"{address}/likes", headers=bob.headers), 404)
    problem(client.post(f"{address}/comments", headers=bob.headers, json={"body": "Still?"}), 404)
    for seer in (ada, mod):
        seen = data(client.get(address, headers=seer.headers))
        assert (seen["body"], seen["hidden"]) == ("Hello", WHY)
        assert ids(client, lists[1], seer) == [post_id]
        assert data(client.get(f"{address}/comments", headers=seer.headers))["items"] == []


def test_it_comes_back_as_it_was(client: FlaskClient, bob: Somebody, mod: Somebody, post_id: str) -> None:
    address = f"/api/posts/{post_id}"
    client.post(f"{address}/likes", headers=bob.headers)
    before = data(client.get(address, headers=bob.headers))
    hide(client, mod, address)
    assert data(client.delete(f"{address}/hiding", headers=mod.headers)) == {"hidden": None}
    assert data(client.get(address, headers=bob.headers)) == before
    assert ids(client, "/api/posts?feed=public", bob) == [post_id]


def test_what_is_hidden_is_not_counted(
    client: FlaskClient, services: Services, ada: Somebody, mod: Somebody, post_id: str
) -> None:
    def count() -> int:
        return int(data(client.get("/api/users/ada"))["posts_count"])

    hide(client, mod, f"/api/posts/{post_id}")
    hide_again = client.post(f"/api/posts/{post_id}/hiding", headers=mod.headers, json={"reason": "Another."})
    assert data(hide_again, 201) == {"hidden": {"reason": "Another."}}
    assert count() == 0
    client.delete(f"/api/posts/{post_id}/hiding", headers=mod.headers)
    client.delete(f"/api/posts/{post_id}/hiding", headers=mod.headers)
    assert count() == 1
    hide(client, mod, f"/api/posts/{post_id}")
    assert client.delete(f"/api/posts/{post_id}", headers=ada.headers).status_code == 204
    assert count() == 0
    publish(client, ada)
    assert count() == 1
    del services


def test_hiding_twice_is_hiding_once(client: FlaskClient, mod: Somebody, post_id: str) -> None:
    address = f"/api/posts/{post_id}/hiding"
    first, second = (client.post(address, headers=mod.headers, json=WHY) for _ in range(2))
    assert data(first, 201) == data(second, 200) == {"hidden": WHY}
    assert len(data(client.get("/api/moderation/log", headers=mod.headers))["items"]) == 1


def test_a_hidden_comment_leaves_a_stub(
    client: FlaskClient, bob: Somebody, cyd: Somebody, mod: Somebody, post_id: str
) -> None:
    comment_id = comment(client, bob, post_id)
    thread, address = f"/api/posts/{post_id}/comments", f"/api/posts/{post_id}/comments/{comment_id}"
    assert set(data(client.get(thread))["items"][0]) == COMMENT_FIELDS
    hide(client, mod, address)
    stub = {"id": comment_id, "post_id": post_id, "in_reply_to": None, "hidden": True}
    for headers in ({}, cyd.headers):
        assert data(client.get(thread, headers=headers))["items"] == [stub]
        problem(client.get(address, headers=headers), 404)
    for seer in (bob, mod):
        (seen,) = data(client.get(thread, headers=seer.headers))["items"]
        assert (seen["body"], seen["hidden"]) == (data(client.get(address, headers=seer.headers))["body"], WHY)
    assert data(client.get(f"/api/posts/{post_id}"))["comments_count"] == 1
    assert data(client.get("/api/search?kind=comments&q=from:bob"))["items"] == []
    client.delete(f"{address}/hiding", headers=mod.headers)
    assert data(client.get(address))["hidden"] is None


def test_comments_under_a_hidden_post_are_not_found(
    client: FlaskClient, bob: Somebody, mod: Somebody, post_id: str
) -> None:
    comment_id = comment(client, bob, post_id)
    assert ids(client, "/api/search?kind=comments&q=from:bob") == [comment_id]
    hide(client, mod, f"/api/posts/{post_id}")
    assert ids(client, "/api/search?kind=comments&q=from:bob") == []
    problem(client.get(f"/api/posts/{post_id}/comments/{comment_id}", headers=bob.headers), 404)


def test_its_author_may_edit_it_and_it_stays_hidden(
    client: FlaskClient, ada: Somebody, bob: Somebody, mod: Somebody, post_id: str
) -> None:
    address = f"/api/posts/{post_id}"
    hide(client, mod, address)
    edited = data(client.patch(address, headers=ada.headers, json={"body": "Better"}))
    assert (edited["body"], edited["hidden"]) == ("Better", WHY)
    problem(client.get(address, headers=bob.headers), 404)


@pytest.mark.parametrize("what", ["post", "comment"])
def test_only_moderators_hide(
    client: FlaskClient, bob: Somebody, mod: Somebody, post_id: str, engine: Engine, what: str
) -> None:
    comment_id = comment(client, bob, post_id)
    address = f"/api/posts/{post_id}" + (f"/comments/{comment_id}" if what == "comment" else "")
    with nothing_changes(engine):
        for call in (client.post, client.delete):
            problem(call(f"{address}/hiding", json=WHY if call == client.post else None), 401)
            problem(call(f"{address}/hiding", headers=bob.headers, json=WHY), 403)
        problem(client.post(f"{address}/hiding", headers=mod.headers, json={"reason": " "}), 422)
        problem(client.post(f"{address}/hiding", headers=mod.headers, json={"reason": "x" * 1_001}), 422)
        problem(client.post("/api/posts/999/hiding", headers=mod.headers, json=WHY), 404)
        problem(client.post(f"/api/posts/{post_id}/comments/999/hiding", headers=mod.headers, json=WHY), 404)


def test_what_is_hidden_is_hidden_from_answers_that_are_kept(
    client: FlaskClient, bob: Somebody, mod: Somebody, post_id: str
) -> None:
    """Whatever answers a warm read, the response cache and validators included, is of no use after the hiding."""
    addresses = (f"/api/posts/{post_id}", "/api/posts?feed=public", f"/posts/{post_id}", "/public")
    tags = {}
    for address in addresses:
        for _ in range(3):
            tags[address] = client.get(address).headers["ETag"]
    hide(client, mod, f"/api/posts/{post_id}")
    for address in addresses:
        again = client.get(address, headers={"If-None-Match": tags[address]})
        assert again.status_code in {200, 404}, address
        assert "Hello" not in again.text
    del bob


def test_a_key_hides_once_and_says_how_it_stands_since(client: FlaskClient, mod: Somebody, post_id: str) -> None:
    address = f"/api/posts/{post_id}/hiding"
    headers = {**mod.headers, "Idempotency-Key": "hide-it-once"}
    first = client.post(address, headers=headers, json=WHY)
    client.delete(address, headers=mod.headers)
    second = client.post(address, headers=headers, json=WHY)
    assert data(first, 201) == {"hidden": WHY}
    assert data(second, 201) == {"hidden": None}
    assert second.headers["Idempotent-Replayed"] == "true"
    data(client.get(f"/api/posts/{post_id}"))


def test_for_mirrors_it_is_deleted_and_created_again(client: FlaskClient, ada: Somebody, mod: Somebody) -> None:
    cursor = data(client.get("/api/changes?cursor=now"))["next_cursor"]
    post_id = publish(client, ada)
    address = f"/api/posts/{post_id}"
    hide(client, mod, address)
    client.patch(address, headers=ada.headers, json={"body": "Seen by nobody"})
    client.delete(f"{address}/hiding", headers=mod.headers)
    client.patch(address, headers=ada.headers, json={"body": "Seen"})
    items = data(client.get(f"/api/changes?cursor={cursor}"))["items"]
    assert [each["change"] for each in items] == ["created", "deleted", "created", "edited"]
