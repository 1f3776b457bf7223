"""Passkeys: made with the password, shown to log in, removed; and what is refused."""

from __future__ import annotations

import json
from time import time
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from feedapp.services.access import challenges
from tests.integration.passkeys.authenticators import Authenticator, unwritten, written
from tests.integration.passkeys.devices import added, challenge, logs_in, options, send, shows
from tests.integration.test_second_factor import Device
from tests.integration.test_second_factor import log_in as gives_password
from tests.support.costs import cost_of
from tests.support.people import PASSWORD
from tests.web.pages.browsing import Browser

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from sqlalchemy import Engine

    from feedapp.wiring import Services
    from tests.support.people import Somebody


def test_it_is_added_with_the_password_and_lets_in_without(app: Flask, browser: Browser) -> None:
    assert "You have none" in browser.get("/settings/passkeys").text  # so the cache knows that
    device = added(browser)
    page = browser.get("/settings/passkeys")
    assert ("<bdi>my phone</bdi>" in page.text, "not used yet" in page.text) == (True, True)
    other = Browser(app)
    done = shows(other, device.show(challenge(app)), next="/public")
    assert (done.status_code, done.location) == (303, "/public")
    assert other.get("/settings").status_code == 200
    assert "last used" in browser.get("/settings/passkeys").text
    warm = cost_of(browser.get("/settings/passkeys"))
    assert (warm.sql_statements, warm.redis_trips) == (0, 1)


def test_what_is_asked_of_a_device(browser: Browser, ada: Somebody) -> None:
    device = added(browser)
    asked = json.loads(options(browser, "another"))
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["authenticatorSelection"]["residentKey"] == "required"
    assert (asked["rp"]["id"], asked["attestation"]) == ("localhost", "none")
    assert (asked["user"]["name"], unwritten(asked["user"]["id"])) == ("ada", str(ada.id).encode())
    assert [each["id"] for each in asked["excludeCredentials"]] == [written(device.credential_id)]
    assert json.loads(challenge(browser.client.application))["userVerification"] == "required"


def test_none_is_added_without_the_password(browser: Browser) -> None:
    answer = browser.post("/settings/passkeys", {"name": "my phone", "current_password": "wrong password"})
    assert (answer.status_code, "data-makes" in answer.text) == (422, False)
    assert 'value="my phone"' in answer.text


def test_several_have_names_and_one_is_removed(app: Flask, browser: Browser) -> None:
    first, second = added(browser, name="pocket"), added(browser, name="<b>desk</b>")
    page = browser.get("/settings/passkeys").text
    assert ("pocket" in page, "&lt;b&gt;desk" in page) == (True, True)
    number = page.partition('<option value="')[2].partition('"')[0]
    wrong = {"passkey": number, "current_password": "wrong password"}
    assert browser.post("/settings/passkeys/delete", wrong).status_code == 422
    assert browser.post("/settings/passkeys/delete", {**wrong, "current_password": PASSWORD}).status_code == 303
    page = browser.get("/settings/passkeys").text
    assert ("pocket" in page, "desk" in page) == (False, True)
    assert [logs_in(app, each).status_code for each in (first, second)] == [401, 303]
    assert browser.post("/settings/passkeys/delete", {**wrong, "current_password": PASSWORD}).status_code == 404


def test_nobody_removes_anothers(app: Flask, browser: Browser, people: Callable[..., Somebody]) -> None:
    device = added(browser)
    bob = Browser(app, people("bob").session)
    assert bob.post("/settings/passkeys/delete", {"passkey": "1", "current_password": PASSWORD}).status_code == 404
    assert logs_in(app, device).status_code == 303


def test_no_challenge_is_good_twice(app: Flask, browser: Browser) -> None:
    device = Authenticator(counts=False)
    made = device.make(options(browser))
    assert [send(browser, made).status_code for _ in range(2)] == [303, 422]
    shown = device.show(challenge(app))
    assert [shows(Browser(app), shown).status_code for _ in range(2)] == [303, 401]


def test_a_wrong_answer_uses_the_challenge_up(app: Flask, browser: Browser) -> None:
    device = added(browser)
    asked = challenge(app)
    device.origin = "https://evil.example"
    assert shows(Browser(app), device.show(asked)).status_code == 401
    device.origin = "http://localhost"
    assert shows(Browser(app), device.show(asked)).status_code == 401
    assert logs_in(app, device).status_code == 303


