"""PostgreSQL comes and goes: once it is back no request fails, whatever happened to the connections meanwhile."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, make_url, text
from sqlalchemy.exc import DataError, DBAPIError

from feedapp.extensions import db
from feedapp.postgres import database as databases
from feedapp.postgres import rows as rows_module
from feedapp.postgres.connections import BoundedConnection
from feedapp.postgres.pool import pool_use
from tests.integration.outages.databases import ask, end_connections, table_locked
from tests.support.apps import services as services_of
from tests.support.people import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from feedapp.embedded import Postgres

RIGHT, WRONG = {"username": "ada", "password": PASSWORD}, {"username": "ada", "password": "wrong password"}


@pytest.fixture
def engines(site: Flask) -> list[Engine]:
    with site.app_context():
        return [db.engine, *services_of(site).engines]


@pytest.fixture
def warm(engines: list[Engine]) -> None:
    """Fill every pool, as after some load."""
    for engine in engines:
        held = [engine.connect() for _ in range(engine.pool.size())]  # type: ignore[attr-defined]
        for connection in held:
            connection.execute(text("SELECT 1"))
            connection.close()


def restart(database: Postgres) -> None:
    database.stop()
    database.start()


def crash(database: Postgres) -> None:
    database.kill()
    database.start()


def end(database: Postgres) -> None:
    assert end_connections(database.url) >= 5


@pytest.mark.parametrize("happen", [restart, crash, end])
def test_when_postgresql_is_back_no_request_fails(
    site: Flask, visitor: FlaskClient, database: Postgres, by_ada: dict[str, str], warm: None,
    happen: Callable[[Postgres], None],
) -> None:  # fmt: skip
    happen(database)
    services_of(site).backend.clear()
    tried = [visitor.post("/api/tokens", json=sent).status_code for sent in (WRONG, WRONG, RIGHT, WRONG)]
    tried += [visitor.post("/api/posts", headers=by_ada, json={"body": "second"}).status_code for _ in range(3)]
    tried += [visitor.get(address).status_code for address in ("/api/posts/1", "/public", "/@ada", "/readyz")]
    assert tried == [401, 401, 201, 401, 201, 201, 201, 200, 200, 200, 200]


def test_minutes_later_many_at_once_find_no_broken_connection_either(
    site: Flask, database: Postgres, by_ada: dict[str, str], warm: None
) -> None:
    restart(database)
    assert site.test_client().get("/api/posts/1").status_code == 200
    services_of(site).backend.clear()
    together = Barrier(4)

    def call(number: int) -> int:
        together.wait()
        if number % 2:
            return site.test_client().get(f"/api/posts?feed=public&limit={number}").status_code
        return site.test_client().post("/api/posts/1/likes", headers=by_ada).status_code

    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(call, range(1, 5))) <= {200, 201}


@pytest.fixture
def unnoticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no connection be looked at before it is used, as when it breaks a moment later."""
    monkeypatch.setattr(BoundedConnection, "is_stale", lambda _: False)


def test_a_connection_that_breaks_between_the_look_and_the_first_statement_is_replaced(
    site: Flask, visitor: FlaskClient, database: Postgres, by_ada: dict[str, str], warm: None, unnoticed: None
) -> None:
    end(database)
    services_of(site).backend.clear()
    assert visitor.get("/api/posts/1").status_code == 200
    assert visitor.post("/api/posts", headers=by_ada, json={"body": "second"}).status_code == 201
    assert visitor.get("/public").status_code == 200


