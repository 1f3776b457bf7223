"""What members are told by mail: a new password, an authenticator put on or taken off, a log-in from a new device."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from tests.integration.passkeys.devices import added
from tests.integration.test_second_factor import Device
from tests.support.people import PASSWORD

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from tests.integration.mail.conftest import MailSite

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1"


def log_in(site: MailSite, agent: str = FIREFOX, network: str = "192.0.2.7", password: str = PASSWORD) -> str | None:
    """Log in by a browser, and give its session."""
    browser = site.browser()
    browser.client.environ_base["REMOTE_ADDR"] = network
    form = {"username": "ada", "password": password}
    assert browser.post("/login", form, **{"User-Agent": agent}).status_code == 303
    return browser.session


def subjects(site: MailSite) -> list[str]:
    return [each.mail["Subject"].removeprefix("feedapp: ") for each in site.sent()]


def test_a_new_password_is_told_whoever_set_it(site: MailSite) -> None:
    ada = site.verified("ada", "ada@example.org")
    form = {"current_password": PASSWORD, "new_password": "another password"}
    assert site.browser(ada.session).post("/settings/password", form).status_code == 303
    told = site.one()
    assert (told.recipients, told.mail["Subject"]) == (["ada@example.org"], "feedapp: Your password was changed")
    args = ["user", "password", "ada", "--password-stdin"]
    done = site.app.test_cli_runner().invoke(args=args, input="a third one\n")
    assert done.exit_code == 0, done.output
    assert subjects(site) == ["Your password was changed"]
    site.browser().post("/reset/mail", {"who": "ada"})
    link = site.one().code
    assert site.browser().post("/reset", {"link": link, "new_password": "a fourth one"}).status_code == 303
    assert subjects(site) == ["Your password was changed"]


def test_nothing_is_told_of_what_did_not_happen(site: MailSite) -> None:
    ada = site.verified("ada", "ada@example.org")
    form = {"current_password": "wrong password", "new_password": "another password"}
    assert site.browser(ada.session).post("/settings/password", form).status_code == 422
    assert site.sent() == []


def test_nobody_is_told_at_an_address_that_is_not_verified(site: MailSite) -> None:
    ada = site.somebody("ada")
    site.give(ada, "ada@example.org")
    site.sent()
    form = {"current_password": PASSWORD, "new_password": "another password"}
    assert site.browser(ada.session).post("/settings/password", form).status_code == 303
    assert site.sent() == []


def test_an_authenticator_is_told_when_it_counts_and_when_it_goes(site: MailSite) -> None:
    ada = site.verified("ada", "ada@example.org")
    browser = site.browser(ada.session)
    browser.post("/settings/second-factor", {"current_password": PASSWORD})
    assert site.sent() == []
    device = Device(browser.get("/settings/second-factor").text)
    assert browser.post("/settings/second-factor/code", {"code": device.code()}).status_code == 303
    assert subjects(site) == ["An authenticator was put on"]
    assert browser.post("/settings/second-factor/delete", {"current_password": PASSWORD}).status_code == 303
    assert subjects(site) == ["Your authenticator was taken off"]


def test_a_passkey_is_told_by_its_name_when_it_is_added_and_when_it_goes(site: MailSite) -> None:
    ada = site.verified("ada", "ada@example.org")
    browser = site.browser(ada.session)
    added(browser, name="<i>my phone</i>")
    told = site.one()
    assert told.mail["Subject"] == "feedapp: A passkey was added"
    assert ("“<i>my phone</i>”" in told.text, "“&lt;i&gt;my phone" in told.html) == (True, True)
    number = browser.get("/settings/passkeys").text.partition('<option value="')[2].partition('"')[0]
    form = {"passkey": number, "current_password": PASSWORD}
    assert browser.post("/settings/passkeys/delete", form).status_code == 303
    assert subjects(site) == ["A passkey was removed"]


def test_a_log_in_from_a_new_device_is_told_and_marked_and_the_next_is_not(site: MailSite) -> None:
    site.verified("ada", "ada@example.org")
    log_in(site)
    assert subjects(site) == []  # the first of all
    session = log_in(site, SAFARI, "198.51.100.9")
    told = site.one()
    assert told.mail["Subject"] == "feedapp: A log-in from a new device"
    assert "Safari on iPhone, from 198.51.100.0/24" in told.text
    page = site.browser(session).get("/settings/tokens").text
    assert page.count("from a device not seen before") == 1
    log_in(site, SAFARI, "198.51.100.77")
    log_in(site)
    assert subjects(site) == []


@pytest.mark.parametrize(("agent", "network"), [(SAFARI, "192.0.2.7"), (FIREFOX, "198.51.100.9"), ("", "192.0.2.7")])
def test_another_program_or_another_network_is_another_device(site: MailSite, agent: str, network: str) -> None:
    site.verified("ada", "ada@example.org")
    log_in(site)
    log_in(site, agent, network)
    assert subjects(site) == ["A log-in from a new device"]


def test_a_program_that_gets_a_token_is_a_device_too(site: MailSite) -> None:
    site.verified("ada", "ada@example.org")
    log_in(site)
    client: FlaskClient = site.app.test_client()
    for version in ("1.0", "2.0"):
        sent = {"username": "ada", "password": PASSWORD}
        agent = {"User-Agent": f"gardener/{version} (bot)"}
        assert client.post("/api/tokens", json=sent, headers=agent).status_code == 201
    mail = site.one()
    assert "gardener, from 127.0.0.0/24" in mail.text


def test_a_wrong_password_makes_no_device_known(site: MailSite) -> None:
    site.verified("ada", "ada@example.org")
    log_in(site)
    browser = site.browser()
    browser.client.environ_base["REMOTE_ADDR"] = "198.51.100.9"
    assert browser.post("/login", {"username": "ada", "password": "wrong password"}).status_code == 401
    log_in(site, FIREFOX, "198.51.100.9")
    assert subjects(site) == ["A log-in from a new device"]


def test_no_more_devices_are_kept_than_a_hundred_and_none_for_more_than_a_year(site: MailSite, engine: Engine) -> None:
    ada = site.verified("ada", "ada@example.org")
    many = text("INSERT INTO known_devices SELECT :id, sha256(n::text::bytea), now() - n * interval '1 minute' "
                "FROM generate_series(1, 150) AS n")  # fmt: skip
    with engine.begin() as connection:
        connection.execute(many, {"id": ada.id})
    log_in(site)
    with engine.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM known_devices")) == 100
        connection.execute(text("UPDATE known_devices SET seen_at = seen_at - interval '366 days'"))
    with site.app.app_context():
        assert site.services.devices.sweep() == 100
