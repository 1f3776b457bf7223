"""Names that nobody may take by themselves: reserved ones, and those that somebody gave up not long ago."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from feedapp.blueprints.pages.kit.cookies import session_cookie
from feedapp.repositories.former_usernames import _digest
from feedapp.schemas.reserved_names import is_reserved
from tests.web.api.calls import data, fields_at_fault, nothing_changes, problem

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy import Engine
    from werkzeug.test import TestResponse

    from feedapp.wiring import Services
    from tests.support.people import Somebody

ORIGIN = {"Origin": "http://localhost"}
GOOD = "a good password"
RESERVED = [
    "admin", "Admin", "support", "moderator", "root", "feedapp", "everyone", "me", "null", "api",
    "admin_", "__admin", "a_d_m_i_n", "adm1n", "4dmin", "m0derator", "supp0rt", "adrnin", "he1p", "admin1",
    "moderator_2026", "superadmin", "the_admin", "site_support", "support_team", "feedappadmin",
    "root_user", "admin_bot", "modmail", "staff_member", "customer_service", "customer_support", "followers", "reports",
]  # fmt: skip


def sign_up(client: FlaskClient, username: str) -> TestResponse:
    return client.post("/api/users", json={"username": username, "password": GOOD})


def rename(client: FlaskClient, who: Somebody, username: str) -> TestResponse:
    change = {"username": username, "current_password": who.password}
    return client.patch("/api/me", headers=who.headers, json=change)


def test_the_words_of_every_address_are_reserved(app: Flask) -> None:
    words = {rule.rule.split("/")[1] for rule in app.url_map.iter_rules()}
    assert [each for each in words if re.fullmatch("[a-z0-9_]+", each) and not is_reserved(each)] == []


@pytest.mark.parametrize("username", RESERVED)
def test_a_reserved_name_is_refused_everywhere(
    client: FlaskClient, ada: Somebody, engine: Engine, username: str
) -> None:
    with nothing_changes(engine):
        assert fields_at_fault(sign_up(client, username), 409) == {"username"}
        assert fields_at_fault(rename(client, ada, username), 409) == {"username"}
        page = client.post("/signup", data={"username": username, "password": GOOD}, headers=ORIGIN)
        client.set_cookie(session_cookie(client.application), ada.session)
        sent = {"username": username, "current_password": ada.password}
        pages = [page, client.post("/settings/username", data=sent, headers=ORIGIN)]
        for each in pages:
            assert each.status_code == 409
            assert "is reserved for this site" in each.text
            assert f'value="{username}"' in each.text


@pytest.mark.parametrize("username", ["modesty", "stafford", "rootbeer", "allan", "user1", "ada_admin_fan", "teamster"])
def test_names_that_only_begin_like_one_are_free(client: FlaskClient, username: str) -> None:
    data(sign_up(client, username), 201)


def test_an_operator_may_give_one_out_and_who_has_one_keeps_it(client: FlaskClient) -> None:
    runner = client.application.test_cli_runner()
    for name in ("admin", "support"):
        done = runner.invoke(args=["user", "create", name, "--password-stdin"], input=f"{GOOD}\n")
        assert (done.exit_code, done.output) == (0, f"{name} can log in now.\n")
    token = data(client.post("/api/tokens", json={"username": "admin", "password": GOOD}), 201)["token"]
    headers = {"Authorization": f"Bearer {token}"}
    data(client.patch("/api/me", headers=headers, json={"username": "admin", "bio": "I run this"}))
    for name in ("ada", "admin"):  # given up, and taken back
        data(client.patch("/api/me", headers=headers, json={"username": name, "current_password": GOOD}))


def test_an_import_may_bring_one(client: FlaskClient, tmp_path: Path) -> None:
    archive = tmp_path / "archive.jsonl"
    archive.write_text(json.dumps({"type": "user", "username": "moderator", "display_name": "M"}) + "\n")
    done = client.application.test_cli_runner().invoke(args=["import", str(archive)])
    assert done.exit_code == 0, done.output
    data(client.get("/api/users/moderator"))


class TestGivenUp:
    def test_a_name_is_kept_for_whoever_gave_it_up(
        self, client: FlaskClient, ada: Somebody, bob: Somebody, engine: Engine
    ) -> None:
        data(rename(client, ada, "bea"))
        with nothing_changes(engine):
            for refusal in (sign_up(client, "ada"), rename(client, bob, "ada")):
                found = problem(refusal, 409)
                assert [each["field"] for each in found["errors"]] == ["username"]
                assert "it is not free before" in found["detail"]
        assert data(rename(client, ada, "ada"))["username"] == "ada"
        assert fields_at_fault(rename(client, bob, "bea"), 409) == {"username"}

    def test_it_is_free_after_90_days(
        self, client: FlaskClient, ada: Somebody, bob: Somebody, engine: Engine, services: Services
    ) -> None:
        for name in ("bea", "cat"):
            data(rename(client, ada, name))
        with engine.begin() as connection:
            for name, days in (("ada", 91), ("bea", 89)):
                given_up = (
                    f"UPDATE former_usernames SET given_up_at = now() - interval '{days} days' WHERE digest = :name"
                )
                connection.execute(text(given_up), {"name": _digest(name)})
        assert fields_at_fault(rename(client, bob, "bea"), 409) == {"username"}
        assert data(rename(client, bob, "ada"))["username"] == "ada"
        services.usernames.clean()
        with engine.connect() as connection:
            kept = {bytes(each) for each in connection.scalars(text("SELECT digest FROM former_usernames"))}
        assert kept == {_digest("bea"), _digest("bob")}

    @pytest.mark.parametrize("how", ["own", "operator"])
    def test_so_is_that_of_an_account_that_was_deleted(
        self, client: FlaskClient, ada: Somebody, bob: Somebody, services: Services, engine: Engine, how: str
    ) -> None:
        runner = client.application.test_cli_runner()
        if how == "own":
            client.delete("/api/me", headers=ada.headers, json={"current_password": ada.password})
            with engine.begin() as connection:
                connection.execute(text("UPDATE users SET deletion_at = now() WHERE username = 'ada'"))
            assert services.grace.delete_due() == 1
        else:
            assert runner.invoke(args=["user", "delete", "ada", "--yes", "--now"]).exit_code == 0
        problem(client.get("/api/users/ada"), 404)
        for refusal in (sign_up(client, "ada"), rename(client, bob, "ada")):
            assert fields_at_fault(refusal, 409) == {"username"}
        args = ["user", "create", "ada", "--password-stdin"]
        assert runner.invoke(args=args, input=f"{GOOD}\n").exit_code == 0
        assert data(client.get("/api/users/ada"))["posts_count"] == 0

    def test_whoever_takes_it_at_that_moment_does_not_get_it(
        self, client: FlaskClient, ada: Somebody, services: Services, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The rename is not committed yet when somebody signs up by the old name, and waits for it."""
        given_up, go_on = Event(), Event()
        give_up = services.usernames._former.add

        def giving_up(*args: Any, **named: Any) -> None:
            give_up(*args, **named)
            given_up.set()
            go_on.wait(20)

        monkeypatch.setattr(services.usernames._former, "add", giving_up)
        with ThreadPoolExecutor(2) as others:
            renaming = others.submit(lambda: rename(client.application.test_client(), ada, "bea").status_code)
            assert given_up.wait(20)
            signing_up = others.submit(lambda: sign_up(client.application.test_client(), "ada").status_code)
            go_on.set()
            assert (renaming.result(20), signing_up.result(20)) == (200, 409)

    def test_a_refused_rename_gives_nothing_up(
        self, client: FlaskClient, ada: Somebody, bob: Somebody, engine: Engine
    ) -> None:
        with nothing_changes(engine):
            problem(rename(client, ada, bob.username), 409)
            problem(rename(client, ada, "admin"), 409)
            stale = client.patch(
                "/api/me",
                headers={**ada.headers, "If-Match": '"old"'},
                json={"username": "bea", "current_password": ada.password},
            )
            assert stale.status_code == 412
