"""What follows from what was found is not asked of PostgreSQL, and is never older than what it follows from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.cache.catalogue import keys
from tests.support.costs import cost_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from feedapp.wiring import Services
    from tests.support.people import Somebody


def test_a_reader_needs_no_sql_to_know_that_they_do_not_like_what_nobody_likes(
    client: FlaskClient, people: Callable[..., Somebody]
) -> None:
    ada, bob = people("ada"), people("bob")
    client.post("/api/posts", headers=ada.headers, json={"body": "old"})
    client.get("/api/posts?feed=public", headers=bob.headers)  # which of a thousand posts he has saved is one fact
    client.post("/api/posts", headers=ada.headers, json={"body": "new"})
    client.get("/api/posts?feed=public", headers=ada.headers)
    first_sight = client.get("/api/posts?feed=public", headers=bob.headers)
    assert first_sight.get_json()["items"][0]["liked"] is False
    assert cost_of(first_sight).sql_statements == 0
    assert first_sight.headers["Cache-Status"] == "feedapp; hit"


def test_the_first_like_is_seen_at_once_and_the_last_one_taken_back(
    client: FlaskClient, people: Callable[..., Somebody]
) -> None:
    ada = people("ada")
    client.post("/api/posts", headers=ada.headers, json={"body": "new"})
    for change, expected in (("post", True), ("delete", False), ("post", True)):
        for _ in range(3):
            client.get("/api/posts/1", headers=ada.headers)
        getattr(client, change)("/api/posts/1/likes", headers=ada.headers)
        assert client.get("/api/posts/1", headers=ada.headers).get_json()["liked"] is expected


def test_nothing_follows_from_a_count_that_a_writer_holds(
    client: FlaskClient, services: Services, people: Callable[..., Somebody]
) -> None:
    """Between the commit of the first like and the deletion, the count's key holds no 0 to conclude from."""
    ada = people("ada")
    client.post("/api/posts", headers=ada.headers, json={"body": "new"})
    client.get("/api/posts/1", headers=ada.headers)
    services.backend.delete(keys.LIKED.key(1, 1).name)
    services.backend.hold([keys.POST_LIKES_COUNT.key(1).name], "aaaa", 5_000)
    assert cost_of(client.get("/api/posts/1", headers=ada.headers)).sql_statements == 2  # the flag, then the count
