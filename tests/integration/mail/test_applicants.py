"""Who asks for an account is told what was decided, by mail if they gave an address, and at their next log-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from tests.support.people import PASSWORD

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy import Engine

    from tests.integration.mail.conftest import MailSite

ASKED = {"username": "ada", "password": PASSWORD, "reason": "I grow beans."}
ADDRESS = "ada@example.org"


def run(app: Flask, *args: str) -> None:
    done = app.test_cli_runner().invoke(args=list(args))
    assert done.exit_code == 0, done.output


@pytest.fixture(autouse=True)
def asking(site: MailSite) -> None:
    run(site.app, "site", "set", "signup=approval")


def addresses(engine: Engine) -> list[str | None]:
    with engine.connect() as connection:
        return list(connection.scalars(text("SELECT email FROM applications")))


def test_who_is_let_in_is_told_and_the_address_is_deleted(site: MailSite, engine: Engine) -> None:
    assert 'name="email"' in site.browser().get("/signup").text
    answer = site.browser().post("/signup", {**ASKED, "email": ADDRESS})
    assert answer.headers["Location"] == "/signup/waiting"
    assert site.sent() == [], "nobody is told before anything is decided"
    run(site.app, "user", "approve", "ada")
    told = site.one()
    assert (told.recipients, told.mail["Subject"]) == ([ADDRESS], "feedapp: You were let in")
    assert "/login" in told.text
    assert addresses(engine) == []
    assert site.sent() == []


def test_who_is_refused_is_told_why(site: MailSite, engine: Engine) -> None:
    client = site.app.test_client()
    assert client.post("/api/users", json={**ASKED, "email": ADDRESS}).status_code == 202
    run(site.app, "user", "refuse", "ada", "--refusal", "We are <full>.")
    told = site.one()
    assert told.mail["Subject"] == "feedapp: You were not let in"
    assert "We are <full>." in told.text
    assert addresses(engine) == [None]
    said = client.post("/api/tokens", json={"username": "ada", "password": PASSWORD}).get_json()
    assert (said["code"], "We are <full>." in said["detail"]) == ("application_refused", True)


def test_an_address_is_not_needed_and_a_wrong_one_is_refused(site: MailSite) -> None:
    wrong = site.browser().post("/signup", {**ASKED, "email": "nobody"})
    assert wrong.status_code == 422
    assert site.browser().post("/signup", {**ASKED, "email": ""}).status_code == 303
    run(site.app, "user", "approve", "ada")
    assert site.sent() == []


def test_without_mail_no_address_is_asked_for_or_kept(app: Flask, site: MailSite, engine: Engine) -> None:
    del site
    assert 'name="email"' not in app.test_client().get("/signup").text
    assert app.test_client().post("/api/users", json={**ASKED, "email": ADDRESS}).status_code == 202
    assert addresses(engine) == [None]
