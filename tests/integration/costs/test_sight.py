"""Somebody who blocks and mutes hundreds reads as cheaply as anybody: no SQL, one trip for a warm read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from feedapp.blueprints.pages.kit.cookies import session_cookie
from tests.support.costs import cost_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from feedapp.wiring import Services
    from tests.support.people import Somebody

ENTRIES = 500
VIEWS = (
    *("/api/posts?feed=home", "/api/posts?feed=public", "/api/posts/1", "/api/posts/1/comments", "/api/users/ada"),
    *("/", "/public", "/posts/1", "/@ada"),
)


@pytest.fixture
def reader(people: Callable[..., Somebody], client: FlaskClient, engine: Engine) -> Somebody:
    """Ada writes for everybody and for followers; bob follows her, and blocks and mutes hundreds of others."""
    ada, bob = people("ada"), people("bob")
    with engine.begin() as connection:
        for statement in (
            "INSERT INTO users (username, display_name) SELECT 'p' || n, 'P' FROM generate_series(1, :count) AS n",
            "INSERT INTO blocks (blocker_id, blocked_id) SELECT :bob, id FROM users WHERE id > :bob",
            "INSERT INTO mutes (muter_id, muted_id) SELECT :bob, id FROM users WHERE id > :bob",
            "INSERT INTO blocks (blocker_id, blocked_id) SELECT id, :bob FROM users WHERE id > :bob",
        ):
            bound = {name: value for name, value in (("count", ENTRIES), ("bob", bob.id)) if f":{name}" in statement}
            connection.execute(text(statement), bound)
    client.post("/api/users/ada/followers", headers=bob.headers)
    for visibility in ("public", "followers"):
        client.post("/api/posts", headers=ada.headers, json={"body": visibility, "visibility": visibility})
    client.post("/api/posts/1/comments", headers=ada.headers, json={"body": "text"})
    client.set_cookie(session_cookie(client.application), bob.session)
    return bob


@pytest.mark.parametrize("view", VIEWS)
def test_a_warm_read_costs_no_sql_and_one_trip(client: FlaskClient, reader: Somebody, view: str) -> None:
    headers = reader.headers if view.startswith("/api") else {}
    for _ in range(2):
        assert client.get(view, headers=headers).status_code == 200
    warm = cost_of(client.get(view, headers=headers))
    assert (warm.sql_statements, warm.redis_trips) == (0, 1)


@pytest.mark.parametrize("view", [view for view in VIEWS if "ada" not in view])
def test_what_somebody_suspended_wrote_costs_others_nothing(
    client: FlaskClient, services: Services, reader: Somebody, people: Callable[..., Somebody], view: str
) -> None:
    """It stands in the lists that all share, and is left out for each: nobody asks PostgreSQL for its author again."""
    eve = people("eve")
    client.post("/api/users/eve/followers", headers=reader.headers)
    client.post("/api/posts", headers=eve.headers, json={"body": "spam"})
    client.post("/api/posts/1/comments", headers=eve.headers, json={"body": "spam"})
    services.sanctions.begin(None, "suspension", "eve", reason="Spam.")
    headers = reader.headers if view.startswith("/api") else {}
    for _ in range(2):
        assert b"spam" not in client.get(view, headers=headers).data
    warm = cost_of(client.get(view, headers=headers))
    assert (warm.sql_statements, warm.redis_trips) == (0, 1)
