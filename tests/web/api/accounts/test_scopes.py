"""What a token was made for, and for how long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from tests.support.copies import forget_everything
from tests.support.costs import cost_of
from tests.web.api.calls import bearer, data, fields_at_fault, problem

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from redis import Redis
    from sqlalchemy import Engine

    from tests.support.people import Somebody


def made(client: FlaskClient, ada: Somebody, **more: Any) -> dict[str, Any]:
    return data(client.post("/api/tokens", json={"username": "ada", "password": ada.password, **more}), 201)


def test_a_token_says_what_it_is(client: FlaskClient, ada: Somebody) -> None:
    new = made(client, ada, name="bot", scopes=["read", "read"], expires_in=3600)
    assert set(new) == {"token", "id", "name", "scopes", "expires_at"}
    assert (new["name"], new["scopes"]) == ("bot", ["read"])
    left = datetime.fromisoformat(new["expires_at"]) - datetime.now(UTC)
    assert timedelta(minutes=58) < left < timedelta(minutes=61)
    listed = data(client.get("/api/tokens", headers=bearer(new["token"])))["items"]
    [current] = [each for each in listed if each["current"]]
    assert (current["id"], current["scopes"]) == (new["id"], ["read"])


def test_one_for_reading_reads_and_changes_nothing(client: FlaskClient, ada: Somebody) -> None:
    post = data(client.post("/api/posts", headers=ada.headers, json={"body": "mine"}), 201)
    token = bearer(made(client, ada, scopes=["read"])["token"])
    assert data(client.get("/api/me", headers=token))["username"] == "ada"
    assert data(client.get("/api/posts?feed=home", headers=token))["items"]
    for method, address, body in (
        ("POST", "/api/posts", {"body": "no"}),
        ("PATCH", f"/api/posts/{post['id']}", {"body": "no"}),
        ("DELETE", f"/api/posts/{post['id']}", None),
        ("POST", f"/api/posts/{post['id']}/likes", None),
        ("PATCH", "/api/me", {"bio": "no"}),
        ("DELETE", "/api/tokens", None),
    ):
        refused = problem(client.open(address, method=method, headers=token, json=body), 403)
        assert refused["code"] == "scope"
        assert "scope write" in refused["detail"]
    assert data(client.get(f"/api/posts/{post['id']}", headers=token))["body"] == "mine"


def test_one_for_writing_does_not_read(client: FlaskClient, ada: Somebody) -> None:
    token = bearer(made(client, ada, scopes=["write"])["token"])
    data(client.post("/api/posts", headers=token, json={"body": "blind"}), 201)
    for address in ("/api/me", "/api/posts", "/api/posts/1", "/api/tokens", "/api/search?q=blind"):
        assert problem(client.get(address, headers=token), 403)["code"] == "scope"


def test_left_out_a_token_reads_and_writes(client: FlaskClient, ada: Somebody) -> None:
    assert made(client, ada)["scopes"] == ["read", "write"]


def test_one_from_before_there_were_scopes_reads_and_writes(
    client: FlaskClient, ada: Somebody, redis: Redis, engine: Engine
) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO tokens (user_id, kind, hash, expires_at) SELECT user_id, kind, "
                "hash || '\\x00'::bytea, expires_at FROM tokens"
            )
        )
    forget_everything(redis)
    data(client.post("/api/posts", headers=ada.headers, json={"body": "still"}), 201)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"scopes": []}, "scopes"),
        ({"scopes": ["everything"]}, "scopes.0"),
        ({"scopes": "read"}, "scopes"),
        ({"expires_in": 59}, "expires_in"),
        ({"expires_in": 365 * 86_400 + 1}, "expires_in"),
        ({"expires_in": "3600"}, "expires_in"),
        ({"expires_in": True}, "expires_in"),
    ],
)
def test_what_cannot_be_is_refused(client: FlaskClient, ada: Somebody, more: dict[str, Any], field: str) -> None:
    answer = client.post("/api/tokens", json={"username": "ada", "password": ada.password, **more})
    assert fields_at_fault(answer, 422) == {field}


def test_the_same_request_again_gives_the_same_token(client: FlaskClient, ada: Somebody) -> None:
    sent = {"username": "ada", "password": ada.password, "name": "bot", "scopes": ["read"], "expires_in": 600}
    first, again = (client.post("/api/tokens", json=sent, headers={"Idempotency-Key": "k"}) for _ in range(2))
    assert data(first, 201) == data(again, 201)
    assert again.headers["Idempotent-Replayed"] == "true"


def test_a_new_password_keeps_the_name_and_the_scopes(client: FlaskClient, ada: Somebody) -> None:
    token = made(client, ada, name="bot", scopes=["write", "read"])["token"]
    change = {"current_password": ada.password, "new_password": "another long one"}
    new = data(client.put("/api/me/password", headers=bearer(token), json=change))
    assert (new["name"], sorted(new["scopes"])) == ("bot", ["read", "write"])


def test_a_new_password_keeps_the_last_use(client: FlaskClient, ada: Somebody, engine: Engine) -> None:
    used = "2026-03-01T09:30:00.000000Z"
    with engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE tokens SET last_used_at = '{used}' WHERE kind = 'api'")
    change = {"current_password": ada.password, "new_password": "another long one"}
    token = data(client.put("/api/me/password", headers=ada.headers, json=change))["token"]
    (kept,) = data(client.get("/api/tokens", headers=bearer(token)))["items"]
    assert kept["last_used_at"] == used


def test_it_ends_when_it_was_to(client: FlaskClient, ada: Somebody, engine: Engine, redis: Redis) -> None:
    token = bearer(made(client, ada, expires_in=60)["token"])
    data(client.get("/api/me", headers=token))
    with engine.begin() as connection:
        connection.execute(text("UPDATE tokens SET expires_at = now() - interval '1 second'"))
    forget_everything(redis)
    problem(client.get("/api/me", headers=token), 401)


def test_a_warm_read_costs_no_more(client: FlaskClient, ada: Somebody) -> None:
    token = bearer(made(client, ada, scopes=["read"])["token"])
    for _ in range(3):
        answer = client.get("/api/posts?feed=home", headers=token)
    assert (cost_of(answer).sql_statements, cost_of(answer).redis_trips) == (0, 1)
