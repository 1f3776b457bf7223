from __future__ import annotations

from typing import TYPE_CHECKING

from tests.web.api.calls import data, nothing_changes, problem, publish

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from tests.support.people import Somebody


def home(client: FlaskClient, reader: Somebody) -> list[str]:
    return [post["body"] for post in data(client.get("/api/posts", headers=reader.headers))["items"]]


def test_following_brings_somebodys_posts_into_the_home_feed_and_unfollowing_takes_them_out(
    client: FlaskClient, ada: Somebody, bob: Somebody
) -> None:
    publish(client, ada, "by ada")
    assert home(client, bob) == []
    data(client.post("/api/users/ada/followers", headers=bob.headers), 201)
    assert home(client, bob) == ["by ada"]
    publish(client, ada, "again")
    assert home(client, bob) == ["again", "by ada"]
    data(client.delete("/api/users/ada/followers", headers=bob.headers))
    assert home(client, bob) == []


def test_following_twice_counts_once(client: FlaskClient, ada: Somebody, bob: Somebody) -> None:
    first = client.post("/api/users/ADA/followers", headers=bob.headers)
    second = client.post("/api/users/ada/followers", headers=bob.headers)
    assert data(first, 201) == data(second, 200) == {"following": True, "followers_count": 1}
    assert data(client.get("/api/users/ada"))["followers_count"] == 1
    assert data(client.get("/api/users/bob"))["following_count"] == 1


def test_unfollowing_twice_counts_once(client: FlaskClient, ada: Somebody, bob: Somebody, cyd: Somebody) -> None:
    for follower in (bob, cyd):
        client.post("/api/users/ada/followers", headers=follower.headers)
    for _ in range(2):
        gone = data(client.delete("/api/users/ada/followers", headers=bob.headers))
        assert gone == {"following": False, "followers_count": 1}
    assert data(client.get("/api/users/bob"))["following_count"] == 0


def test_one_cannot_follow_oneself(client: FlaskClient, ada: Somebody, engine: Engine) -> None:
    with nothing_changes(engine):
        problem(client.post("/api/users/ada/followers", headers=ada.headers), 422)
        assert data(client.delete("/api/users/ada/followers", headers=ada.headers))["following"] is False


def test_following_needs_a_token_and_somebody_to_follow(client: FlaskClient, ada: Somebody, engine: Engine) -> None:
    with nothing_changes(engine):
        for call in (client.post, client.delete):
            problem(call("/api/users/ada/followers"), 401)
            problem(call("/api/users/nobody/followers", headers=ada.headers), 404)