def test_a_challenge_ends(app: Flask, browser: Browser, services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    device = added(browser)
    late = time() + challenges.SECONDS + 1
    shown, made = device.show(challenge(app)), Authenticator().make(options(browser))
    monkeypatch.setattr(challenges, "time", lambda: late)
    assert (shows(Browser(app), shown).status_code, send(browser, made).status_code) == (401, 422)
    with app.app_context():
        assert services.challenges.sweep() == 0, "those that were used are kept for as long as they could be"


def test_used_challenges_are_forgotten_when_they_are_over(app: Flask, engine: Engine, browser: Browser) -> None:
    added(browser)
    with engine.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM used_challenges")) == 1
        connection.execute(text("UPDATE used_challenges SET ends_at = ends_at - interval '11 minutes'"))
    with app.app_context():
        assert app.extensions["feedapp"].challenges.sweep() == 1


def test_a_challenge_belongs_to_what_it_was_made_for(app: Flask, browser: Browser, people: Any) -> None:
    device = added(browser)
    to_make, to_show = json.loads(options(browser)), json.loads(challenge(app))
    assert (
        shows(Browser(app), device.show(json.dumps({**to_show, "challenge": to_make["challenge"]}))).status_code == 401
    )
    other = Authenticator()
    assert send(browser, other.make(json.dumps({**to_make, "challenge": to_show["challenge"]}))).status_code == 422
    bob = Browser(app, people("bob").session)
    assert send(bob, other.make(options(browser))).status_code == 422, "of another person"
    browser.post("/login", {"username": "ada", "password": PASSWORD})
    assert send(browser, other.make(json.dumps(to_make))).status_code == 422, "of another session"
    forged = {**to_show, "challenge": written(b"x" * 53)}
    assert shows(Browser(app), device.show(json.dumps(forged))).status_code == 401


def test_a_device_has_to_know_its_person(app: Flask, browser: Browser) -> None:
    careless = Authenticator(verifies=False)
    assert send(browser, careless.make(options(browser))).status_code == 422
    device = added(browser)
    device.verifies = False
    assert logs_in(app, device).status_code == 401


@pytest.mark.parametrize("origin", ["https://localhost", "http://localhost:8000", "https://evil.example"])
def test_an_answer_to_another_site_is_none(app: Flask, browser: Browser, origin: str) -> None:
    assert send(browser, Authenticator(origin).make(options(browser))).status_code == 422
    device = added(browser)
    device.origin = origin
    assert logs_in(app, device).status_code == 401


def test_an_answer_for_another_host_is_none(app: Flask, browser: Browser) -> None:
    device = added(browser)
    asked = {**json.loads(challenge(app)), "rpId": "evil.example"}
    assert shows(Browser(app), device.show(json.dumps(asked))).status_code == 401


def test_a_copy_is_found_by_its_count(app: Flask, browser: Browser, caplog: pytest.LogCaptureFixture) -> None:
    device = added(browser)
    assert logs_in(app, device).status_code == 303
    device.count = 0
    assert logs_in(app, device).status_code == 401
    assert "its answer or its count does not fit" in caplog.text
    device.count = 7
    assert logs_in(app, device).status_code == 303


def test_another_key_or_person_is_refused(app: Flask, browser: Browser) -> None:
    device, other = added(browser), Authenticator()
    other.credential_id, other.handle, other.count = device.credential_id, device.handle, 50
    assert logs_in(app, other).status_code == 401
    device.handle = b"77"
    assert logs_in(app, device).status_code == 401


def test_a_device_is_known_to_one_account(app: Flask, browser: Browser, people: Callable[..., Somebody]) -> None:
    device = added(browser)
    bob = Browser(app, people("bob").session)
    assert send(bob, device.make(options(bob))).status_code == 409
    assert "You have none" in bob.get("/settings/passkeys").text


def test_there_are_twenty_at_most(browser: Browser, engine: Engine) -> None:
    asked = [options(browser) for _ in range(2)]
    many = text("INSERT INTO passkeys (user_id, credential_id, public_key, name) "
                "SELECT id, n::text::bytea, '', 'n' FROM users, generate_series(1, 19) AS n")  # fmt: skip
    with engine.begin() as connection:
        connection.execute(many)
    answers = [send(browser, Authenticator().make(each)).status_code for each in asked]
    assert answers == [303, 409]
    assert browser.post("/settings/passkeys", {"name": "n", "current_password": PASSWORD}).status_code == 409


def test_it_stands_for_the_code_of_its_owner(app: Flask, browser: Browser, people: Callable[..., Somebody]) -> None:
    browser.post("/settings/second-factor", {"current_password": PASSWORD})
    totp = Device(browser.get("/settings/second-factor").text)
    assert browser.post("/settings/second-factor/code", {"code": totp.code()}).status_code == 303
    device = added(browser)
    stranger = added(Browser(app, people("bob").session))
    other = Browser(app)
    ticket = gives_password(other)
    wrong = shows(other, stranger.show(challenge(app)), ticket=ticket)
    assert (wrong.status_code, f'value="{ticket}"' in wrong.text) == (401, True)
    assert shows(Browser(app), device.show(challenge(app)), ticket="forged").status_code == 401
    done = shows(other, device.show(challenge(app)), ticket=ticket, next="/public")
    assert (done.status_code, done.location) == (303, "/public")


def test_an_account_that_is_to_be_deleted_is_offered_back(app: Flask, browser: Browser) -> None:
    device = added(browser)
    assert browser.post("/settings/delete", {"current_password": PASSWORD}).status_code in {200, 303}
    other = Browser(app)
    page = shows(other, device.show(challenge(app)))
    ticket = page.text.partition('name="ticket" value="')[2].partition('"')[0]
    assert (page.status_code, bool(ticket)) == (200, True)
    assert other.post("/login/restore", {"ticket": ticket}).status_code == 303


def test_log_ins_by_it_are_counted(limited_app: Callable[..., Flask], browser: Browser) -> None:
    device = added(browser)
    limited = limited_app(log_ins="2/minute")
    assert [logs_in(limited, device).status_code for _ in range(3)] == [303, 303, 429]
