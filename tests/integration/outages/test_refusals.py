"""What PostgreSQL refuses for a while is a 503 that says why, is logged once, and loses no text."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from feedapp.blueprints.pages.kit.cookies import session_cookie
from feedapp.observability import troubles
from tests.integration.outages.databases import ask
from tests.support.apps import services as services_of
from tests.web.api.calls import logged, messages
from tests.web.pages.browsing import textarea

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient

    from feedapp.embedded import Postgres
    from feedapp.embedded import Redis as RedisServer

NO_ROOM = 'could not extend file "base/5/16402": No space left on device'


@pytest.fixture(autouse=True)
def untroubled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin without what earlier tests have logged."""
    monkeypatch.setattr(troubles.TROUBLES, "_open", {})


@contextmanager
def refusing(database: Postgres, code: str, message: str) -> Iterator[None]:
    """Let PostgreSQL refuse every new post, with the code it has for that."""
    ask(
        database.url,
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{message}' USING ERRCODE = '{code}', DETAIL = 'Failing row contains (secret)'; END $$; "
        "CREATE TRIGGER refuse BEFORE INSERT ON posts FOR EACH ROW EXECUTE FUNCTION refuse()",
    )
    try:
        yield
    finally:
        ask(database.url, "DROP FUNCTION refuse CASCADE")


@pytest.mark.parametrize(
    ("code", "message", "named"),
    [
        ("53100", NO_ROOM, "disk is full"),
        ("53200", "out of memory", "no memory"),
        ("53300", "too many connections for role", "no connection to spare"),
        ("57014", "canceling statement due to user request", "longer than a statement may"),
        ("58030", "could not read block 0", "cannot read or write its files"),
        ("40001", "could not serialize access", "two transactions"),
    ],
)
def test_it_is_a_503_that_the_log_names_for_what_it_is(
    visitor: FlaskClient, database: Postgres, by_ada: dict[str, str], code: str, message: str, named: str
) -> None:
    with refusing(database, code, message), logged() as records:
        refused = visitor.post("/api/posts", headers=by_ada, json={"body": "second"})
    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) > 0
    (line,) = messages(records, "A request could not be served")
    assert named in line
    assert message in line
    assert "secret" not in line


def test_on_a_full_disk_reads_go_on_and_writes_lose_no_text_and_it_recovers_by_itself(
    site: Flask, visitor: FlaskClient, database: Postgres, by_ada: dict[str, str]
) -> None:
    page = site.test_client()
    page.set_cookie(session_cookie(site), session_of(site))
    with refusing(database, "53100", NO_ROOM):
        refused = page.post("/posts", data={"body": "long\nthoughts"}, headers={"Origin": "http://localhost"})
        assert refused.status_code == 503
        assert textarea(refused, "body") == "long\nthoughts"
        services_of(site).backend.clear()
        assert visitor.get("/api/posts/1").status_code == 200
        ready = visitor.get("/readyz")
        assert (ready.status_code, ready.get_json()["status"]) == (200, "degraded")
        assert "disk is full" in ready.get_json()["detail"]
    assert visitor.post("/api/posts", headers=by_ada, json={"body": "second"}).status_code == 201


def session_of(site: Flask) -> str:
    with site.app_context():
        accounts = services_of(site).accounts
        return accounts.issue(1, "session").token


def test_a_hundred_refusals_are_one_line(
    visitor: FlaskClient, database: Postgres, by_ada: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(troubles, "QUIET", 0.2)
    with refusing(database, "53100", NO_ROOM), logged() as records:
        for _ in range(20):
            visitor.post("/api/posts", headers=by_ada, json={"body": "second"})
    assert len(messages(records, "A request could not be served")) == 1
    with logged() as records:
        while troubles.TROUBLES._open:
            troubles.settle()
    (line,) = messages(records, "A request could not be served")
    assert "over after" in line
    assert "19 more were not logged" in line


def test_a_full_redis_is_one_warning(site: Flask, server: RedisServer, by_ada: dict[str, str]) -> None:
    services = services_of(site)
    services.backend.client.config_set("maxmemory-policy", "noeviction")
    services.backend.client.config_set("maxmemory", "1")
    with logged() as records:
        for number in range(30):
            site.test_client().get(f"/api/posts?limit={number + 1}")
    warnings = [record.getMessage() for record in records if record.levelno >= logging.WARNING]
    assert len(warnings) == 1, warnings
    assert "Redis' memory is full" in warnings[0]


def test_tables_that_are_not_there_are_a_503_that_says_what_to_do(
    visitor: FlaskClient, database: Postgres, site: Flask
) -> None:
    services_of(site).backend.clear()
    ask(database.url, "ALTER TABLE posts RENAME TO moved")
    try:
        with logged() as records:
            assert visitor.get("/api/posts/1").status_code == 503
    finally:
        ask(database.url, "ALTER TABLE moved RENAME TO posts")
    assert "db upgrade" in messages(records, "A request could not be served")[0]
