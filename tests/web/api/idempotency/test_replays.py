"""What a request with an Idempotency-Key is answered when it comes again after things have changed."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from feedapp.blueprints.pages.kit.cookies import session_cookie
from tests.web.api.calls import bearer, comment, contents, data, nothing_changes, problem, publish

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from feedapp.wiring import Services
    from tests.support.people import Somebody

KEY = {"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}
SECRET = "something to be taken back"
NEW = {"username": "zoe", "password": "a good password", "display_name": SECRET[:20]}
WRITES = {"post": "/api/posts", "comment": "/api/posts/1/comments"}


@pytest.fixture
def world(client: FlaskClient, ada: Somebody, bob: Somebody, post_id: str) -> Somebody:
    """A post of ada's; bob writes below it."""
    return bob


def write(client: FlaskClient, who: Somebody, what: str) -> Any:
    return client.post(WRITES[what], headers={**who.headers, **KEY}, json={"body": SECRET})


def log_in(client: FlaskClient, **body: str) -> Any:
    good = {"username": "ada", "password": "a good password"}
    return client.post("/api/tokens", headers=KEY, json=good | body)


def sign_up(client: FlaskClient, **body: str) -> Any:
    return client.post("/api/users", headers=KEY, json=NEW | body)


@pytest.mark.parametrize("what", WRITES)
def test_a_replay_has_every_header_that_says_something_of_it(client: FlaskClient, world: Somebody, what: str) -> None:
    first, again = write(client, world, what), write(client, world, what)
    assert again.data == first.data
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    for name in ("ETag", "Location", "Content-Type", "Cache-Control", "Vary"):
        assert again.headers[name] == first.headers[name], name
    changed = client.patch(
        again.headers["Location"], headers={**world.headers, "If-Match": again.headers["ETag"]}, json={"body": "New"}
    )
    assert changed.status_code == 200


def test_every_replay_says_that_it_is_one(client: FlaskClient, world: Somebody, ada: Somebody) -> None:
    for call in (
        lambda: log_in(client),
        lambda: sign_up(client),
        lambda: client.post("/api/posts/1/likes", headers={**world.headers, **KEY}),
        lambda: client.post("/api/users/bob/followers", headers={**ada.headers, "Idempotency-Key": "x"}),
    ):
        first, again = call(), call()
        assert (again.status_code, again.data) == (first.status_code, first.data) == (201, first.data)
        assert again.headers["Idempotent-Replayed"] == "true"
        for name in ("Location", "Content-Type", "Cache-Control", "Vary"):
            assert again.headers.get(name) == first.headers.get(name), name


@pytest.mark.parametrize("what", WRITES)
def test_likes_that_came_since_do_not_change_the_first_answer(
    client: FlaskClient, world: Somebody, ada: Somebody, what: str
) -> None:
    first = write(client, world, what)
    client.post("/api/posts/2/likes", headers=ada.headers)
    assert write(client, world, what).data == first.data


@pytest.mark.usefixtures("ada")
class TestOtherBodies:
    def test_an_account_is_made_for_one_body_only(self, client: FlaskClient, engine: Engine) -> None:
        data(sign_up(client), 201)
        with nothing_changes(engine):
            for other in ({"username": "eve"}, {"password": "another password"}, {"display_name": "D"}):
                assert problem(sign_up(client, **other), 422)["code"] == "key_reused"

    def test_a_token_is_given_for_one_body_only(self, client: FlaskClient, engine: Engine) -> None:
        data(log_in(client), 201)
        with nothing_changes(engine):
            for other in ({"username": "Ada"}, {"name": "another"}):
                assert problem(log_in(client, **other), 422)["code"] == "key_reused"

    def test_a_password_that_was_changed_is_another_body(self, client: FlaskClient, ada: Somebody) -> None:
        token = data(log_in(client), 201)["token"]
        change = {"current_password": ada.password, "new_password": "another password"}
        data(client.put("/api/me/password", headers=ada.headers, json=change))
        problem(client.get("/api/me", headers=bearer(token)), 401)
        problem(log_in(client), 401)
        problem(log_in(client, password="another password"), 422)

    def test_strangers_with_the_same_key_do_not_see_each_others_answers(self, client: FlaskClient) -> None:
        data(sign_up(client), 201)
        refused = sign_up(client, username="eve", password="the password of eve")
        assert SECRET[:20] not in refused.text
        assert "zoe" not in problem(refused, 422)["detail"]


@pytest.mark.usefixtures("ada")
class TestTokens:
    @pytest.mark.parametrize("how", ["itself", "by id", "all others", "expired", "password by the operator"])
    def test_one_that_is_dead_is_not_given_again(
        self, client: FlaskClient, ada: Somebody, services: Services, engine: Engine, how: str
    ) -> None:
        token = data(log_in(client), 201)["token"]
        if how == "itself":
            client.delete("/api/tokens/current", headers=bearer(token))
        elif how == "by id":
            number = data(client.get("/api/tokens", headers=bearer(token)))["items"][0]["id"]
            client.delete(f"/api/tokens/{number}", headers=ada.headers)
        elif how == "all others":
            client.delete("/api/tokens", headers=ada.headers)
        elif how == "expired":
            with engine.begin() as connection:
                connection.execute(text("UPDATE tokens SET expires_at = now() - interval '1 second'"))
        else:
            services.accounts.set_password(username="ada", password=ada.password)
        refused = log_in(client)
        assert problem(refused, 409)["code"] == "result_gone"
        assert token not in refused.text
        other = {**KEY, "Idempotency-Key": "another"}
        good = {"username": "ada", "password": ada.password}
        data(client.post("/api/tokens", headers=other, json=good), 201)

    def test_one_that_is_being_revoked_is_waited_for(self, app: Flask, client: FlaskClient, engine: Engine) -> None:
        data(log_in(client), 201)
        with ThreadPoolExecutor(1) as pool, engine.connect() as connection:
            connection.execute(text("DELETE FROM tokens WHERE kind = 'api'"))
            answer = pool.submit(log_in, app.test_client())
            waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
            while not answer.done():
                with engine.connect() as other:
                    if other.scalar(waiting):
                        break
            connection.commit()
            assert problem(answer.result(), 409)["code"] == "result_gone"


