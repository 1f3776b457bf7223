from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.web.api.calls import data, fields_at_fault, links, problem, publish

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from tests.support.people import Somebody


def follow(client: FlaskClient, follower: Somebody, *followees: Somebody) -> None:
    for followee in followees:
        assert client.post(f"/api/users/{followee.username}/followers", headers=follower.headers).status_code == 201


def names(client: FlaskClient, address: str, who: Somebody | None = None) -> list[str]:
    found = data(client.get(address, headers=who.headers if who else {}))
    return [each["username"] for each in found["items"]]


def test_both_sides_are_listed_the_latest_first(
    client: FlaskClient, ada: Somebody, bob: Somebody, cyd: Somebody
) -> None:
    follow(client, ada, bob, cyd)
    follow(client, bob, cyd)
    assert names(client, "/api/users/ada/following") == ["cyd", "bob"]
    assert names(client, "/api/users/cyd/followers") == ["bob", "ada"]
    assert names(client, "/api/users/ada/followers") == []
    assert names(client, "/api/users/Cyd/followers") == ["bob", "ada"]


def test_a_reader_with_a_token_sees_whom_they_follow(
    client: FlaskClient, ada: Somebody, bob: Somebody, cyd: Somebody
) -> None:
    follow(client, ada, bob, cyd)
    follow(client, bob, cyd)
    client.patch("/api/me", headers=ada.headers, json={"bio": "I count"})
    address = "/api/users/cyd/followers"
    plain = {"id": "1", "username": "ada", "display_name": "Ada Lovelace", "avatar": None, "bio": "I count"}
    assert data(client.get(address))["items"][1] == plain
    found = data(client.get(address, headers=ada.headers))["items"]
    assert [each["following"] for each in found] == [True, False]


@pytest.mark.parametrize("side", ["followers", "following"])
def test_walking_shows_everybody_once_and_back(
    client: FlaskClient, people: Callable[..., Somebody], ada: Somebody, side: str
) -> None:
    others = [people(f"p{number}") for number in range(5)]
    for each in others:
        follow(client, *((each, ada) if side == "followers" else (ada, each)))
    address = f"/api/users/ada/{side}?limit=2"
    seen: list[list[str]] = []
    while True:
        answer = client.get(address)
        seen.append(names(client, address))
        if "next" not in links(answer):
            break
        address = links(answer)["next"]
    assert seen == [["p4", "p3"], ["p2", "p1"], ["p0"]]
    assert names(client, links(client.get(address))["prev"]) == ["p2", "p1"]


def test_a_follow_and_its_end_show_at_once(client: FlaskClient, ada: Somebody, bob: Somebody) -> None:
    both = ("/api/users/ada/followers", "/api/users/bob/following")
    for address in both:
        assert names(client, address) == []
    follow(client, bob, ada)
    assert [names(client, address) for address in both] == [["bob"], ["ada"]]
    client.delete("/api/users/ada/followers", headers=bob.headers)
    assert [names(client, address) for address in both] == [[], []]


def test_somebody_who_left_is_in_no_list(
    client: FlaskClient, services: Any, ada: Somebody, bob: Somebody, cyd: Somebody
) -> None:
    follow(client, bob, ada, cyd)
    follow(client, ada, bob)
    follow(client, cyd, bob)
    assert names(client, "/api/users/bob/followers") == ["cyd", "ada"]
    services.grace.delete("ada", now=True)
    assert names(client, "/api/users/bob/followers") == ["cyd"]
    assert names(client, "/api/users/bob/following") == ["cyd"]
    problem(client.get("/api/users/ada/followers"), 404)


def test_a_cursor_belongs_to_its_side(client: FlaskClient, ada: Somebody, bob: Somebody, cyd: Somebody) -> None:
    follow(client, bob, ada)
    follow(client, cyd, ada)
    cursor = data(client.get("/api/users/ada/followers?limit=1"))["next_cursor"]
    problem(client.get(f"/api/users/ada/following?cursor={cursor}"), 400)
    problem(client.get(f"/api/posts?cursor={cursor}"), 400)


class TestSuggestions:
    def test_the_most_followed_come_first_and_writers_before_the_silent(
        self, client: FlaskClient, people: Callable[..., Somebody], ada: Somebody, bob: Somebody, cyd: Somebody
    ) -> None:
        dee = people("dee")
        follow(client, cyd, bob)
        follow(client, dee, bob)
        for author in (ada, bob):
            publish(client, author)
        eve = people("eve")
        assert names(client, "/api/suggestions", eve) == ["bob", "ada", "dee", "cyd"]
        assert names(client, "/api/suggestions?limit=1", eve) == ["bob"]

    def test_nobody_is_suggested_who_is_followed_or_oneself(
        self, client: FlaskClient, ada: Somebody, cyd: Somebody
    ) -> None:
        assert names(client, "/api/suggestions", ada) == ["cyd", "bob"]
        follow(client, ada, cyd)
        assert names(client, "/api/suggestions", ada) == ["bob"]
        client.delete("/api/users/cyd/followers", headers=ada.headers)
        assert set(names(client, "/api/suggestions", ada)) == {"bob", "cyd"}

    def test_newcomers_are_suggested_at_once_and_leavers_no_more(
        self, client: FlaskClient, services: Any, people: Callable[..., Somebody], ada: Somebody
    ) -> None:
        assert names(client, "/api/suggestions", ada) == []
        people("bob")
        assert names(client, "/api/suggestions", ada) == ["bob"]
        services.grace.delete("bob", now=True)
        assert names(client, "/api/suggestions", ada) == []

    def test_they_are_for_somebody(self, client: FlaskClient, ada: Somebody) -> None:
        problem(client.get("/api/suggestions"), 401)
        assert fields_at_fault(client.get("/api/suggestions?limit=0", headers=ada.headers), 400) == {"limit"}
