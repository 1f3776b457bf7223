"""Who may come in: by invitation, with approval, and the first admin; at the edges, by the API and commands."""

from __future__ import annotations

import re
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from feedapp.embedded.database import offer_setup
from feedapp.errors import InvitationError, SetupOverError
from feedapp.services.people.joining.door import Knock
from feedapp.services.people.joining.sign_ups import Newcomer
from tests.support.costs import cost_of
from tests.support.people import PASSWORD
from tests.web.api.calls import logged
from tests.web.pages.browsing import Browser

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from config import Settings
    from feedapp.wiring import Services
    from tests.support.people import Somebody

WHY = "I grow beans."


def run(app: Flask, *args: str) -> str:
    done = app.test_cli_runner().invoke(args=list(args))
    assert done.exit_code == 0, done.output
    return done.output


def invite(app: Flask, *options: str) -> str:
    """Give the code of a new invitation."""
    return run(app, "invite", *options).strip().rpartition("/invite/")[2]


def join(client: FlaskClient, name: str, **more: Any) -> tuple[int, str]:
    answer = client.post("/api/users", json={"username": name, "password": PASSWORD, **more})
    found = answer.get_json()
    return answer.status_code, found.get("code") or found.get("state") or found["username"]


def log_in(client: FlaskClient, name: str, password: str = PASSWORD) -> tuple[int, str]:
    answer = client.post("/api/tokens", json={"username": name, "password": password})
    found = answer.get_json()
    return answer.status_code, str(found.get("code") or found.get("token"))


