"""Leaving: an account goes out of sight at once, can be taken back, and is gone for good after the grace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from feedapp.models import Base
from tests.web.api.calls import bearer, comment, data, fields_at_fault, problem, publish
from tests.web.pages.browsing import Browser

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from feedapp.wiring import Services
    from tests.support.people import Somebody

KEPT = {"changes", "outbox", "cache_histories", "periodic_jobs", "cache_readers", "idempotency_records"}
KEPT |= {"tokens", "known_devices", "seen_networks"}
"""The machinery; sessions, which end for good; devices that log in again."""


def rows(engine: Engine) -> dict[str, Any]:
    """Give what every table holds."""
    with engine.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(table.select()).all()))
            for table in Base.metadata.tables.values()
            if table.name not in KEPT
        }


@pytest.fixture
def theirs(client: FlaskClient, ada: Somebody, bob: Somebody) -> dict[str, str]:
    """Ada and Bob have to do with each other in every way."""
    own, others = publish(client, ada), publish(client, bob)
    comment(client, bob, own)
    comment(client, ada, others)
    for post in (own, others):
        client.post(f"/api/posts/{post}/likes", headers=ada.headers)
        client.post(f"/api/posts/{post}/likes", headers=bob.headers)
    client.post("/api/users/bob/followers", headers=ada.headers)
    client.post("/api/users/ada/followers", headers=bob.headers)
    return {"own": own, "others": others}


def seen(client: FlaskClient, reader: Somebody, theirs: dict[str, str]) -> list[Any]:
    """Read what has to do with both, as Bob, who is there all the time; everything is cached by that, too."""
    addresses = (
        *("/api/posts", "/api/posts?feed=home", "/api/users/bob", "/api/users/ada", "/api/me"),
        *(f"/api/posts/{post}{rest}" for post in theirs.values() for rest in ("", "/comments", "/likes")),
        *(f"/api/users/bob/{side}" for side in ("followers", "following")),
    )
    return [client.get(each, headers=reader.headers).get_json() for each in addresses]


def leave(client: FlaskClient, who: Somebody) -> None:
    """Delete one's account."""
    answer = client.delete("/api/me", headers=who.headers, json={"current_password": who.password})
    assert (answer.status_code, answer.data) == (202, b"")


def counts(client: FlaskClient, post: str) -> tuple[int, ...]:
    """Give the counts that Ada is part of."""
    found, bob = data(client.get(f"/api/posts/{post}")), data(client.get("/api/users/bob"))
    return found["likes_count"], found["comments_count"], bob["followers_count"], bob["following_count"]


def over(engine: Engine, name: str = "ada") -> None:
    """Let the grace be over."""
    with engine.begin() as connection:
        connection.execute(text("UPDATE users SET deletion_at = now() WHERE username = :name"), {"name": name})


