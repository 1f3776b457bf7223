"""An authenticator beside the password: putting it on, logging in, losing it."""

from __future__ import annotations

import re
from base64 import b32decode
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from feedapp.services.access import totp
from tests.support.answers import clock
from tests.support.costs import cost_of
from tests.support.people import PASSWORD
from tests.web.pages.browsing import Browser

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy import Engine
    from werkzeug.test import TestResponse

    from tests.support.people import Somebody


class Device:
    """Somebody's authenticator. Each code is a step further, since none is good twice."""

    def __init__(self, page: str) -> None:
        assert "<title>The key as a QR code</title>" in page
        found = re.search(r'<code id="secret">([A-Z2-7 ]+)</code>', page)
        assert found, page
        self.secret = b32decode(found[1].replace(" ", ""))
        self.ahead = -1

    def code(self) -> str:
        shown = self._shown(self.ahead)
        self.ahead += 1
        return shown

    def wrong_code(self) -> str:
        """Give one that it does not show about now."""
        good = {self._shown(ahead) for ahead in (-1, 0, 1)}
        return next(code for code in ("000000", "000001", "000002", "000003") if code not in good)

    def _shown(self, ahead: int) -> str:
        return totp.code_at(self.secret, int(clock.time()) // totp.SECONDS + ahead)


@pytest.fixture
def ada(people: Callable[..., Somebody]) -> Somebody:
    return people("ada")


@pytest.fixture
def browser(app: Flask, ada: Somebody) -> Browser:
    return Browser(app, ada.session)


@pytest.fixture
def device(browser: Browser) -> Device:
    """Put one on."""
    assert "Set it up" in browser.get("/settings/second-factor").text  # so the cache knows that there is none
    assert browser.post("/settings/second-factor", {"current_password": PASSWORD}).status_code == 303
    made = Device(browser.get("/settings/second-factor").text)
    assert browser.post("/settings/second-factor/code", {"code": made.code()}).status_code == 303
    return made


def token(client: FlaskClient, **more: Any) -> tuple[int, str]:
    answer = client.post("/api/tokens", json={"username": "ada", "password": PASSWORD, **more})
    return answer.status_code, str(answer.get_json().get("code", ""))


def log_in(other: Browser) -> str:
    """Give the password, and the ticket for the second step."""
    page = other.post("/login", {"username": "ada", "password": PASSWORD, "next": "/public"})
    assert (page.status_code, other.session) == (200, None)
    return page.text.partition('name="ticket" value="')[2].partition('"')[0]


def second_step(other: Browser, ticket: str, code: str) -> TestResponse:
    return other.post("/login/code", {"ticket": ticket, "code": code, "next": "/public"})


def test_it_is_put_on_by_the_password_and_a_code(browser: Browser, client: FlaskClient) -> None:
    assert browser.post("/settings/second-factor", {"current_password": "wrong password"}).status_code == 422
    browser.post("/settings/second-factor", {"current_password": PASSWORD})
    device = Device(browser.get("/settings/second-factor").text)
    assert browser.post("/settings/second-factor/code", {"code": device.wrong_code()}).status_code == 422
    assert token(client)[0] == 201, "it does not count yet"
    assert browser.post("/settings/second-factor/code", {"code": device.code()}).status_code == 303
    page = browser.get("/settings/second-factor").text
    assert ("You log in with a code" in page, 'id="secret"' in page) == (True, False)
    assert browser.post("/settings/second-factor", {"current_password": PASSWORD}).status_code == 409
    warm = cost_of(browser.get("/settings/second-factor"))
    assert (warm.sql_statements, warm.redis_trips) == (0, 1)


def test_a_log_in_takes_a_code_by_the_api(client: FlaskClient, device: Device) -> None:
    assert token(client) == (401, "second_factor")
    assert token(client, code=device.wrong_code()) == (401, "wrong_code")
    assert token(client, password="wrong password", code=device.code()) == (401, "wrong_password")
    code = device.code()
    assert token(client, code=code)[0] == 201
    assert token(client, code=code) == (401, "wrong_code"), "it was used"


def test_a_log_in_takes_a_code_by_the_pages_and_leads_back(app: Flask, device: Device) -> None:
    other = Browser(app)
    ticket = log_in(other)
    assert second_step(other, ticket, device.wrong_code()).status_code == 401
    done = second_step(other, ticket, device.code())
    assert (done.status_code, done.location) == (303, "/public")
    assert other.get("/settings").status_code == 200
    for wrong in ("", "forged", ticket[:-1]):
        assert second_step(Browser(app), wrong, device.code()).status_code in {401, 422}


def test_a_ticket_ends_with_the_password_that_it_was_given_for(app: Flask, device: Device) -> None:
    other = Browser(app)
    ticket = log_in(other)
    args = ["user", "password", "ada", "--password-stdin"]
    assert app.test_cli_runner().invoke(args=args, input="another password\n").exit_code == 0
    assert second_step(other, ticket, device.code()).status_code == 401


def test_wrong_codes_are_counted(limited_app: Callable[..., Flask], app: Flask, browser: Browser) -> None:
    browser.post("/settings/second-factor", {"current_password": PASSWORD})
    device = Device(browser.get("/settings/second-factor").text)
    browser.post("/settings/second-factor/code", {"code": device.code()})
    client = limited_app(wrong_proofs="2/minute").test_client()
    answers = [token(client, code=device.wrong_code()) for _ in range(3)]
    assert [status for status, _ in answers] == [401, 401, 429]


@pytest.mark.usefixtures("device")
def test_who_loses_the_device_logs_in_by_a_recovery_code_and_takes_it_off(
    app: Flask, browser: Browser, client: FlaskClient
) -> None:
    codes = re.findall(r"<code>([a-z2-7-]{19})</code>", browser.post("/settings/recovery").text)
    other = Browser(app)
    assert second_step(other, log_in(other), codes[0]).status_code == 303
    assert token(client, code=codes[0]) == (401, "wrong_code"), "it was used"
    assert "You have 9 left" in other.get("/settings/recovery").text
    assert other.post("/settings/second-factor/delete", {"current_password": "wrong password"}).status_code == 422
    assert other.post("/settings/second-factor/delete", {"current_password": PASSWORD}).status_code == 303
    assert token(client)[0] == 201


def test_the_database_alone_tells_no_secret(engine: Engine, device: Device) -> None:
    with engine.connect() as connection:
        row = str(connection.scalar(text("SELECT t::text FROM second_factors AS t")))
    assert device.secret.hex() not in row
