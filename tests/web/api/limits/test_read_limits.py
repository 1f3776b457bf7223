"""Reads that the cache cannot answer are limited; those that it answers pay nothing for that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redis.exceptions import TimeoutError as RedisTimeoutError

from tests.support.apps import services as services_of
from tests.support.costs import cost_of
from tests.web.api.calls import problem, publish
from tests.web.api.limits.test_limits import at, write

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.support.people import Somebody


def test_a_read_that_the_cache_answers_costs_what_it_cost_without_limits(
    limited_app: Callable[..., Flask], ada: Somebody, post_id: str
) -> None:
    app = limited_app(uncached_reads="5/minute", uncached_reads_network="5/minute")
    for address in ("/api/posts", f"/api/posts/{post_id}", f"/api/posts/{post_id}/comments", "/@ada", "/"):
        for _ in range(2):
            app.test_client().get(address, headers=ada.headers)
        for _ in range(3):
            warm = cost_of(app.test_client().get(address, headers=ada.headers))
            assert (warm.redis_trips, warm.sql_statements) == (1, 0)


def test_reading_past_the_cache_ends_in_a_wait_but_what_is_cached_is_still_read(
    limited_app: Callable[..., Flask], client: FlaskClient, ada: Somebody
) -> None:
    posts = [publish(client, ada) for _ in range(5)]
    reader = limited_app(uncached_reads_network="3/minute").test_client()
    statuses = [reader.get(f"/api/posts/{each}").status_code for each in posts]
    assert statuses[:4] == [200] * 4  # the one that finds it used up is answered
    assert statuses[4] == 429
    refusal = reader.get(f"/posts/{posts[4]}")
    assert refusal.status_code == 429
    assert refusal.headers["Cache-Control"] == "private, no-store"
    assert reader.get(f"/api/posts/{posts[4]}", **at("198.51.100.1")).status_code == 200


def test_a_member_who_reads_past_the_cache_waits_and_nobody_else(
    limited_app: Callable[..., Flask], client: FlaskClient, ada: Somebody, bob: Somebody
) -> None:
    posts = [publish(client, ada) for _ in range(5)]
    reader = limited_app(uncached_reads="2/minute").test_client()
    statuses = [reader.get(f"/api/posts/{each}", headers=ada.headers).status_code for each in posts]
    assert statuses == [200, 200, 200, 429, 429]
    assert reader.get(f"/api/posts/{posts[3]}", headers=bob.headers).status_code == 200
    forged = {"Authorization": f"Bearer {bob.id}.{'x' * 43}"}
    for _ in range(6):
        problem(reader.get(f"/api/posts/{posts[4]}", headers=forged), 401)
    assert reader.get(f"/api/posts/{posts[4]}", headers=bob.headers).status_code == 200


def test_while_redis_is_away_a_process_counts_writes_by_itself_and_no_reads(
    limited_app: Callable[..., Flask], ada: Somebody, post_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = limited_app(posts="2/minute", uncached_reads="2/minute", uncached_reads_network="2/minute")
    trust = services_of(app).backend.trust
    monkeypatch.setattr(trust, "seek", lambda: None)
    trust.lose(RedisTimeoutError("a test"))
    client = app.test_client()
    assert [write(client, ada).status_code for _ in range(3)] == [201, 201, 429]
    assert [client.get(f"/api/posts/{post_id}").status_code for _ in range(5)] == [200] * 5