class TestGrace:
    def test_nothing_is_shown_at_once_and_everything_is_back_as_it_was(
        self, client: FlaskClient, ada: Somebody, bob: Somebody, theirs: dict[str, str], engine: Engine
    ) -> None:
        before, held = seen(client, bob, theirs), rows(engine)
        leave(client, ada)
        during = repr(seen(client, bob, theirs))
        assert "'ada'" not in during
        assert theirs["own"] not in [each["id"] for each in data(client.get("/api/posts"))["items"]]
        assert counts(client, theirs["others"]) == (1, 0, 0, 0)
        problem(client.get("/api/users/ada"), 404)
        problem(client.get(f"/api/posts/{theirs['own']}"), 404)
        back = {"username": "ada", "password": ada.password, "restore": True}
        token = data(client.post("/api/tokens", json=back), 201)["token"]
        assert seen(client, bob, theirs) == before
        assert rows(engine) == held
        assert data(client.get("/api/me", headers=bearer(token)))["username"] == "ada"

    def test_tokens_and_sessions_end_and_stay_ended(self, client: FlaskClient, ada: Somebody) -> None:
        leave(client, ada)
        problem(client.get("/api/me", headers=ada.headers), 401)
        back = {"username": "ada", "password": ada.password, "restore": True}
        data(client.post("/api/tokens", json=back), 201)
        problem(client.get("/api/me", headers=ada.headers), 401)

    def test_a_log_in_says_so_to_whoever_has_the_password(self, client: FlaskClient, ada: Somebody) -> None:
        leave(client, ada)
        right = {"username": "ada", "password": ada.password}
        found = problem(client.post("/api/tokens", json=right), 403)
        assert found["code"] == "account_leaving"
        assert "will be deleted on" in found["detail"]
        wrong = {**right, "password": "guessed wrong"}
        assert problem(client.post("/api/tokens", json=wrong), 401)["code"] == "wrong_password"
        odd = {**right, "restore": "yes"}
        assert fields_at_fault(client.post("/api/tokens", json=odd), 422) == {"restore"}

    def test_the_name_is_nobody_else_s(self, client: FlaskClient, ada: Somebody) -> None:
        leave(client, ada)
        wanted = {"username": "ada", "password": "a good password"}
        problem(client.post("/api/users", json=wanted), 409)

    def test_afterwards_all_is_gone(
        self, client: FlaskClient, ada: Somebody, theirs: dict[str, str], services: Services, engine: Engine
    ) -> None:
        leave(client, ada)
        assert services.grace.delete_due() == 0
        over(engine)
        assert services.grace.delete_due() == 1
        assert counts(client, theirs["others"]) == (1, 0, 0, 0)
        with engine.connect() as connection:
            left = {
                table: connection.scalar(text(f"SELECT count(*) FROM {table}"))
                for table in ("users", "posts", "comments", "likes", "follows")
            }
        assert left == {"users": 1, "posts": 1, "comments": 0, "likes": 1, "follows": 0}
        again = {"username": "ada", "password": ada.password, "restore": True}
        problem(client.post("/api/tokens", json=again), 401)

    def test_what_was_interrupted_is_finished(
        self, client: FlaskClient, ada: Somebody, services: Services, engine: Engine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        publish(client, ada)
        leave(client, ada)
        over(engine)
        with monkeypatch.context() as patched:
            patched.setattr(services.account_deletion, "_clear", lambda _: None)
            services.grace.delete_due()
        found = problem(
            client.post("/api/tokens", json={"username": "ada", "password": ada.password, "restore": True}), 401
        )
        assert found["code"] == "wrong_password"
        with engine.begin() as connection:
            connection.execute(text("UPDATE users SET leaving_since = leaving_since - interval '61 seconds'"))
        assert services.grace.delete_due() == 1
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM users")) == 0

    def test_the_days_are_a_setting(
        self, app: Flask, client: FlaskClient, ada: Somebody, engine: Engine, services: Services
    ) -> None:
        runner = app.test_cli_runner()
        for value in ("-1", "91", "1.5", "x", "²"):
            assert runner.invoke(args=["site", "set", f"deletion_grace_days={value}"]).exit_code == 1, value
        assert "restore it until then</dt><dd>14 days<" in client.get("/privacy").text
        assert runner.invoke(args=["site", "set", "deletion_grace_days=1"]).exit_code == 0
        assert "restore it until then</dt><dd>1 day<" in client.get("/privacy").text
        assert runner.invoke(args=["site", "set", "deletion_grace_days=0"]).exit_code == 0
        assert "<dd>deleted within minutes<" in client.get("/privacy").text
        leave(client, ada)
        assert services.grace.delete_due() == 1
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM users")) == 0


class TestCounts:
    def test_those_of_somebody_who_did_very_much_are_named_in_portions(
        self, client: FlaskClient, ada: Somebody, bob: Somebody, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("feedapp.services.people.leaving.grace.PORTION", 2)
        posts = [publish(client, bob) for _ in range(5)]
        for post in posts:
            client.post(f"/api/posts/{post}/likes", headers=ada.headers)
            comment(client, ada, post)
        client.post("/api/users/bob/followers", headers=ada.headers)
        assert {counts(client, post) for post in posts} == {(1, 1, 1, 0)}
        leave(client, ada)
        assert {counts(client, post) for post in posts} == {(0, 0, 0, 0)}
        data(client.post("/api/tokens", json={"username": "ada", "password": ada.password, "restore": True}), 201)
        assert {counts(client, post) for post in posts} == {(1, 1, 1, 0)}

    def test_nothing_is_said_of_who_came_and_went_in_between(
        self, client: FlaskClient, ada: Somebody, bob: Somebody, cyd: Somebody, theirs: dict[str, str]
    ) -> None:
        """Others go on with what they share: nothing is counted twice when somebody is back."""
        leave(client, ada)
        client.delete(f"/api/posts/{theirs['others']}/likes", headers=bob.headers)
        client.post(f"/api/posts/{theirs['others']}/likes", headers=cyd.headers)
        client.post("/api/users/bob/followers", headers=cyd.headers)
        assert counts(client, theirs["others"]) == (1, 0, 1, 0)
        data(client.post("/api/tokens", json={"username": "ada", "password": ada.password, "restore": True}), 201)
        assert counts(client, theirs["others"]) == (2, 1, 2, 1)


class TestOperators:
    def test_restore_and_delete(self, app: Flask, client: FlaskClient, ada: Somebody, engine: Engine) -> None:
        runner = app.test_cli_runner()
        done = runner.invoke(args=["user", "delete", "ada", "--yes"])
        assert (done.exit_code, "out of sight" in done.output) == (0, True)
        problem(client.get("/api/users/ada"), 404)
        problem(client.get("/api/me", headers=ada.headers), 401)
        assert runner.invoke(args=["user", "restore", "ada"]).exit_code == 0
        data(client.get("/api/users/ada"))
        assert runner.invoke(args=["user", "restore", "ada"]).exit_code == 0
        assert runner.invoke(args=["user", "restore", "nobody"]).exit_code == 1
        assert runner.invoke(args=["user", "delete", "ada", "--yes"]).exit_code == 0
        assert runner.invoke(args=["user", "delete", "ada", "--yes", "--now"]).exit_code == 0
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM users")) == 0
        assert runner.invoke(args=["user", "restore", "ada"]).exit_code == 1


class TestPages:
    def test_logging_in_offers_to_take_it_back(self, app: Flask, client: FlaskClient, ada: Somebody) -> None:
        own = publish(client, ada)
        here = Browser(app, ada.session)
        left = here.post("/settings/delete", {"current_password": ada.password})
        assert left.status_code == 200
        assert "until then you can take it back" in left.text.lower()
        wrong = Browser(app).post("/login", {"username": "ada", "password": "guessed wrong"})
        assert "take it back" not in wrong.text.lower()
        offer = Browser(app).post("/login", {"username": "ada", "password": ada.password, "next": "/public"})
        assert offer.status_code == 200
        assert "will be deleted on" in offer.text
        problem(client.get(f"/api/posts/{own}"), 404)
        ticket = offer.text.split('name="ticket" value="')[1].split('"')[0]
        there = Browser(app)
        back = there.post("/login/restore", {"ticket": ticket, "next": "/public"})
        assert (back.status_code, back.location) == (303, "/public")
        data(client.get(f"/api/posts/{own}"))
        assert there.get("/settings").status_code == 200
        assert Browser(app).post("/login/restore", {"ticket": ticket}).status_code == 303

    def test_a_ticket_is_for_one_deletion_and_cannot_be_made(
        self, app: Flask, client: FlaskClient, ada: Somebody, services: Services
    ) -> None:
        leave(client, ada)
        ticket = services.grace.ticket(ada.id)
        services.grace.restore("ada")
        services.grace.delete("ada", now=False)
        for bad in (ticket, ticket[:-2] + "xx", "", "x"):
            assert Browser(app).post("/login/restore", {"ticket": bad}).status_code in {409, 410, 412, 422, 425}, bad
        problem(client.get("/api/users/ada"), 404)
