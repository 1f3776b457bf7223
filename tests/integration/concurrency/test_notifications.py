"""Interleavings of what tells somebody and of what marks it as read, forced."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from feedapp.repositories.notifications import statements
from tests.support.stage import after_load
from tests.web.api.calls import data, publish

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy import Connection, Engine

    from feedapp.wiring import Services
    from tests.support.people import Somebody


@pytest.fixture
def ada(client: FlaskClient, people: Callable[..., Somebody]) -> Somebody:
    """Somebody with three posts, of which Bob likes the first two."""
    somebody, bob = people("ada"), people("bob")
    for number in ("1", "2", "3"):
        assert publish(client, somebody) == number
    for number in ("1", "2"):
        client.post(f"/api/posts/{number}/likes", headers=bob.headers)
    return somebody


@pytest.fixture
def late(ada: Somebody, engine: Engine, people: Callable[..., Somebody]) -> Iterator[Connection]:
    """Give the transaction of somebody else's like, to be committed when the test says so."""
    people("cyd")
    with engine.connect() as connection:
        yield connection


def likes(connection: Connection, post_id: int) -> None:
    connection.exec_driver_sql(statements.POST_LIKED, {"post": post_id, "actor": 3})


def unread(client: FlaskClient, who: Somebody) -> int:
    count: int = data(client.get("/api/notifications/unread", headers=who.headers))["unread_count"]
    return count


def read(client: FlaskClient, who: Somebody, until: str) -> int:
    answer = client.post("/api/notifications/read", headers=who.headers, json={"until": until})
    count: int = data(answer)["unread_count"]
    return count


def listed(client: FlaskClient, who: Somebody) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = data(client.get("/api/notifications", headers=who.headers))["items"]
    return items


@pytest.mark.parametrize("post_id", [2, 3], ids=["one that grows", "a new one"])
def test_what_commits_after_all_was_read_is_unread(
    client: FlaskClient, services: Services, ada: Somebody, late: Connection, post_id: int
) -> None:
    """A like has begun when its author marks all as read, and ends afterwards."""
    until = listed(client, ada)[0]["id"]
    likes(late, post_id)
    assert read(client, ada, until) == (1 if post_id == 2 else 0), "nobody waits for the like"
    late.commit()
    services.backend.clear()  # that like has told nobody
    assert unread(client, ada) == 1
    assert [each["read"] for each in listed(client, ada)] == [False, *[True] * (1 if post_id == 2 else 2)]


def test_what_grew_after_it_was_seen_is_unread(
    client: FlaskClient, services: Services, ada: Somebody, late: Connection
) -> None:
    """An author sees the list; somebody likes; the author marks as read what was seen."""
    until = listed(client, ada)[0]["id"]
    likes(late, 1)
    late.commit()
    services.backend.clear()
    assert read(client, ada, until) == 1
    assert [each["read"] for each in listed(client, ada)] == [False, True]


def meanwhile(do: Callable[[], object]) -> object:
    """Do something in another thread, as another request."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(do).result()


def test_a_count_loaded_before_a_like_is_not_shown_after_it(
    client: FlaskClient, services: Services, ada: Somebody, people: Callable[..., Somebody]
) -> None:
    cyd = people("cyd")
    assert client.get("/api/me", headers=cyd.headers).status_code == 200

    def like() -> None:
        answer = client.application.test_client().post("/api/posts/3/likes", headers=cyd.headers)
        assert answer.status_code == 201

    services.backend.clear()
    with after_load(services.reading._facts, lambda: meanwhile(like)):
        unread(client, ada)
    assert unread(client, ada) == 3
    assert len(listed(client, ada)) == 3


def test_an_entry_loaded_before_it_is_read_is_not_shown_unread_after_it(
    client: FlaskClient, services: Services, ada: Somebody
) -> None:
    until = listed(client, ada)[0]["id"]
    services.backend.clear()
    with after_load(
        services.reading._facts, lambda: meanwhile(lambda: read(client.application.test_client(), ada, until))
    ):
        listed(client, ada)
    assert [each["read"] for each in listed(client, ada)] == [True, True]
    assert unread(client, ada) == 0


def test_many_who_like_many_posts_at_once_are_each_told_once(
    app: Flask, client: FlaskClient, ada: Somebody, people: Callable[..., Somebody]
) -> None:
    """Six like three posts, some of them back and forth: no deadlock, nothing lost, nothing doubled."""
    everybody = [people(f"liker_{number}") for number in range(6)]

    def act(number: int) -> None:
        own = app.test_client()
        for post_id in (1 + (number + step) % 3 for step in range(3)):
            for method in ("POST", "DELETE", "POST") if number % 2 else ("POST",):
                answer = own.open(f"/api/posts/{post_id}/likes", method=method, headers=everybody[number].headers)
                assert answer.status_code < 300, answer.text
        read(own, ada, "1-1")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(act, range(6)))
    found = listed(client, ada)
    assert sorted((each["post_id"], each["others_count"]) for each in found) == [("1", 6), ("2", 6), ("3", 5)]
    assert unread(client, ada) == 3
