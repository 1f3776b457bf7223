from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import text

from feedapp.extensions import db
from tests.support.copies import forget_everything
from tests.web.api.calls import RFC_3339, bearer, data, fields_at_fault, logged, nothing_changes, problem, publish

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest
    from flask.testing import FlaskClient
    from redis import Redis
    from sqlalchemy import Engine

    from feedapp.wiring import Services
    from tests.support.people import Somebody


def test_a_password_is_exchanged_for_a_token_that_says_who_one_is(client: FlaskClient, ada: Somebody) -> None:
    response = client.post("/api/tokens", json={"username": "Ada ", "password": ada.password})
    issued = data(response, 201)
    assert set(issued) == {"token", "id", "name", "scopes", "expires_at"}
    assert re.fullmatch(RFC_3339, issued["expires_at"])
    expires = datetime.fromisoformat(issued["expires_at"])
    assert timedelta(days=364) < expires - datetime.now(UTC) < timedelta(days=366)
    assert data(client.get("/api/me", headers=bearer(issued["token"])))["username"] == "ada"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "Set-Cookie" not in response.headers


def test_a_token_is_kept_as_a_hash_only(client: FlaskClient, ada: Somebody, engine: Engine, redis: Redis) -> None:
    client.get("/api/me", headers=ada.headers)
    secret = ada.token.partition(".")[2]
    with engine.connect() as connection:
        assert secret not in str(connection.execute(text("SELECT encode(hash, 'escape') FROM tokens")).all())
    names = [name for name in redis.scan_iter("*") if isinstance(name, bytes)]
    assert names
    assert not [name for name in names if secret.encode() in name or secret.encode() in (redis.get(name) or b"")]


def test_no_log_line_shows_a_token_or_a_password(client: FlaskClient, ada: Somebody) -> None:
    with logged() as records:
        client.get("/api/me", headers=ada.headers)
        client.post("/api/tokens", json={"username": "ada", "password": ada.password})
        client.post("/api/tokens", json={"username": "ada", "password": "a guess of somebody"})
    text = "\n".join(record.getMessage() for record in records)
    assert ada.token.partition(".")[2] not in text
    assert "a guess of somebody" not in text
    assert "password" not in text.replace("was refused: wrong password", "")


def test_unknown_people_and_wrong_passwords_get_the_same_answer(
    client: FlaskClient, ada: Somebody, engine: Engine
) -> None:
    with nothing_changes(engine):
        wrong = client.post("/api/tokens", json={"username": "ada", "password": "not the password"})
        unknown = client.post("/api/tokens", json={"username": "nobody", "password": "not the password"})
    assert problem(wrong, 401) == problem(unknown, 401)