class TestInvitations:
    def test_a_command_prints_a_link_that_lets_so_many_in(self, app: Flask, client: FlaskClient) -> None:
        run(app, "site", "set", "signup=invitation")
        link = run(app, "invite", "--uses", "2", "--days", "3").strip()
        assert re.fullmatch(r"http://[^/]+/invite/[A-Za-z0-9_-]{24}", link)
        code = link.rpartition("/")[2]
        assert join(client, "ada") == (403, "invitation")
        assert join(client, "ada", invitation="x" * 24) == (403, "invitation")
        assert [join(client, name, invitation=code)[0] for name in ("ada", "bob", "cyd")] == [201, 201, 403]
        assert log_in(client, "ada")[0] == 201

    def test_a_sign_up_that_fails_uses_none(self, app: Flask, client: FlaskClient) -> None:
        code = invite(app)
        run(app, "site", "set", "signup=invitation")
        for wrong in ({"username": "admin"}, {"password": "12345678"}):
            assert join(client, "ada", invitation=code, **wrong)[0] in {409, 422}
        assert join(client, "ada", invitation=code)[0] == 201

    def test_one_that_is_over_or_revoked_lets_nobody_in(
        self, app: Flask, client: FlaskClient, engine: Engine, people: Callable[..., Somebody]
    ) -> None:
        over, revoked = invite(app), invite(app)
        ada = people("ada")
        run(app, "user", "role", "ada", "admin")
        with engine.begin() as connection:
            connection.execute(text("UPDATE invitations SET expires_at = now() WHERE id = 1"))
        assert Browser(app, ada.session).post("/admin/invitations/2/revocation").status_code == 303
        assert [join(client, "bob", invitation=code) for code in (over, revoked)] == [(403, "invitation")] * 2

    def test_it_opens_a_site_that_asks_but_not_one_that_is_closed(self, app: Flask, client: FlaskClient) -> None:
        code = invite(app, "--uses", "2")
        run(app, "site", "set", "signup=approval")
        assert join(client, "ada", invitation=code)[0] == 201
        run(app, "site", "set", "signup=closed")
        assert join(client, "bob", invitation=code) == (403, "signup_closed")

    def test_of_many_for_the_last_use_one_comes_in(self, app: Flask, services: Services, engine: Engine) -> None:
        code = invite(app)
        refused = []

        def come(name: str) -> None:
            with app.app_context():
                try:
                    services.joining.sign_ups.join(Newcomer(name, PASSWORD), Knock(invitation=code))
                except InvitationError as error:
                    refused.append(error)

        threads = [Thread(target=come, args=(f"user_{number}",)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM users")) == 1
        assert len(refused) == 3

    def test_an_admin_sees_who_invited_whom(
        self, app: Flask, client: FlaskClient, people: Callable[..., Somebody]
    ) -> None:
        ada = people("ada")
        run(app, "user", "role", "ada", "admin")
        browser = Browser(app, ada.session)
        made = browser.post("/admin/invitations", {"uses": "5", "days": "2"})
        code = re.search("http://[^/<>]+/invite/([A-Za-z0-9_-]{24})<", made.text)
        assert code
        assert made.headers["Cache-Control"] == "private, no-store"
        assert join(client, "bob", invitation=code[1])[0] == 201
        page = browser.get("/admin/invitations")
        assert "1 of 5 used" in page.text
        assert page.text.count(">@bob</a>") == 1
        assert code[1] not in page.text
        warm = cost_of(browser.get("/admin/invitations"))
        assert (warm.sql_statements, warm.redis_trips <= 2) == (0, True)
        assert browser.post("/admin/invitations", {"uses": "0", "days": "many"}).status_code == 422

    def test_the_log_has_no_code(self, app: Flask, client: FlaskClient) -> None:
        code = invite(app)
        with logged() as records:
            assert client.get(f"/invite/{code}").status_code == 200
        told = " ".join(each.getMessage() for each in records)
        assert (code in told, "GET /invite/<code> 200" in told) == (False, True)


class TestApproval:
    @pytest.fixture(autouse=True)
    def asking(self, app: Flask) -> None:
        run(app, "site", "set", "signup=approval")

    def test_somebody_asks_waits_and_is_let_in(self, app: Flask, client: FlaskClient) -> None:
        assert join(client, "ada") == (422, "invalid_input")
        assert join(client, "ada", reason=WHY) == (202, "waiting")
        assert log_in(client, "ada") == (403, "awaiting_approval")
        assert log_in(client, "ada", "another password") == (401, "wrong_password")
        assert client.get("/api/users/ada").status_code == 404
        assert "ada (ada), " in run(app, "user", "waiting")
        run(app, "user", "approve", "ada")
        assert run(app, "user", "waiting") == ""
        assert log_in(client, "ada")[0] == 201
        assert client.get("/api/users/ada").status_code == 200

    def test_who_is_refused_is_told_so(self, app: Flask, client: FlaskClient) -> None:
        join(client, "ada", reason=WHY)
        run(app, "user", "refuse", "ada", "--refusal", "We are full.")
        answer = client.post("/api/tokens", json={"username": "ada", "password": PASSWORD})
        assert (answer.status_code, answer.get_json()["code"]) == (403, "application_refused")
        assert "We are full." in answer.get_json()["detail"]
        assert app.test_cli_runner().invoke(args=["user", "approve", "ada"]).exit_code == 1

    def test_the_name_of_somebody_who_asks_is_taken(
        self, app: Flask, client: FlaskClient, people: Callable[..., Somebody], services: Services, engine: Engine
    ) -> None:
        join(client, "ada", reason=WHY)
        assert join(client, "ada", reason="Me too.") == (409, "taken")
        bob = people("bob")
        renamed = client.patch("/api/me", headers=bob.headers, json={"username": "ada", "current_password": PASSWORD})
        assert (renamed.status_code, renamed.get_json()["code"]) == (409, "taken")
        run(app, "user", "refuse", "ada")
        with engine.begin() as connection:
            connection.execute(text("UPDATE applications SET refused_at = now() - interval '31 days'"))
        services.joining.applications.clean()
        assert join(client, "ada", reason="Me too.") == (202, "waiting")

    def test_the_same_request_sent_again_asks_once(self, client: FlaskClient, engine: Engine) -> None:
        body = {"username": "ada", "password": PASSWORD, "reason": WHY}
        answers = [client.post("/api/users", json=body, headers={"Idempotency-Key": "a-key"}) for _ in range(2)]
        assert [(each.status_code, each.get_json()) for each in answers] == [(202, {"state": "waiting"})] * 2
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM applications")) == 1


def test_rules_are_accepted_where_there_are_some(app: Flask, client: FlaskClient, engine: Engine) -> None:
    run(app, "site", "set", "rules=Be kind.")
    assert join(client, "ada") == (422, "invalid_input")
    assert join(client, "ada", accept_rules=False) == (422, "invalid_input")
    assert join(client, "ada", accept_rules=True) == (201, "ada")
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT rules_accepted_at FROM arrivals")) is not None


class TestTheFirstAdmin:
    FORM = {"name": "The Allotment", "username": "ada", "password": PASSWORD}  # noqa: RUF012

    def test_the_code_that_was_printed_makes_one(self, app: Flask, client: FlaskClient, settings: Settings) -> None:
        code = offer_setup(settings.database_url)
        browser = Browser(app)
        assert browser.get("/setup?code=another").status_code == 403
        assert browser.get("/setup").status_code == 403
        page = browser.get(f"/setup?code={code}")
        assert (page.status_code, page.headers["Cache-Control"]) == (200, "private, no-store")
        weak = browser.post("/setup", {**self.FORM, "code": code, "password": "12345678"})
        assert weak.status_code == 422
        done = browser.post("/setup", {**self.FORM, "code": code})
        assert done.headers["Location"].startswith("/admin/site")
        assert browser.get("/admin/site").status_code == 200
        assert "The Allotment" in client.get("/about").text
        for again in (browser.get(f"/setup?code={code}"), browser.post("/setup", {**self.FORM, "code": code})):
            assert again.status_code == 403
        assert offer_setup(settings.database_url) is None

    def test_each_start_has_a_code_and_one_use_ends_all(self, app: Flask, settings: Settings) -> None:
        codes = [offer_setup(settings.database_url) for _ in range(2)]
        assert Browser(app).post("/setup", {**self.FORM, "code": codes[1]}).status_code == 303
        assert Browser(app).post("/setup", {**self.FORM, "username": "bob", "code": codes[0]}).status_code == 403

    def test_of_two_with_one_code_one_becomes_an_admin(
        self, app: Flask, settings: Settings, services: Services, engine: Engine
    ) -> None:
        code = str(offer_setup(settings.database_url))
        refused = []

        def become(name: str) -> None:
            with app.app_context():
                try:
                    services.joining.first_admin.make(code, Newcomer(name, PASSWORD))
                except SetupOverError as error:
                    refused.append(error)

        threads = [Thread(target=become, args=(f"user_{number}",)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with engine.connect() as connection:
            assert connection.execute(text("SELECT role FROM users")).scalars().all() == ["admin"]
        assert len(refused) == 3

    @pytest.mark.usefixtures("app")
    def test_only_a_hash_of_it_is_kept(self, settings: Settings, engine: Engine) -> None:
        code = str(offer_setup(settings.database_url))
        with engine.connect() as connection:
            assert code.encode() not in bytes(connection.scalar(text("SELECT hash FROM setup_codes")) or b"")
