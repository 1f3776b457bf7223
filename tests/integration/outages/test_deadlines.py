"""No request waits longer than ten seconds, whatever PostgreSQL and Redis do: it is answered, or it is a 503."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import TYPE_CHECKING, Any

import pytest

from feedapp import deadline
from feedapp.extensions import db
from feedapp.postgres import connections
from tests.integration.outages.databases import ask, frozen, locked, table_locked
from tests.support.apps import services as services_of
from tests.support.people import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from feedapp.embedded import Postgres
    from feedapp.embedded import Redis as RedisServer

LONGEST = 10.0
COLD = ["/api/posts/1/comments", "/public"]


@pytest.fixture(autouse=True)
def impatient(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait a fifth as long as a site does, but for the tests that are marked as in the table of what was tried."""
    if "as_it_is" not in request.fixturenames:
        monkeypatch.setattr(connections, "STATEMENT", 0.6)
        monkeypatch.setattr(connections, "FIRST_ANSWER", 0.7)
        monkeypatch.setattr("feedapp.postgres.database.LOCK_TIMEOUT", 0.6)
        monkeypatch.setattr("feedapp.postgres.database.POOL_TIMEOUT", 0.6)


@pytest.fixture
def as_it_is() -> None:
    """Let the limits be those of a site."""


def timed(call: Callable[[], TestResponse]) -> tuple[int, float]:
    """Make a call; give its status and how long it took."""
    began = monotonic()
    return call().status_code, monotonic() - began


def assert_unavailable(call: Callable[[], TestResponse]) -> TestResponse:
    began = monotonic()
    answer = call()
    assert answer.status_code == 503, answer.text
    assert int(answer.headers["Retry-After"]) > 0
    assert monotonic() - began < LONGEST
    return answer


def test_both_servers_stopped_and_one_uncached_post_is_a_503_within_ten_seconds(
    site: Flask, visitor: FlaskClient, database: Postgres, server: RedisServer, as_it_is: None
) -> None:
    services_of(site).backend.clear()
    with frozen(database, server):
        assert_unavailable(lambda: visitor.get("/api/posts/1"))


@pytest.mark.parametrize("address", COLD)
def test_a_cold_read_is_a_503_within_ten_seconds_while_both_servers_stand_still(
    site: Flask, visitor: FlaskClient, database: Postgres, server: RedisServer, address: str
) -> None:
    assert visitor.get(address).status_code == 200  # so that there are connections
    services_of(site).backend.clear()
    with frozen(database, server):
        assert_unavailable(lambda: visitor.get(address))
    assert visitor.get(address).status_code == 200


def test_a_process_without_connections_is_no_slower(
    site: Flask, visitor: FlaskClient, database: Postgres, server: RedisServer
) -> None:
    with site.app_context():
        services_of(site).close()
    with frozen(database, server):
        assert_unavailable(lambda: visitor.get("/api/posts/1"))
    assert visitor.get("/api/posts/1").status_code == 200


@pytest.mark.parametrize(
    ("address", "sent", "expected"),
    [
        ("/api/posts", {"body": "second"}, 201),
        ("/api/tokens", {"username": "ada", "password": PASSWORD}, 201),
        ("/api/posts/1/likes", None, 201),
    ],
)
def test_a_write_is_a_503_while_both_servers_stand_still(
    visitor: FlaskClient, database: Postgres, server: RedisServer, by_ada: dict[str, str], address: str, sent: Any,
    expected: int,
) -> None:  # fmt: skip
    with frozen(database, server):
        assert_unavailable(lambda: visitor.post(address, headers=by_ada, json=sent))
    assert visitor.post(address, headers=by_ada, json=sent).status_code == expected


def test_while_postgresql_stands_still_only_one_request_waits_for_it_and_what_is_cached_is_shown(
    site: Flask, visitor: FlaskClient, database: Postgres
) -> None:
    services_of(site).relay.work()
    assert visitor.get("/api/posts").status_code == 200
    with frozen(database):
        assert visitor.get("/api/posts/999").status_code == 503
        with ThreadPoolExecutor(8) as threads:
            tried = list(
                threads.map(lambda number: timed(lambda: site.test_client().get(f"/api/posts/{number}")), range(2, 10))
            )
        assert {status for status, _ in tried} == {503}
        assert sum(seconds > 2 for _, seconds in tried) <= 1
        assert visitor.get("/api/posts").status_code == 200
    assert visitor.get("/api/posts/999").status_code == 404


