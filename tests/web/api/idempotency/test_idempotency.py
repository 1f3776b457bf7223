"""Idempotency-Key: a POST that is sent again is answered as it was the first time, and carried out once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from feedapp.app import create_app
from tests.support.apps import services as services_of
from tests.web.api.calls import comment, data, nothing_changes, problem, publish

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from config import Settings
    from feedapp.wiring import Services
    from tests.support.people import Somebody

KEY = {"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}
CALLS: dict[str, tuple[str, dict[str, str] | None]] = {
    "publish": ("/api/posts", {"body": "Once"}),
    "comment": ("/api/posts/1/comments", {"body": "Once"}),
    "like": ("/api/posts/1/likes", None),
    "like a comment": ("/api/posts/1/comments/1/likes", None),
    "bookmark": ("/api/posts/1/bookmarks", None),
    "pin": ("/api/posts/1/pin", None),
    "follow a tag": ("/api/tags/beans/followers", None),
    "follow": ("/api/users/bob/followers", None),
    "mute": ("/api/users/bob/mutes", None),
    "block": ("/api/users/bob/blocks", None),
    "mute a conversation": ("/api/posts/1/mutes", None),
    "read notifications": ("/api/notifications/read", {"until": "1-1"}),
    "sign up": ("/api/users", {"username": "dee", "password": "a good password"}),
    "report": ("/api/reports", {"username": "bob", "reason": "spam"}),
    "log in": ("/api/tokens", {"username": "ada", "password": "a good password"}),
}
MAKES_NOTHING = {"read notifications"}


@pytest.fixture
def other_process(settings: Settings, app: Flask) -> Iterator[FlaskClient]:
    """Give a client of another app on the same servers."""
    other = create_app(settings)
    other.extensions["feedapp"].accounts.proofs.passwords = services_of(app).accounts.proofs.passwords
    yield other.test_client()
    with other.app_context():
        services_of(other).close()


def send(client: FlaskClient, who: Somebody, call: str, **headers: str) -> Any:
    address, body = CALLS[call]
    return client.post(address, headers={**who.headers, **KEY, **headers}, json=body)


@pytest.mark.parametrize("call", CALLS)
def test_the_first_answer_is_given_again_by_any_process_and_nothing_is_done_twice(
    client: FlaskClient,
    other_process: FlaskClient,
    ada: Somebody,
    bob: Somebody,
    post_id: str,
    engine: Engine,
    call: str,
) -> None:
    client.post("/api/posts/1/comments", headers=bob.headers, json={"body": "To like"})
    first = send(client, ada, call)
    status = 200 if call in MAKES_NOTHING else 201
    assert first.status_code == status
    client.post("/api/posts/1/likes", headers=bob.headers)
    with nothing_changes(engine):
        for each in (client, other_process):
            again = send(each, ada, call)
            assert (again.status_code, again.data) == (status, first.data)
            assert again.headers.get("Location") == first.headers.get("Location")
            assert again.content_type == "application/json"
            assert again.headers["Cache-Control"] == "private, no-store"


def test_a_key_belongs_to_one_request(client: FlaskClient, ada: Somebody, bob: Somebody, engine: Engine) -> None:
    publish(client, ada)
    data(send(client, ada, "publish"), 201)
    with nothing_changes(engine):
        for address, body in (
            ("/api/posts", {"body": "Other"}),
            ("/api/posts/1/comments", {"body": "Once"}),
            ("/api/posts/1/likes", None),
        ):
            refusal = client.post(address, headers={**ada.headers, **KEY}, json=body)
            assert "Idempotency-Key" in problem(refusal, 422)["detail"]


def test_a_key_belongs_to_one_person(client: FlaskClient, ada: Somebody, bob: Somebody) -> None:
    ids = {data(send(client, who, "publish"), 201)["id"] for who in (ada, bob)}
    assert len(ids) == 2


def test_what_was_refused_may_be_tried_again(client: FlaskClient, ada: Somebody) -> None:
    problem(send(client, ada, "comment"), 404)
    publish(client, ada)
    data(send(client, ada, "comment"), 201)
    headers = {**ada.headers, "Idempotency-Key": "b"}
    problem(client.post("/api/posts", headers=headers, json={"body": ""}), 422)
    data(client.post("/api/posts", headers=headers, json={"body": "Better"}), 201)


def test_a_key_without_a_good_token_gives_nothing(client: FlaskClient, ada: Somebody, services: Services) -> None:
    send(client, ada, "publish")
    client.delete("/api/tokens/current", headers=ada.headers)
    problem(send(client, ada, "publish"), 401)


def test_without_a_key_each_request_counts(client: FlaskClient, ada: Somebody) -> None:
    assert publish(client, ada) != publish(client, ada)


@pytest.mark.parametrize("key", ["", " ", '""', "a" * 256, "\u00e4", "a\tb"])
def test_a_key_that_is_none_is_refused(client: FlaskClient, ada: Somebody, engine: Engine, key: str) -> None:
    with nothing_changes(engine):
        for call in ("publish", "log in"):
            problem(send(client, ada, call, **{"Idempotency-Key": key}), 400)


def test_a_key_may_stand_in_quotes(client: FlaskClient, ada: Somebody) -> None:
    first = send(client, ada, "publish")
    assert send(client, ada, "publish", **{"Idempotency-Key": f'"{KEY["Idempotency-Key"]}"'}).data == first.data


@pytest.mark.parametrize("call", ["publish", "comment", "sign up", "log in"])
def test_twins_at_the_same_time_are_carried_out_once(
    app: Flask, other_process: FlaskClient, ada: Somebody, post_id: str, engine: Engine, call: str
) -> None:
    clients = [app.test_client(), other_process, app.test_client(), other_process.application.test_client()]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda each: send(each, ada, call), clients))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.data for answer in answers}) == 1
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM idempotency_records")) == 1


def test_a_twin_that_waits_too_long_is_told_so(
    client: FlaskClient, ada: Somebody, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedapp.postgres.database.LOCK_TIMEOUT", 0.05)
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO idempotency_records (user_id, key, fingerprint) VALUES (:id, :key, '')"),
            {"id": ada.id, "key": KEY["Idempotency-Key"]},
        )
        refusal = send(client, ada, "publish")
        problem(refusal, 409)
        assert refusal.headers["Retry-After"] == "1"
        connection.rollback()
    data(send(client, ada, "publish"), 201)


def test_nothing_is_recorded_of_a_write_that_was_not_committed(
    client: FlaskClient, ada: Somebody, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken, nothing_changes(engine):
        broken.setattr("feedapp.timing.LONGEST_WRITE", -1)
        problem(send(client, ada, "publish"), 503)
    data(send(client, ada, "publish"), 201)


class TestSecrets:
    def test_no_token_and_no_password_is_in_the_records(
        self, client: FlaskClient, ada: Somebody, engine: Engine
    ) -> None:
        token = data(send(client, ada, "log in"), 201)["token"]
        send(client, ada, "sign up")
        with engine.connect() as connection:
            kept = "".join(
                connection.scalars(
                    text("SELECT concat(key, status, location, convert_from(body, 'UTF8')) FROM idempotency_records")
                )
            )
        assert token not in kept
        assert token.partition(".")[2] not in kept
        assert "a good password" not in kept

    def test_a_token_that_is_given_again_is_good(self, client: FlaskClient, ada: Somebody) -> None:
        send(client, ada, "log in")
        token = data(send(client, ada, "log in"), 201)["token"]
        assert data(client.get("/api/me", headers={"Authorization": f"Bearer {token}"}))["username"] == "ada"

    def test_it_is_not_given_for_a_wrong_password(self, client: FlaskClient, ada: Somebody) -> None:
        send(client, ada, "log in")
        wrong = {"username": "ada", "password": "not her password"}
        problem(client.post("/api/tokens", headers=KEY, json=wrong), 401)

    def test_other_keys_and_other_people_have_other_tokens(
        self, client: FlaskClient, ada: Somebody, bob: Somebody
    ) -> None:
        found = set()
        for who in (ada, bob):
            for key in ("a", "b"):
                body = {"username": who.username, "password": who.password}
                answer = client.post("/api/tokens", headers={"Idempotency-Key": key}, json=body)
                found.add(data(answer, 201)["token"].partition(".")[2])
        assert len(found) == 4

    def test_the_fingerprint_cannot_be_made_without_the_sites_secret(
        self, client: FlaskClient, ada: Somebody, engine: Engine
    ) -> None:
        query = text("SELECT fingerprint FROM idempotency_records")
        send(client, ada, "publish")
        with engine.begin() as connection:
            first = connection.scalar(query)
            connection.execute(text("TRUNCATE idempotency_records"))
        secret, client.application.secret_key = client.application.secret_key, "another secret of this site"
        try:
            send(client, ada, "publish")
        finally:
            client.application.secret_key = secret
        with engine.connect() as connection:
            assert connection.scalar(query) != first


def test_records_go_after_a_day_and_with_their_owner(
    client: FlaskClient, services: Services, ada: Somebody, bob: Somebody, engine: Engine
) -> None:
    def records() -> int:
        with engine.connect() as connection:
            return int(connection.scalar(text("SELECT count(*) FROM idempotency_records")) or 0)

    for who in (ada, bob):
        send(client, who, "publish")
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE idempotency_records SET created_at = now() - interval '25 hours' WHERE user_id = :id"),
            {"id": ada.id},
        )
    services.idempotency.clean()
    assert records() == 1
    services.grace.delete("bob", now=True)
    assert records() == 0
    assert comment(client, ada, "1")
