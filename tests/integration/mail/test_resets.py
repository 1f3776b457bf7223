"""A lost password, by mail: asked for by a name or an address, and nobody learns whether that is anybody's."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from feedapp.errors import RecoveryError
from feedapp.writing.mail import links
from tests.support.costs import cost_of
from tests.support.people import PASSWORD
from tests.web.pages.browsing import Browser

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from sqlalchemy import Engine

    from tests.integration.mail.conftest import MailSite
    from tests.support.people import Somebody

NEW = "another password"


def code_after(site: MailSite, who: str) -> str:
    """Ask, and give the code of the link that comes."""
    assert site.browser().post("/reset/mail", {"who": who}).status_code == 303
    return site.one().code


def set_password(site: MailSite, code: str, password: str = NEW) -> int:
    return site.browser().post("/reset", {"link": code, "new_password": password}).status_code


def logs_in(site: MailSite, password: str) -> bool:
    sent = {"username": "ada", "password": password}
    return site.app.test_client().post("/api/tokens", json=sent).status_code == 201


@pytest.mark.parametrize("who", ["ada", "@Ada", "ada@example.org", " ADA@Example.ORG "])
def test_who_asks_by_a_name_or_an_address_gets_a_link_that_sets_a_password(site: MailSite, who: str) -> None:
    ada = site.verified("ada", "Ada@example.org")
    code = code_after(site, who)
    page = site.browser().get(f"/reset?link={code}")
    assert page.status_code == 200
    assert 'name="username"' not in page.text
    assert set_password(site, code) == 303
    assert (logs_in(site, PASSWORD), logs_in(site, NEW)) == (False, True)
    assert site.app.test_client().get("/api/me", headers=ada.headers).status_code == 401
    assert site.browser(ada.session).get("/settings").status_code == 303


def test_a_link_sets_one_password(site: MailSite) -> None:
    site.verified("ada", "ada@example.org")
    code = code_after(site, "ada")
    other = code_after(site, "ada")
    assert set_password(site, code) == 303
    for used in (code, other):
        assert set_password(site, used, "a third password") == 403
        assert site.browser().get(f"/reset?link={used}").status_code == 403
    assert logs_in(site, NEW)


def test_of_two_who_use_it_at_one_moment_one_sets_the_password(site: MailSite) -> None:
    site.verified("ada", "ada@example.org")
    code = code_after(site, "ada")

    def reset(password: str) -> bool:
        with site.app.app_context():
            try:
                site.services.recovery.reset_by_link(code=code, password=password)
            except RecoveryError:
                return False
            return True

    with ThreadPoolExecutor(2) as threads:
        done = list(threads.map(reset, ["one new password", "two new passwords"]))
    assert sorted(done) == [False, True]


def test_a_link_is_over_after_an_hour(site: MailSite, monkeypatch: pytest.MonkeyPatch) -> None:
    site.verified("ada", "ada@example.org")
    code = code_after(site, "ada")
    monkeypatch.setattr(links, "RESET_SECONDS", -1)
    assert set_password(site, code) == 403


def test_a_link_of_one_thing_is_none_of_another(site: MailSite) -> None:
    ada = site.verified("ada", "ada@example.org")
    reset = code_after(site, "ada")
    site.give(ada, "new@example.org")
    verification = site.one().code
    assert site.browser().post("/verify", {"link": reset}).status_code == 403
    assert set_password(site, verification) == 403


def test_a_changed_password_ends_the_link(site: MailSite) -> None:
    ada = site.verified("ada", "ada@example.org")
    code = code_after(site, "ada")
    change = {"current_password": PASSWORD, "new_password": "their own new one"}
    assert site.app.test_client().put("/api/me/password", headers=ada.headers, json=change).status_code == 200
    assert set_password(site, code) == 403


@pytest.mark.parametrize(
    "who", ["nobody", "nobody@example.org", "bob", "waits@example.org", "no name!", "@", "a@b@c", "\x00"]
)
def test_an_unknown_one_gets_no_mail(site: MailSite, engine: Engine, who: str) -> None:
    """Bob has an address that he has not verified."""
    site.give(site.somebody("bob"), "waits@example.org")
    site.sent()
    assert site.browser().post("/reset/mail", {"who": who}).status_code in {303, 422}
    assert site.sent() == []
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM outbox_messages")) == 0


def test_all_who_ask_get_the_same_answer_by_the_same_work(site: MailSite, engine: Engine) -> None:
    """The same answer, the same statements, a message of the same size: what differs happens in no request."""
    site.verified("ada", "ada@example.org")
    answers, costs, messages = [], [], []
    for who in ("warm", "ada", "eve", "ada@example.org", "eve@example.org"):
        browser = site.browser()
        answer = browser.post("/reset/mail", {"who": who})
        costs.append(cost_of(answer))
        answers.append((answer.status_code, answer.headers["Location"], browser.get("/reset?sent=1").text))
        with engine.connect() as connection:
            found = connection.execute(text("SELECT payload FROM outbox_messages")).scalar_one()
        messages.append(set(found))
        site.sent()
    assert len({repr(each) for each in answers}) == 1
    assert len({repr(each) for each in costs}) == 1
    assert len({repr(sorted(each)) for each in messages}) == 1


def test_asking_changes_nothing_for_whom_it_is_about(site: MailSite) -> None:
    site.verified("ada", "ada@example.org")
    code_after(site, "ada")
    assert logs_in(site, PASSWORD)


def test_who_is_leaving_gets_none(site: MailSite, engine: Engine) -> None:
    site.verified("ada", "ada@example.org")
    code = code_after(site, "ada")
    with engine.begin() as connection:
        connection.execute(text("UPDATE users SET leaving_since = now()"))
    site.browser().post("/reset/mail", {"who": "ada"})
    assert site.sent() == []
    assert set_password(site, code) == 403


def test_without_mail_all_is_as_it_was(app: Flask, people: Callable[..., object]) -> None:
    people("ada")
    browser = Browser(app)
    page = browser.get("/reset").text
    assert "Recovery code" in page
    assert "Send me a link" not in page
    assert browser.post("/reset/mail", {"who": "ada"}).status_code == 404


def test_an_address_is_kept_where_no_mail_is_sent(app: Flask, people: Callable[..., Somebody], engine: Engine) -> None:
    ada = people("ada")
    change = {"email": "ada@example.org", "current_password": PASSWORD}
    answer = app.test_client().patch("/api/me", headers=ada.headers, json=change).get_json()
    assert (answer["email"], answer["email_verified"]) == ("ada@example.org", False)
    assert "sends no mail at present" in Browser(app, ada.session).get("/settings/email").text
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM outbox_messages")) == 0