def test_a_person_without_a_password_cannot_log_in(client: FlaskClient, ada: Somebody, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE users SET password_hash = NULL"))
    for password in ("", ada.password, "the password of nobody"):
        problem(client.post("/api/tokens", json={"username": "ada", "password": password}), 401)


def test_a_missing_field_is_named(client: FlaskClient) -> None:
    assert fields_at_fault(client.post("/api/tokens", json={"username": "ada"}), 422) == {"password"}


def test_a_revoked_token_is_dead_at_once_and_only_that_one(client: FlaskClient, ada: Somebody) -> None:
    other = data(client.post("/api/tokens", json={"username": "ada", "password": ada.password}), 201)["token"]
    data(client.get("/api/me", headers=ada.headers))
    gone = client.delete("/api/tokens/current", headers=ada.headers)
    assert (gone.status_code, gone.data) == (204, b"")
    problem(client.get("/api/me", headers=ada.headers), 401)
    problem(client.get("/api/posts?feed=public", headers=ada.headers), 401)
    problem(client.delete("/api/tokens/current", headers=ada.headers), 401)
    data(client.get("/api/me", headers=bearer(other)))


def test_revoking_needs_a_token(client: FlaskClient) -> None:
    problem(client.delete("/api/tokens/current"), 401)


def test_an_expired_token_is_refused_even_while_it_is_cached(
    client: FlaskClient, ada: Somebody, engine: Engine, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    data(client.get("/api/me", headers=ada.headers))
    later = datetime.now(UTC) + timedelta(days=366)
    monkeypatch.setattr("feedapp.reading.viewers.time", later.timestamp)
    problem(client.get("/api/me", headers=ada.headers), 401)
    monkeypatch.undo()
    with engine.begin() as connection:
        connection.execute(text("UPDATE tokens SET expires_at = now() - interval '1 second'"))
    forget_everything(redis)
    problem(client.get("/api/me", headers=ada.headers), 401)


def test_a_browsers_session_is_no_token(client: FlaskClient, ada: Somebody) -> None:
    problem(client.get("/api/me", headers=bearer(ada.session)), 401)


def test_cookies_mean_nothing(client: FlaskClient, ada: Somebody, engine: Engine) -> None:
    for name in ("session", "__Host-session", "token"):
        for value in (ada.session, ada.token):
            client.set_cookie(name, value)
            problem(client.get("/api/me"), 401)
            with nothing_changes(engine):
                problem(client.post("/api/posts", json={"body": "forged"}), 401)
            assert "prev_cursor" in data(client.get("/api/posts"))


def test_a_cookie_beside_a_token_changes_nothing(client: FlaskClient, ada: Somebody, bob: Somebody) -> None:
    client.set_cookie("session", bob.session)
    assert data(client.get("/api/me", headers=ada.headers))["username"] == "ada"


def test_the_token_of_a_deleted_person_is_dead(client: FlaskClient, ada: Somebody, services: Services) -> None:
    data(client.get("/api/me", headers=ada.headers))
    services.grace.delete("ada", now=True)
    db.session.remove()
    problem(client.get("/api/me", headers=ada.headers), 401)
    problem(client.post("/api/posts", headers=ada.headers, json={"body": "from beyond"}), 401)
    problem(client.post("/api/tokens", json={"username": "ada", "password": ada.password}), 401)


def test_a_token_with_somebody_elses_id_in_it_is_refused(client: FlaskClient, ada: Somebody, bob: Somebody) -> None:
    secret = bob.token.partition(".")[2]
    problem(client.get("/api/me", headers=bearer(f"{ada.id}.{secret}")), 401)
    problem(client.get("/api/me", headers=bearer(f"{10**17}.{secret}")), 401)


def test_a_new_password_revokes_every_token(client: FlaskClient, ada: Somebody, services: Services) -> None:
    data(client.get("/api/me", headers=ada.headers))
    services.accounts.set_password(username="ada", password="another password")
    db.session.remove()
    problem(client.get("/api/me", headers=ada.headers), 401)
    problem(client.post("/api/tokens", json={"username": "ada", "password": ada.password}), 401)
    data(client.post("/api/tokens", json={"username": "ada", "password": "another password"}), 201)


def test_the_scheme_is_read_whatever_its_case(client: FlaskClient, ada: Somebody) -> None:
    data(client.get("/api/me", headers={"Authorization": f"bEARER  {ada.token} "}))


def odd_headers(ada: Somebody) -> Iterator[str]:
    yield from ("", " ", "Bearer", "Bearer ", "Basic YWRhOnB3", "Bearer x", ada.token, f"Token {ada.token}")
    yield from (f"Bearer {ada.token}x", f"Bearer {ada.token[:-1]}", f"Bearer 0{ada.token}", f"Bearer -{ada.token}")
    yield from (f"Bearer {ada.token},Bearer {ada.token}", f"Bearer {ada.token} {ada.token}", "Bearer " + "9" * 10_000)
    yield from (f"Bearer \u00e9{ada.token}", f"Bearer \u00b9{ada.token[1:]}", "B\u00e9arer x", f"Bearer\t{ada.token}")
    yield from ("Bearer 1." + "A" * 43, "Bearer 999999999999999999." + "A" * 43, f"Bearer {ada.token.swapcase()}")


def test_an_odd_authorization_is_refused_wherever_it_comes(client: FlaskClient, ada: Somebody, engine: Engine) -> None:
    post_id = publish(client, ada)
    with nothing_changes(engine):
        for value in odd_headers(ada):
            headers = {"Authorization": value}
            for address in ("/api/posts", f"/api/posts/{post_id}", "/api/users/ada", "/api/me"):
                refusal = client.get(address, headers=headers)
                problem(refusal, 401)
                is_token = value.strip().partition(" ")[0].lower() == "bearer"
                assert ('error="invalid_token"' in refusal.headers["WWW-Authenticate"]) == is_token
            problem(client.post("/api/posts", headers=headers, json={"body": "x"}), 401)
            problem(client.delete(f"/api/posts/{post_id}", headers=headers), 401)
