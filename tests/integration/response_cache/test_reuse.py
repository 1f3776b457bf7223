"""Answers that are given again: only while Redis holds the very bytes they were made from, and the clock allows it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from sqlalchemy import text

from feedapp.cache.catalogue import keys
from feedapp.observability import request_costs
from feedapp.reading.viewers import Credentials
from feedapp.web.response_cache import ResponseCache
from tests.support.answers import clock
from tests.support.copies import PREFIX
from tests.support.costs import Cost, cost_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient
    from redis import Redis
    from sqlalchemy import Engine
    from werkzeug.test import TestResponse

    from feedapp.wiring import Services
    from tests.support.people import Somebody

AGAIN = Cost(redis_trips=1, sql_statements=0)


@pytest.fixture
def ada(people: Callable[..., Somebody]) -> Somebody:
    return people("ada")


@pytest.fixture
def post_id(client: FlaskClient, ada: Somebody) -> str:
    return str(client.post("/api/posts", headers=ada.headers, json={"body": "first"}).get_json()["id"])


def warm(client: FlaskClient, address: str, **more: object) -> TestResponse:
    """Read until the answer is one that is given again."""
    for _ in range(3):
        answer = client.get(address, **more)
    assert cost_of(answer) == AGAIN
    return answer


@pytest.mark.parametrize("address", ["/api/posts", "/public", "/posts/1", "/@ada", "/api/posts/1", "/api/users/ada"])
def test_an_answer_is_given_again_for_one_trip(client: FlaskClient, post_id: str, address: str) -> None:
    first = client.get(address)
    again = warm(client, address)
    assert again.data == first.data
    assert again.headers["Cache-Status"] == "feedapp; hit"
    for name in ("Content-Type", "Cache-Control", "Vary", "Link"):
        assert again.headers.get(name) == first.headers.get(name)


def test_after_every_write_it_is_made_anew(client: FlaskClient, ada: Somebody, post_id: str) -> None:
    address = f"/api/posts/{post_id}"
    warm(client, address)
    client.post(address + "/likes", headers=ada.headers)
    assert client.get(address).get_json()["likes_count"] == 1
    warm(client, address)
    client.patch(address, headers=ada.headers, json={"body": "second"})
    assert client.get(address).get_json()["body"] == "second"
    warm(client, address)
    client.patch("/api/me", headers=ada.headers, json={"display_name": "Countess"})
    assert client.get(address).get_json()["author"]["display_name"] == "Countess"
    warm(client, address)
    client.delete(address, headers=ada.headers)
    assert client.get(address).status_code == 404


def test_while_a_writer_holds_a_key_it_is_not_given(client: FlaskClient, services: Services, post_id: str) -> None:
    """Between hold and commit nobody can tell which state is right: the reader waits, then asks PostgreSQL."""
    address = f"/api/posts/{post_id}"
    warm(client, address)
    services.backend.hold([keys.POST.key(post_id).name], "aaaa", 5_000)
    assert cost_of(client.get(address)).sql_statements == 1


def test_what_was_evicted_is_loaded_again(client: FlaskClient, redis: Redis, post_id: str, engine: Engine) -> None:
    """Whatever is missing from Redis may have changed meanwhile, so nothing kept may stand in for it."""
    warm(client, f"/api/posts/{post_id}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE posts SET body = 'changed past the app'"))
    redis.delete(PREFIX + keys.POST.key(post_id).name)
    assert client.get(f"/api/posts/{post_id}").get_json()["body"] == "changed past the app"


def test_a_forgotten_feed_is_loaded_again(client: FlaskClient, redis: Redis, post_id: str) -> None:
    warm(client, "/public")
    redis.delete(PREFIX + keys.PUBLIC_FEED.stamps[0].name)
    assert cost_of(client.get("/public")).sql_statements == 1


def test_without_redis_nothing_is_given_again(client: FlaskClient, services: Services, post_id: str) -> None:
    warm(client, "/public")
    services.backend.trust.lose("a test")
    with patch.object(services.backend.trust, "seek", lambda: None):
        assert client.get("/public").headers["Cache-Status"] == "feedapp; fwd=bypass"


def test_nobody_gets_what_was_made_for_another(
    client: FlaskClient, people: Callable[..., Somebody], ada: Somebody, post_id: str
) -> None:
    bob = people("bob")
    client.post(f"/api/posts/{post_id}/likes", headers=ada.headers)
    liked = [
        warm(client, f"/api/posts/{post_id}", headers=headers).get_json()["liked"]
        for headers in (ada.headers, bob.headers, {})
    ]
    assert liked == [True, False, None]


def test_a_revoked_token_is_refused_at_once(client: FlaskClient, ada: Somebody, post_id: str) -> None:
    warm(client, "/api/posts?feed=home", headers=ada.headers)
    client.delete("/api/tokens/current", headers=ada.headers)
    assert client.get("/api/posts?feed=home", headers=ada.headers).status_code == 401


def test_a_token_that_expires_ends_what_was_kept_for_it(
    client: FlaskClient, ada: Somebody, post_id: str, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    warm(client, "/api/posts?feed=home", headers=ada.headers)
    with engine.connect() as connection:
        expires = connection.execute(text("SELECT max(extract(epoch FROM expires_at)) FROM tokens")).scalar_one()
    for module in ("feedapp.cache.protocol.reuse", "feedapp.reading.viewers"):
        monkeypatch.setattr(f"{module}.time", lambda: float(expires) + 1)
    assert client.get("/api/posts?feed=home", headers=ada.headers).status_code == 401


def test_a_page_is_made_anew_when_an_age_on_it_changes(
    client: FlaskClient, post_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ">now</time>" in warm(client, "/public").text
    clock.stop(monkeypatch, at=datetime.now(UTC) + timedelta(seconds=90))
    assert ">1 min</time>" in client.get("/public").text


def test_the_answers_of_another_host_are_others(client: FlaskClient, post_id: str) -> None:
    warm(client, "/api/posts")
    assert (
        client.get("/api/posts", headers={"Host": "other.example"})
        .get_json()["items"][0]["url"]
        .startswith("http://other.example/")
    )


def test_what_is_kept_has_a_limit(client: FlaskClient, services: Services, post_id: str) -> None:
    reuse = ResponseCache(services.cache_reads, services.viewers, most_bytes=5_000)._reuse
    for number in range(50):
        with services.cache_reads.request(), request_costs.counted():
            services.posts.show(Credentials("api"), int(post_id))
            reuse.keep(number, "an answer", size=500)  # type: ignore[arg-type]
    assert 0 < len(reuse._entries) < 10
    assert reuse._bytes == sum(entry.size for entry in reuse._entries.values()) <= 5_000
    assert list(reuse._entries)[-1] == 49
