"""A person's comments, and the posts that they like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.apps import services
from tests.support.costs import cost_of
from tests.web.api.calls import COMMENT_FIELDS, POST_FIELDS, comment, data, links, problem, publish

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.support.people import Somebody


def items(client: FlaskClient, who: Somebody | None, address: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = data(client.get(address, headers=who.headers if who else {}))["items"]
    return found


def bodies(client: FlaskClient, who: Somebody | None, address: str) -> list[str]:
    return [each["body"] for each in items(client, who, address)]


def test_likes_are_listed_as_they_were_given_the_last_first(client: FlaskClient, ada: Somebody, bob: Somebody) -> None:
    ids = [publish(client, ada, body) for body in ("one", "two", "three", "four")]
    address = "/api/users/bob/likes"
    assert bodies(client, ada, address) == bodies(client, bob, "/api/me/likes") == []
    for number in (1, 3, 0):
        client.post(f"/api/posts/{ids[number]}/likes", headers=bob.headers)
        bodies(client, ada, address)
    for who, where in ((ada, address), (None, address), (bob, "/api/me/likes"), (bob, "/api/users/BOB/likes")):
        assert bodies(client, who, where) == ["one", "four", "two"]
    assert set(items(client, ada, address)[0]) == POST_FIELDS
    first = client.get(f"{address}?limit=2")
    rest = client.get(links(first)["next"])
    assert [post["body"] for post in data(rest)["items"]] == ["two"]
    assert data(client.get(links(rest)["prev"]))["items"] == data(first)["items"]
    client.delete(f"/api/posts/{ids[3]}/likes", headers=bob.headers)
    assert bodies(client, ada, address) == bodies(client, bob, "/api/me/likes") == ["one", "two"]
    client.delete(f"/api/posts/{ids[0]}", headers=ada.headers)
    assert bodies(client, ada, address) == ["two"]


def test_comments_are_listed_the_newest_first(client: FlaskClient, ada: Somebody, bob: Somebody) -> None:
    posts = [publish(client, ada, body) for body in ("one", "two")]
    address = "/api/users/bob/comments"
    assert bodies(client, None, address) == []
    written = [comment(client, bob, posts[number % 2], f"c{number}") for number in range(3)]
    comment(client, ada, posts[0], "not his")
    for who in (ada, bob, None):
        assert bodies(client, who, address) == ["c2", "c1", "c0"]
    assert set(items(client, ada, address)[0]) == COMMENT_FIELDS
    first = client.get(f"{address}?limit=2")
    rest = client.get(links(first)["next"])
    assert [each["body"] for each in data(rest)["items"]] == ["c0"]
    assert data(client.get(links(rest)["prev"]))["items"] == data(first)["items"]
    one = f"/api/posts/{posts[1]}/comments/{written[1]}"
    client.patch(one, headers=bob.headers, json={"body": "edited"})
    assert bodies(client, ada, address) == ["c2", "edited", "c0"]
    client.delete(one, headers=bob.headers)
    assert bodies(client, ada, address) == ["c2", "c0"]
    client.delete(f"/api/posts/{posts[0]}", headers=ada.headers)
    assert bodies(client, ada, address) == []


def test_what_very_many_liked_and_wrote_under_leaves_every_list_when_it_is_deleted(
    client: FlaskClient, ada: Somebody, bob: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, doomed = publish(client, ada, "kept"), publish(client, ada, "doomed")
    for who in (ada, bob):
        for each in (kept, doomed):
            client.post(f"/api/posts/{each}/likes", headers=who.headers)
            comment(client, who, each, each)
        assert [len(items(client, None, f"/api/users/{who.username}/{what}")) for what in ("likes", "comments")] == [
            2,
            2,
        ]
    monkeypatch.setattr("feedapp.services.content.posts.FANOUT", 1)
    client.delete(f"/api/posts/{doomed}", headers=ada.headers)
    for who in (ada, bob):
        for what, left in (("likes", "kept"), ("comments", kept)):
            page = data(client.get(f"/api/users/{who.username}/{what}?limit=1"))
            assert ([each["body"] for each in page["items"]], page["next_cursor"]) == ([left], None)


@pytest.mark.parametrize("what", ["likes", "comments"])
def test_what_a_reader_does_not_see_is_not_in_it(
    client: FlaskClient, ada: Somebody, bob: Somebody, cyd: Somebody, what: str
) -> None:
    address = f"/api/users/bob/{what}"
    sent = {"body": "secret", "visibility": "followers"}
    data(client.post("/api/users/ada/followers", headers=bob.headers), 201)
    secret = data(client.post("/api/posts", headers=ada.headers, json=sent), 201)["id"]
    hidden, plain = publish(client, ada, "hidden"), publish(client, ada, "plain")
    for name, post in (("secret", secret), ("hidden", hidden), ("plain", plain)):
        client.post(f"/api/posts/{post}/likes", headers=bob.headers)
        comment(client, bob, post, name)
    for _ in range(2):
        assert bodies(client, bob, address) == ["plain", "hidden", "secret"]
        assert bodies(client, cyd, address) == bodies(client, None, address) == ["plain", "hidden"]
    with client.application.app_context():
        services(client.application).roles.assign(username="cyd", role="moderator")
    data(client.post(f"/api/posts/{hidden}/hiding", headers=cyd.headers, json={"reason": "no"}), 201)
    assert bodies(client, bob, address) == ["plain", "secret"]
    assert bodies(client, None, address) == ["plain"]
    assert bodies(client, cyd, address) == ["plain", "hidden"], "a moderator sees what is hidden"
    data(client.post("/api/users/cyd/blocks", headers=ada.headers), 201)
    assert bodies(client, cyd, address) == []
    data(client.delete("/api/users/ada/followers", headers=bob.headers))
    assert bodies(client, bob, address) == ["plain"]
    left = client.delete("/api/me", headers=ada.headers, json={"current_password": "a good password"})
    assert left.status_code == 202
    assert bodies(client, bob, address) == []


@pytest.mark.parametrize("what", ["likes", "comments"])
def test_who_blocks_or_is_not_there_has_no_such_lists(
    client: FlaskClient, ada: Somebody, bob: Somebody, what: str
) -> None:
    data(client.post("/api/users/bob/blocks", headers=ada.headers), 201)
    for who, other in ((ada, "bob"), (bob, "ada"), (ada, "nobody")):
        problem(client.get(f"/api/users/{other}/{what}", headers=who.headers), 404)
    problem(client.get(f"/api/users/bob/{what}?cursor=x"), 400)


def test_ones_own_likes_take_a_token_and_have_those_of_people_one_mutes(
    client: FlaskClient, ada: Somebody, bob: Somebody, cyd: Somebody
) -> None:
    problem(client.get("/api/me/likes"), 401)
    post = publish(client, ada, "liked")
    for who in (bob, cyd):
        data(client.post(f"/api/posts/{post}/likes", headers=who.headers), 201)
    data(client.post("/api/users/ada/mutes", headers=bob.headers), 201)
    for address, expected in (("/api/me/likes", ["liked"]), ("/api/users/bob/likes", ["liked"])):
        assert bodies(client, bob, address) == expected
    assert bodies(client, bob, "/api/users/cyd/likes") == []


@pytest.mark.parametrize("what", ["likes", "comments"])
def test_a_warm_read_is_one_trip(client: FlaskClient, ada: Somebody, bob: Somebody, what: str) -> None:
    post = publish(client, ada, "one")
    client.post(f"/api/posts/{post}/likes", headers=bob.headers)
    comment(client, bob, post)
    for _ in range(2):
        client.get(f"/api/users/bob/{what}", headers=ada.headers)
    warm = cost_of(client.get(f"/api/users/bob/{what}", headers=ada.headers))
    assert (warm.sql_statements, warm.redis_trips) == (0, 1)
