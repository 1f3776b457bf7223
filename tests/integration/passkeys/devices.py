"""Passkeys of the tests, made and shown by the pages."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from sqlalchemy import text

from feedapp.extensions import db
from feedapp.services.access import totp
from tests.integration.passkeys.authenticators import Authenticator
from tests.support.answers import clock
from tests.support.people import PASSWORD
from tests.web.pages.browsing import Browser

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.support.people import Somebody


def options(browser: Browser, name: str = "my phone") -> str:
    """Ask for a passkey with the password, and give what the page asks of the device."""
    page = browser.post("/settings/passkeys", {"name": name, "current_password": PASSWORD})
    assert page.status_code == 200, page.text
    found = re.search(r'data-makes="([^"]+)"', page.text)
    assert found, page.text
    return unescape(found[1])


def send(browser: Browser, credential: str, name: str = "my phone") -> TestResponse:
    """Send what a device made."""
    return browser.post("/settings/passkeys/new", {"name": name, "credential": credential})


def added(browser: Browser, device: Authenticator | None = None, name: str = "my phone") -> Authenticator:
    """Add a passkey, and give the device that has it."""
    device = device or Authenticator()
    answer = send(browser, device.make(options(browser, name)), name)
    assert (answer.status_code, answer.location) == (303, "/settings/passkeys?saved=added"), answer.text
    return device


def challenge(app: Flask) -> str:
    """Give what the page to log in asks of a device."""
    answer = app.test_client().get("/login/challenge")
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.text


def shows(browser: Browser, credential: str, **more: str) -> TestResponse:
    """Log in by what a device says."""
    return browser.post("/login/passkey", {"credential": credential, **more})


def logs_in(app: Flask, device: Authenticator, **more: str) -> TestResponse:
    """Do so with another browser."""
    return shows(Browser(app), device.show(challenge(app)), **more)


def puts_a_passkey_on(app: Flask, _: FlaskClient, everybody: dict[str, Somebody]) -> None:
    """Let who runs the site of `touring.py` add one."""
    added(Browser(app, everybody["cyd"].session))


def puts_on_an_authenticator(app: Flask, _: FlaskClient, everybody: dict[str, Somebody]) -> None:
    """Let them put an authenticator on."""
    browser = Browser(app, everybody["cyd"].session)
    assert browser.post("/settings/second-factor", {"current_password": "a good password"}).status_code == 303
    with app.app_context():
        checks = app.extensions["feedapp"].accounts.proofs._second_factors
        nonce = db.session.execute(text("SELECT nonce FROM second_factors")).scalar_one()
        code = totp.code_at(checks.secret(nonce), int(clock.time()) // totp.SECONDS)
        db.session.rollback()
    assert browser.post("/settings/second-factor/code", {"code": code}).status_code == 303