@pytest.mark.usefixtures("ada")
class TestWhatIsGone:
    @pytest.mark.parametrize("what", WRITES)
    def test_it_is_not_made_again_and_not_shown(
        self, client: FlaskClient, world: Somebody, engine: Engine, what: str
    ) -> None:
        first = write(client, world, what)
        client.delete(first.headers["Location"], headers=world.headers)
        with nothing_changes(engine):
            again = write(client, world, what)
        assert problem(again, 409)["code"] == "result_gone"
        assert SECRET not in again.text
        data(client.post(WRITES[what], headers={**world.headers, "Idempotency-Key": "x"}, json={"body": SECRET}), 201)

    @pytest.mark.parametrize("what", WRITES)
    @pytest.mark.parametrize("how", ["deleted", "edited", "by cascade", "by SQL", "with its author"])
    def test_no_text_is_left_anywhere(
        self, client: FlaskClient, world: Somebody, services: Services, engine: Engine, what: str, how: str
    ) -> None:
        place = write(client, world, what).headers["Location"]
        if how == "deleted":
            client.delete(place, headers=world.headers)
        elif how == "edited":
            client.patch(place, headers=world.headers, json={"body": "New"})
        elif how == "by cascade":
            services.grace.delete("ada" if what == "comment" else "bob", now=True)
        elif how == "by SQL":
            with engine.begin() as connection:
                connection.execute(text("DELETE FROM posts"))
        else:
            services.grace.delete("bob", now=True)
        left = contents(engine)
        assert [
            name for name, rows in left.items() if any(SECRET in row or SECRET.encode().hex() in row for row in rows)
        ] == []

    def test_what_was_edited_is_shown_as_it_stands(self, client: FlaskClient, world: Somebody) -> None:
        first = write(client, world, "post")
        client.patch(first.headers["Location"], headers=world.headers, json={"body": "New"})
        again = write(client, world, "post")
        assert (again.status_code, again.headers["Location"]) == (201, first.headers["Location"])
        assert data(again, 201)["body"] == "New"
        seen = client.get(first.headers["Location"], headers=world.headers).headers["ETag"]
        assert again.headers["ETag"] == seen != first.headers["ETag"]

    def test_an_account_that_is_gone_leaves_nothing_of_itself(
        self, client: FlaskClient, services: Services, engine: Engine
    ) -> None:
        data(sign_up(client), 201)
        services.grace.delete("zoe", now=True)
        for rows in contents(engine).values():
            assert not [row for row in rows if "zoe" in row or NEW["display_name"] in row]
            assert not [row for row in rows if NEW["display_name"].encode().hex() in row]
        with nothing_changes(engine):
            assert problem(sign_up(client), 409)["code"] == "result_gone"

    def test_an_account_that_was_renamed_is_the_same_one(self, client: FlaskClient) -> None:
        sign_up(client)
        body = {"username": "zoe", "password": NEW["password"]}
        token = data(client.post("/api/tokens", json=body), 201)["token"]
        data(
            client.patch(
                "/api/me", headers=bearer(token), json={"username": "countess", "current_password": NEW["password"]}
            )
        )
        again = sign_up(client)
        assert data(again, 201)["username"] == "countess"
        assert again.headers["Location"] == "/api/users/countess"


@pytest.mark.parametrize(("what", "status"), [("post", 201), ("comment", 201), ("account", 409)])
def test_a_record_of_an_older_version_does_no_harm(
    client: FlaskClient, world: Somebody, engine: Engine, what: str, status: int
) -> None:
    """It had the whole answer, and can be met while old and new processes run side by side."""
    call: Any = (lambda: sign_up(client)) if what == "account" else (lambda: write(client, world, what))
    first = data(call(), 201)
    first.pop("id" if what == "account" else "version")  # which it had not yet
    with engine.begin() as connection:
        connection.execute(text("UPDATE idempotency_records SET body = :body"), {"body": json.dumps(first).encode()})
    assert call().status_code == status


def test_the_text_of_a_form_is_in_no_record_either(
    client: FlaskClient, people: Callable[..., Somebody], engine: Engine
) -> None:
    eve = people("eve")
    client.set_cookie(session_cookie(client.application), eve.session)
    form = {"body": SECRET, "idempotency_key": "x"}
    assert client.post("/posts", data=form).status_code == 303
    assert publish(client, eve) == "2"
    assert comment(client, eve, "2") == "1"
    assert client.post("/posts/1/delete").status_code == 303
    assert SECRET not in str(contents(engine))