def test_a_read_whose_connection_is_ended_in_the_middle_is_carried_out_on_another(
    site: Flask, visitor: FlaskClient, database: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    services_of(site).backend.clear()
    tried = []
    read_rows = rows_module._rows

    def watched(*arguments: Any) -> Any:
        tried.append(arguments)
        return read_rows(*arguments)

    monkeypatch.setattr(rows_module, "_rows", watched)
    waits = "SELECT pid FROM pg_stat_activity WHERE application_name = 'feedapp' AND wait_event_type = 'Lock'"
    with ThreadPoolExecutor(1) as threads:
        with table_locked(database.url, "posts"):
            answer = threads.submit(visitor.get, "/api/posts/1")
            while not (waiting := ask(database.url, waits)):
                assert not answer.done()
            ask(database.url, "SELECT pg_terminate_backend(%s, 5000)", waiting[0])
        assert answer.result().status_code == 200
    assert tried[0] == tried[1]


@pytest.mark.parametrize("read", [databases.read, rows_module.rows])
def test_a_read_that_fails_says_so_as_sqlalchemy_does_and_leaves_no_connection_behind(
    database: Postgres, read: Callable[..., Any]
) -> None:
    engine = databases.connect_reads(database.url, 1)
    told = list[bool]()
    event.listen(engine, "handle_error", lambda context: told.append(context.is_disconnect))
    try:
        with pytest.raises(DataError):
            read(engine, "SELECT 1 / %(zero)s", {"zero": 0})
        assert [*read(engine, "SELECT 1", {})[0]] == [1]
        with pytest.raises(DBAPIError) as ended:
            read(engine, "SELECT pg_terminate_backend(pg_backend_pid(), 5000)", {})
        assert ended.value.connection_invalidated
        assert pool_use(engine)[0] == 0
        assert [*read(engine, "SELECT 1", {})[0]] == [1]
    finally:
        engine.dispose()
    assert told == [False, True, True], "a connection that ends is tried twice"


def test_a_read_that_finds_no_server_fails_as_sqlalchemy_does() -> None:
    engine = databases.connect_reads("postgresql://postgres@127.0.0.1:1/feedapp", 1)
    with pytest.raises(DBAPIError):
        rows_module.rows(engine, "SELECT 1", {})
    engine.dispose()


def test_a_write_whose_connection_is_ended_in_the_middle_is_refused_and_changes_nothing(
    visitor: FlaskClient, database: Postgres, by_ada: dict[str, str]
) -> None:
    waits = "SELECT pid FROM pg_stat_activity WHERE application_name = 'feedapp' AND wait_event_type = 'Lock'"
    with ThreadPoolExecutor(1) as threads, table_locked(database.url, "post_counters"):
        answer = threads.submit(visitor.post, "/api/posts", headers=by_ada, json={"body": "second"})
        while not (waiting := ask(database.url, waits)):
            assert not answer.done()
        ask(database.url, "SELECT pg_terminate_backend(%s, 5000)", waiting[0])
        assert answer.result().status_code == 503
    assert ask(database.url, "SELECT count(*) FROM posts") == [(1,)]
    assert visitor.post("/api/posts", headers=by_ada, json={"body": "second"}).status_code == 201


@pytest.fixture
def read_only(database: Postgres) -> Iterator[Callable[[str], None]]:
    """Make the server one that accepts no writes, as a primary that was demoted, and a primary again."""

    def make(value: str) -> None:
        ask(database.url, f"ALTER SYSTEM SET default_transaction_read_only = {value}")
        ask(database.url, "SELECT pg_reload_conf()")
        while ask(database.url, "SHOW default_transaction_read_only") != [(value,)]:
            pass

    yield make
    make("off")


def test_a_server_that_accepts_no_writes_is_a_503_and_its_connections_are_left(
    visitor: FlaskClient, database: Postgres, by_ada: dict[str, str], engines: list[Engine], warm: None,
    read_only: Callable[[str], None],
) -> None:  # fmt: skip
    read_only("on")
    before = process_behind(engines[0])
    refused = visitor.post("/api/posts", headers=by_ada, json={"body": "second"})
    assert refused.status_code == 503
    assert refused.headers["Retry-After"]
    assert visitor.get("/api/posts/1").status_code == 200
    assert process_behind(engines[0]) != before, "another address may have the primary by now"
    read_only("off")
    assert visitor.post("/api/posts", headers=by_ada, json={"body": "second"}).status_code == 201


@pytest.mark.parametrize(("times", "status"), [(5, 200), (1_000, 503)])
def test_others_lose_the_server_while_a_read_connects_to_it(
    site: Flask, visitor: FlaskClient, engines: list[Engine], times: int, status: int
) -> None:
    """As where a replica refuses one write after the other."""
    services_of(site).backend.trust.lose("so that all is read from PostgreSQL")
    left = iter(range(times))

    def lost(connection: Any, _record: Any) -> None:
        if next(left, None) is not None:
            connection.server.lost(connection.generation)

    for engine in engines:
        engine.dispose()
        event.listen(engine, "connect", lost)
    try:
        assert {visitor.get(address).status_code for address in ("/api/posts/1", "/public")} == {status}
    finally:
        for engine in engines:
            event.remove(engine, "connect", lost)
    assert visitor.get("/public").status_code == 200


def process_behind(engine: Engine) -> Any:
    with engine.connect() as connection:
        return connection.scalar(text("SELECT pg_backend_pid()"))


@pytest.mark.parametrize(
    ("url", "hosts", "ports"),
    [
        ("postgresql://u:p@one:5433,two:5434/db", "one,two", "5433,5434"),
        ("postgresql://u:p@one,two/db?target_session_attrs=read-write", "one,two", ","),
        ("postgres://u:p@[::1]:5433,two/db", "::1,two", "5433,"),
    ],
)
def test_several_addresses_are_those_that_libpq_tries_in_turn(url: str, hosts: str, ports: str) -> None:
    made = make_url(databases.address(url))
    assert (made.query["host"], made.query["port"], made.database, made.password) == (hosts, ports, "db", "p")


def test_the_second_address_is_used_while_the_first_does_not_answer(database: Postgres) -> None:
    sockets = database.sockets
    engine = databases.connect_reads(f"postgresql://postgres@/feedapp?host=127.0.0.1,{sockets}&port=1,5432", 1)
    assert databases.read(engine, "SELECT 1 AS one", {})[0].one == 1
    engine.dispose()