@pytest.mark.parametrize("table", ["posts", "users", "post_counters"])
def test_reads_that_meet_a_lock_end(site: Flask, visitor: FlaskClient, database: Postgres, table: str) -> None:
    services_of(site).backend.clear()
    with table_locked(database.url, table):
        began = monotonic()
        with ThreadPoolExecutor(3) as threads:
            answers = list(
                threads.map(lambda address: site.test_client().get(address), ["/public", "/api/posts", "/posts/1"])
            )
        assert [answer.status_code for answer in answers] == [503, 503, 503]
        assert monotonic() - began < LONGEST
        ready = visitor.get("/readyz")
        assert (ready.status_code, ready.get_json()["postgresql"]) == (200, "ok"), (
            "PostgreSQL answers; a table is locked"
        )
        assert not waiting(database), "PostgreSQL works on for nobody"
    assert visitor.get("/public").status_code == 200


def waiting(database: Postgres) -> list[Any]:
    return ask(
        database.url,
        "SELECT query FROM pg_stat_activity WHERE application_name = 'feedapp' AND state = 'active'",
    )


@pytest.mark.parametrize(
    ("method", "address", "sent", "lock"),
    [
        ("PATCH", "/api/posts/1", {"body": "other"}, "SELECT FROM posts WHERE id = 1 FOR UPDATE"),
        ("POST", "/api/posts/1/likes", None, "SELECT FROM post_counters WHERE post_id = 1 FOR UPDATE"),
        ("PATCH", "/api/me", {"bio": "other"}, "SELECT FROM users WHERE username = 'ada' FOR UPDATE"),
    ],
)
def test_a_write_that_meets_a_lock_ends_with_nothing_changed(
    visitor: FlaskClient, database: Postgres, by_ada: dict[str, str], method: str, address: str, sent: Any, lock: str
) -> None:
    state = "SELECT body, edited_at, (SELECT likes FROM post_counters), (SELECT bio FROM users) FROM posts"
    before = ask(database.url, state)
    with locked(database.url, lock):
        assert_unavailable(lambda: visitor.open(address, method=method, headers=by_ada, json=sent))
    assert ask(database.url, state) == before
    assert visitor.open(address, method=method, headers=by_ada, json=sent).status_code in {200, 201}


def test_a_request_that_finds_no_connection_does_not_wait_long(
    site: Flask, visitor: FlaskClient, database: Postgres
) -> None:
    services_of(site).backend.clear()
    engine = services_of(site).engines[0]
    taken = [engine.connect() for _ in range(4)]
    try:
        assert_unavailable(lambda: visitor.get("/api/posts/1"))
    finally:
        for connection in taken:
            connection.close()
    assert visitor.get("/api/posts/1").status_code == 200


def test_a_commit_that_is_not_answered_may_have_happened_and_nothing_stale_is_shown_after_it(
    site: Flask, visitor: FlaskClient, database: Postgres, by_ada: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert visitor.get("/api/posts/1").get_json()["body"] == "first"
    unit_of_work = services_of(site).unit_of_work
    hold, freezing = unit_of_work._cache.hold, frozen(database)
    monkeypatch.setattr(deadline, "REQUEST", 2.0)

    def hold_and_freeze(*args: Any, **more: Any) -> Any:
        held = hold(*args, **more)
        freezing.__enter__()
        return held

    with monkeypatch.context() as broken:
        broken.setattr(unit_of_work._cache, "hold", hold_and_freeze)
        try:
            assert_unavailable(lambda: visitor.patch("/api/posts/1", headers=by_ada, json={"body": "second"}))
        finally:
            freezing.__exit__(None, None, None)
    for _ in range(100):
        if not waiting(database):
            break
    (stored,) = ask(database.url, "SELECT body FROM posts WHERE id = 1")
    services_of(site).relay.work()
    assert visitor.get("/api/posts/1").get_json()["body"] == stored[0]


def test_the_sum_of_many_waits_has_the_same_limit(
    site: Flask, database: Postgres, by_ada: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each lock alone would be waited for; five one after the other are too long."""
    services = services_of(site)
    monkeypatch.setattr(deadline, "REQUEST", 1.5)

    slept: list[int] = []

    def slowly() -> None:
        with services.unit_of_work():
            for number in range(5):
                db.session.connection().exec_driver_sql("SELECT pg_sleep(0.5)")
                slept.append(number)

    monkeypatch.setattr(services.posts, "publish", lambda *_args, **_more: slowly())
    answer = site.test_client().post("/api/posts", headers=by_ada, json={"body": "x"})
    assert answer.status_code == 503
    assert len(slept) < 5


def test_a_statement_that_is_given_up_leaves_no_connection_that_is_used_again(
    site: Flask, visitor: FlaskClient, database: Postgres
) -> None:
    for number in range(2):
        services_of(site).backend.clear()
        with frozen(database):
            visitor.get("/api/posts/1")
        answer = visitor.get("/api/posts/1")
        assert (answer.status_code, answer.get_json()["body"]) == (200, "first"), number
