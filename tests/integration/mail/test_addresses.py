"""Mail addresses: given with the password, verified by a link of a mail, shown to nobody else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from feedapp.schemas.colours import PINE
from feedapp.writing.mail import links
from tests.support.costs import Cost, cost_of
from tests.support.people import PASSWORD

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from tests.integration.mail.conftest import MailSite


NO_ADDRESSES = [
    *("", "ada", "ada@", "@example.org", "a b@example.org", "ada@example", "ada@-x.org", "a\nb@example.org"),
    *("ada@example.org, bob@example.org", "ada@[127.0.0.1]", "ad\u00e0@example.org", f"{'a' * 65}@example.org"),
    *(f"ada@{'x' * 64}.org", f"ada@{'x.' * 130}org"),
]


def test_nobody_has_one_at_first(site: MailSite) -> None:
    assert site.mail_of(site.somebody("ada")) == (None, False)


def test_one_is_given_by_the_api_and_verified_by_the_link_of_its_mail(site: MailSite) -> None:
    ada = site.somebody("ada")
    assert site.give(ada, "Ada@Example.org") == 200
    assert site.mail_of(ada) == ("Ada@example.org", False)
    mail = site.one()
    assert (mail.recipients, mail.mail["Subject"]) == (["Ada@example.org"], "feedapp: Confirm your mail address")
    asked = site.browser().get(mail.link)
    assert "@ada" in asked.text
    assert site.mail_of(ada) == ("Ada@example.org", False)  # what only looks at links confirms nothing
    assert "Address confirmed" in site.browser().post("/verify", {"link": mail.code}).text
    assert site.mail_of(ada) == ("Ada@example.org", True)


def test_a_mail_has_both_parts_with_the_same_link_and_says_that_a_program_sent_it(site: MailSite) -> None:
    site.give(site.somebody("ada"), "ada@example.org")
    mail = site.one()
    assert mail.mail.get_content_type() == "multipart/alternative"
    assert f"http://localhost{mail.link}" in mail.text
    assert f'href="http://localhost{mail.link}"' in mail.html
    assert mail.mail["Auto-Submitted"] == "auto-generated"
    assert re.fullmatch(r"<[0-9a-f]{32}@localhost>", mail.mail["Message-ID"])
    assert mail.mail["From"] == "feedapp <noreply@localhost>"


@pytest.mark.parametrize(("accent", "shown"), [("#7048e8", "#7048e8"), ("", PINE)])
def test_its_button_has_the_accent_of_the_site(site: MailSite, accent: str, shown: str) -> None:
    with site.app.app_context():
        site.services.site_settings.set({"accent": accent})
    site.give(site.somebody("ada"), "ada@example.org")
    mail = site.one()
    button = re.search(r'<a href="[^"]+" style="([^"]+)">Confirm this address</a>', mail.html)
    assert button
    assert f"background: {shown};" in button[1]
    assert re.findall(r"#[0-9a-f]{6}", mail.html) == [shown] * 2
    assert 'name="color-scheme" content="light dark"' in mail.html


def test_one_is_given_on_the_page_with_the_password(site: MailSite) -> None:
    ada = site.somebody("ada")
    browser = site.browser(ada.session)
    assert "You have given none" in browser.get("/settings/email").text
    wrong = browser.post("/settings/email", {"email": "ada@example.org", "current_password": "wrong password"})
    assert wrong.status_code == 422
    assert 'value="ada@example.org"' in wrong.text
    assert browser.post("/settings/email", {"email": "ada", "current_password": PASSWORD}).status_code == 422
    assert site.sent() == []
    done = browser.post("/settings/email", {"email": "ada@example.org", "current_password": PASSWORD})
    assert done.status_code == 303
    assert "waits to be confirmed" in browser.get(done.headers["Location"]).text
    assert "not confirmed" in browser.get("/settings").text
    assert browser.post("/verify", {"link": site.one().code}).status_code == 200
    assert "Mails go to <bdi>ada@example.org</bdi>" in browser.get("/settings/email").text


@pytest.mark.parametrize("change", [{"email": "ada@example.org"}, {"email": None}])
def test_the_api_wants_the_password_for_another_one(site: MailSite, change: dict[str, str | None]) -> None:
    ada = site.verified("ada", "old@example.org")
    client = site.app.test_client()
    refused = client.patch("/api/me", headers=ada.headers, json=change)
    assert (refused.status_code, [each["field"] for each in refused.get_json()["errors"]]) == (
        422,
        ["current_password"],
    )
    wrong = client.patch("/api/me", headers=ada.headers, json={**change, "current_password": "wrong password"})
    assert wrong.status_code == 422
    assert site.mail_of(ada) == ("old@example.org", True)
    assert site.sent() == []


def test_what_stands_there_already_is_no_change_and_takes_no_password(site: MailSite) -> None:
    ada = site.verified("ada", "ada@example.org")
    client = site.app.test_client()
    sent = {"email": "ada@example.org", "bio": "new"}
    assert client.patch("/api/me", headers=ada.headers, json=sent).get_json()["bio"] == "new"
    assert site.mail_of(ada) == ("ada@example.org", True)
    assert site.sent() == []


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_what_is_no_address_is_refused_and_goes_nowhere(site: MailSite, address: str) -> None:
    ada = site.somebody("ada")
    form = {"email": address, "current_password": PASSWORD}
    assert site.browser(ada.session).post("/settings/email", form).status_code == 422
    assert site.mail_of(ada) == (None, False)
    assert site.sent() == []


def test_an_international_host_is_written_as_mail_servers_know_it(site: MailSite) -> None:
    ada = site.somebody("ada")
    assert site.give(ada, "ada@Bücher.example") == 200
    assert site.mail_of(ada)[0] == "ada@xn--bcher-kva.example"


def test_a_link_is_good_once(site: MailSite) -> None:
    ada = site.somebody("ada")
    site.give(ada, "ada@example.org")
    mail = site.one()
    assert site.browser().post("/verify", {"link": mail.code}).status_code == 200
    assert site.browser().post("/verify", {"link": mail.code}).status_code == 403
    assert site.browser().get(mail.link).status_code == 403


def test_a_link_is_over_after_a_day(site: MailSite, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = site.somebody("ada")
    site.give(ada, "ada@example.org")
    mail = site.one()
    monkeypatch.setattr(links, "VERIFICATION_SECONDS", -1)
    assert site.browser().post("/verify", {"link": mail.code}).status_code == 403
    assert site.mail_of(ada) == ("ada@example.org", False)


def test_a_link_is_good_for_the_address_that_was_given_last(site: MailSite) -> None:
    ada = site.somebody("ada")
    site.give(ada, "one@example.org")
    first = site.one()
    site.give(ada, "two@example.org")
    second = site.one()
    assert site.browser().post("/verify", {"link": first.code}).status_code == 403
    assert site.browser().post("/verify", {"link": second.code}).status_code == 200
    assert site.mail_of(ada) == ("two@example.org", True)


def test_another_link_can_be_sent_and_ends_the_one_before(site: MailSite) -> None:
    ada = site.somebody("ada")
    browser = site.browser(ada.session)
    assert browser.post("/settings/email/link").status_code == 409
    site.give(ada, "ada@example.org")
    first = site.one()
    assert browser.post("/settings/email/link").status_code == 303
    second = site.one()
    assert site.browser().post("/verify", {"link": first.code}).status_code == 403
    assert site.browser().post("/verify", {"link": second.code}).status_code == 200


@pytest.mark.parametrize("code", ["", "x", "a.b.c", "é" * 10, "x" * 5_000, "eyJ.abc.def"])
def test_a_made_up_link_is_none(site: MailSite, code: str) -> None:
    assert site.browser().get("/verify", query_string={"link": code}).status_code in {403, 422}
    assert site.browser().post("/verify", {"link": code}).status_code in {403, 422}


def test_mails_go_to_the_old_address_until_the_new_one_is_verified_and_then_it_is_told(site: MailSite) -> None:
    ada = site.verified("ada", "old@example.org")
    site.give(ada, "new@example.org")
    assert site.mail_of(ada) == ("new@example.org", False)
    assert "Mails go to <bdi>old@example.org</bdi>" in site.browser(ada.session).get("/settings/email").text
    mail = site.one()
    assert mail.recipients == ["new@example.org"]
    site.browser().post("/verify", {"link": mail.code})
    told = site.one()
    assert told.recipients == ["old@example.org"]
    assert "go to new@example.org from now on" in told.text
    assert site.mail_of(ada) == ("new@example.org", True)


@pytest.mark.parametrize("by", ["page", "api"])
def test_it_is_taken_off_with_the_password_and_is_told_so(site: MailSite, by: str) -> None:
    ada = site.verified("ada", "ada@example.org")
    if by == "api":
        sent = {"email": None, "current_password": PASSWORD}
        answer = site.app.test_client().patch("/api/me", headers=ada.headers, json=sent)
        assert (answer.status_code, answer.get_json()["email"]) == (200, None)
    else:
        form = {"current_password": PASSWORD}
        assert site.browser(ada.session).post("/settings/email/delete", form).status_code == 303
    assert site.mail_of(ada) == (None, False)
    assert site.one().recipients == ["ada@example.org"]


def test_who_leaves_takes_it_with_them(site: MailSite, engine: Engine) -> None:
    ada = site.verified("ada", "ada@example.org")
    site.give(ada, "new@example.org")
    form = {"current_password": PASSWORD}
    assert site.browser(ada.session).post("/settings/delete", form).status_code in {200, 303}
    with site.app.app_context():
        site.services.account_deletion.delete(ada.id)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM mail_addresses")) == 0


def test_a_page_of_ones_own_reads_it_without_a_statement(site: MailSite) -> None:
    ada = site.verified("ada", "ada@example.org")
    client = site.app.test_client()
    assert cost_of(client.get("/api/me", headers=ada.headers)).sql_statements > 0
    assert cost_of(client.get("/api/me", headers=ada.headers)) == Cost(redis_trips=1, sql_statements=0)
