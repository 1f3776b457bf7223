"""Coming in by the pages: invitation, approval, rules."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.support.apps import services
from tests.support.people import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.support.people import Somebody
    from tests.web.pages.browsing import Browser

FORM = {"username": "ada", "password": PASSWORD, "display_name": ""}


def put(app: Flask, **settings: str) -> None:
    with app.app_context():
        services(app).site_settings.set(settings)


@pytest.fixture
def moderator(app: Flask, people: Callable[..., Somebody], browser: Callable[..., Browser]) -> Browser:
    mo = people("mo")
    with app.app_context():
        services(app).roles.assign(username="mo", role="moderator")
    opened: Browser = browser(mo)
    return opened


def test_an_invitation_leads_to_the_form_and_in(app: Flask, browser: Callable[..., Browser]) -> None:
    put(app, signup="invitation")
    with app.app_context():
        code = services(app).joining.invitations.invite(uses=1, days=1, by=None)
    ada = browser()
    assert 'action="/signup"' not in ada.get("/signup").text
    page = ada.get(f"/invite/{code}")
    assert page.headers["Cache-Control"] == "private, no-store"
    assert f'name="invitation" value="{code}"' in page.text
    wrong = ada.post("/signup", {**FORM, "invitation": code, "password": "12345678"})
    assert (wrong.status_code, f'name="invitation" value="{code}"' in wrong.text) == (422, True)
    assert ada.post("/signup", {**FORM, "invitation": code}).status_code == 303
    assert ada.session
    assert browser().get(f"/invite/{code}").status_code == 403
    assert browser().post("/signup", {**FORM, "username": "bob", "invitation": code}).status_code == 403


def test_somebody_asks_and_a_moderator_lets_them_in(
    app: Flask, browser: Callable[..., Browser], moderator: Browser
) -> None:
    put(app, signup="approval")
    ada = browser()
    assert 'name="reason"' in ada.get("/signup").text
    assert ada.post("/signup", {**FORM, "reason": " "}).status_code == 422
    for _ in range(2):  # a double click
        asked = ada.post("/signup", {**FORM, "reason": "I grow <b>beans</b>."})
        assert asked.headers["Location"] == "/signup/waiting"
    assert ada.session is None
    assert ada.get("/signup/waiting").status_code == 200
    waits = ada.post("/login", {"username": "ada", "password": PASSWORD})
    assert (waits.status_code, "a moderator has yet to decide" in waits.text) == (403, True)
    queue = moderator.get("/admin/people").text
    assert "I grow &lt;b&gt;beans&lt;/b&gt;." in queue
    assert moderator.post("/admin/people/ada/approval").status_code == 303
    assert moderator.post("/admin/people/ada/approval").status_code == 404
    assert "Nobody waits." in moderator.get("/admin/people").text
    assert ada.post("/login", {"username": "ada", "password": PASSWORD}).status_code == 303


def test_a_moderator_refuses_with_a_word(app: Flask, browser: Callable[..., Browser], moderator: Browser) -> None:
    put(app, signup="approval")
    browser().post("/signup", {**FORM, "reason": "I sell beans."})
    assert moderator.post("/admin/people/ada/refusal", {"refusal": "No shops."}).status_code == 303
    told = browser().post("/login", {"username": "ada", "password": PASSWORD})
    assert (told.status_code, "They say: No shops." in told.text) == (403, True)


def test_rules_are_a_box_to_tick(app: Flask, browser: Callable[..., Browser]) -> None:
    assert "accept_rules" not in browser().get("/signup").text
    put(app, rules="Be kind.")
    page = browser().get("/signup").text
    assert re.search(r'<input id="accept_rules"[^>]* type="checkbox" required', page)
    refused = browser().post("/signup", FORM)
    assert (refused.status_code, "accept them" in refused.text) == (422, True)
    assert browser().post("/signup", {**FORM, "accept_rules": "on"}).status_code == 303
