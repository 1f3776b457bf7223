"""The pinned post: one of one's own, for whoever sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.costs import cost_of
from tests.web.api.calls import data, problem, publish

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.support.people import Somebody


def pinned(client: FlaskClient, name: str, who: Somebody | None = None) -> Any:
    """Read which post is at the top, in each of the places that say so."""
    headers = who.headers if who else {}
    user = data(client.get(f"/api/users/{name}", headers=headers))
    others = [
        data(client.get(f"/api/users/by-id/{user['id']}", headers=headers)),
        data(client.get(f"/api/users?ids={user['id']}", headers=headers))["items"][0],
    ]
    assert all(each.get("pinned_post_id") == user.get("pinned_post_id") for each in others)
    return user.get("pinned_post_id")


def test_one_post_is_pinned_and_another_takes_its_place(client: FlaskClient, ada: Somebody, bob: Somebody) -> None:
    first, second = publish(client, ada, "first"), publish(client, ada, "second")
    assert "pinned_post_id" not in data(client.get("/api/users/ada"))
    for expected in (201, 200):
        assert data(client.post(f"/api/posts/{first}/pin", headers=ada.headers), expected) == {"pinned": True}
    assert [pinned(client, "ada", who) for who in (None, ada, bob)] == [first] * 3
    assert data(client.get("/api/me", headers=ada.headers))["pinned_post_id"] == first
    data(client.post(f"/api/posts/{second}/pin", headers=ada.headers), 201)
    assert pinned(client, "ada") == second
    assert data(client.delete(f"/api/posts/{first}/pin", headers=ada.headers)) == {"pinned": False}
    assert pinned(client, "ada") == second
    assert data(client.delete(f"/api/posts/{second}/pin", headers=ada.headers)) == {"pinned": False}
    assert pinned(client, "ada") is None
    assert "pinned_post_id" not in data(client.get("/api/me", headers=ada.headers))


def test_the_list_has_it_in_its_place(client: FlaskClient, ada: Somebody) -> None:
    numbers = [publish(client, ada, f"post {n}") for n in range(3)]
    data(client.post(f"/api/posts/{numbers[0]}/pin", headers=ada.headers), 201)
    found = data(client.get("/api/posts?username=ada"))["items"]
    assert [post["id"] for post in found] == numbers[::-1]


def test_nobody_pins_what_is_not_theirs_or_not_there(client: FlaskClient, ada: Somebody, bob: Somebody) -> None:
    number = publish(client, ada)
    for send in (client.post, client.delete):
        problem(send(f"/api/posts/{number}/pin"), 401)
        assert "Only its author" in problem(send(f"/api/posts/{number}/pin", headers=bob.headers), 403)["detail"]
        problem(send("/api/posts/99/pin", headers=ada.headers), 404)


def test_a_pinned_post_that_is_deleted_is_pinned_no_more(client: FlaskClient, ada: Somebody) -> None:
    number = publish(client, ada)
    client.post(f"/api/posts/{number}/pin", headers=ada.headers)
    assert pinned(client, "ada") == number
    assert client.delete(f"/api/posts/{number}", headers=ada.headers).status_code == 204
    assert pinned(client, "ada") is None


def test_it_is_shown_to_whoever_sees_the_post_and_to_nobody_else(
    client: FlaskClient, app: Flask, ada: Somebody, bob: Somebody, people: Callable[..., Somebody]
) -> None:
    mod, eve = people("mod"), people("eve")
    app.test_cli_runner().invoke(args=["user", "role", "mod", "moderator"])
    client.post("/api/users/ada/followers", headers=bob.headers)
    limited = {"body": "for some", "visibility": "followers"}
    number = data(client.post("/api/posts", headers=ada.headers, json=limited), 201)["id"]
    client.post(f"/api/posts/{number}/pin", headers=ada.headers)
    assert [pinned(client, "ada", who) for who in (ada, bob, eve, None)] == [number, number, None, None]
    client.delete("/api/users/ada/followers", headers=bob.headers)
    assert pinned(client, "ada", bob) is None
    other = publish(client, ada, "for all")
    client.post(f"/api/posts/{other}/pin", headers=ada.headers)
    client.post(f"/api/posts/{other}/hiding", headers=mod.headers, json={"reason": "Rude."})
    assert [pinned(client, "ada", who) for who in (ada, mod, bob, None)] == [other, other, None, None]
    client.delete(f"/api/posts/{other}/hiding", headers=mod.headers)
    assert pinned(client, "ada") == other


@pytest.mark.parametrize("address", ["/api/users/ada", "/@ada", "/api/users/by-id/{id}", "/api/users?ids={id}"])
def test_a_warm_profile_with_it_runs_no_sql_and_one_trip(client: FlaskClient, ada: Somebody, address: str) -> None:
    number, *_ = [publish(client, ada, f"post {n}") for n in range(30)]
    client.post(f"/api/posts/{number}/pin", headers=ada.headers)
    costs = [cost_of(client.get(address.format(id=ada.id))) for _ in range(3)]
    assert costs[0].sql_statements <= 4
    assert (costs[-1].sql_statements, costs[-1].redis_trips) == (0, 1)


def test_an_archive_brings_it_where_nothing_is_pinned(
    client: FlaskClient, app: Flask, ada: Somebody, bob: Somebody, tmp_path: Any
) -> None:
    number, other = publish(client, ada, "ada's"), publish(client, bob, "bob's")
    client.post(f"/api/posts/{number}/pin", headers=ada.headers)
    run, file = app.test_cli_runner().invoke, tmp_path / "all.jsonl"
    assert run(args=["export", str(file)]).exit_code == 0
    client.delete(f"/api/posts/{number}/pin", headers=ada.headers)
    assert run(args=["import", str(file)]).exit_code == 0
    assert pinned(client, "ada") == number
    post = next(line for line in file.read_text().splitlines() if '"pin"' in line)
    file.write_text(post.replace('"ada"', '"bob"'))
    assert run(args=["import", str(file)]).exit_code == 0
    assert (pinned(client, "bob"), other) == (None, "2"), "a post of somebody else's is passed over"
