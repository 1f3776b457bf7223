"""How mails leave: once, later where the server is away, never where it refuses for good, and in no request's time."""

from __future__ import annotations

from threading import Event
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from feedapp.mail.server import SmtpServer
from feedapp.writing import courier
from feedapp.writing.targets.mail import MailTarget
from feedapp.writing.targets.smtp import SmtpClient
from tests.support.mailserver import SilentServer

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from tests.integration.mail.conftest import MailSite


SILENCE = 3.0
"""Seconds that a mail server which says nothing is waited for."""


def waiting(engine: Engine) -> list[int]:
    """Give how often each message that waits was tried."""
    with engine.connect() as connection:
        return list(connection.scalars(text("SELECT attempts FROM outbox_messages ORDER BY id")))


def make_due(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE outbox_messages SET due_at = clock_timestamp()"))


def test_what_another_process_left_is_found(site: MailSite, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = site.somebody("ada")
    monkeypatch.setattr(courier, "LOOKING", 0.2)
    here = site.services.courier
    claim, has_looked = here._messages.claim, Event()

    def claiming(name: str, **more: Any) -> Any:
        found = claim(name, **more)
        if name == "mail":
            has_looked.set()
        return found

    monkeypatch.setattr(here._messages, "claim", claiming)
    here.start()
    try:
        assert has_looked.wait(20)  # as each start does, once
        with monkeypatch.context() as elsewhere:
            elsewhere.setattr(here, "wake", lambda _names: None)
            assert site.give(ada, "ada@example.org") == 200
            sleep(0.5)
            assert site.server.received == []
        began = monotonic()
        while not site.server.received:
            assert monotonic() - began < 20
            sleep(0.05)
    finally:
        here.stop()
    site.server.received.clear()


def test_a_mail_leaves_at_once_where_there_is_a_thread(site: MailSite) -> None:
    ada = site.somebody("ada")
    site.services.courier.start()
    try:
        assert site.give(ada, "ada@example.org") == 200
        began = monotonic()
        while not site.server.received:
            assert monotonic() - began < 20
            sleep(0.01)
    finally:
        site.services.courier.stop()
    assert [each.recipients for each in site.server.received] == [["ada@example.org"]]


def test_what_the_server_takes_later_is_the_same_mail(site: MailSite, engine: Engine) -> None:
    ada = site.somebody("ada")
    site.server.handler.verdicts[:] = ["451 not now", "452 full"]
    site.give(ada, "ada@example.org")
    for attempts in (1, 2):
        assert site.sent() == []
        assert waiting(engine) == [attempts]
        make_due(engine)
    assert site.one().recipients == ["ada@example.org"]
    assert waiting(engine) == []


def test_one_that_came_twice_has_one_message_id(
    site: MailSite, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process dies between sending a mail and noting that: it is sent again, as the same mail."""
    ada = site.somebody("ada")
    site.give(ada, "ada@example.org")
    with monkeypatch.context() as dying:
        dying.setattr(site.services.courier, "_settle", lambda *_: None)
        (first,) = site.sent()
    assert waiting(engine) == [1]
    make_due(engine)  # the lease is over
    second = site.one()
    assert first.mail["Message-ID"] == second.mail["Message-ID"]
    assert first.mail["Date"] == second.mail["Date"]


@pytest.mark.parametrize("where", ["answers", "verdicts"])
def test_a_refusal_for_good_is_logged_without_the_address_and_not_tried_again(
    site: MailSite, engine: Engine, caplog: pytest.LogCaptureFixture, where: str
) -> None:
    ada = site.somebody("ada")
    getattr(site.server.handler, where).append("550 5.1.1 no such mailbox {}")
    site.give(ada, "ada@example.org")
    assert site.sent() == []
    assert waiting(engine) == []
    told = [each.getMessage() for each in caplog.records if "is given up" in each.getMessage()]
    assert len(told) == 1
    assert "550 5.1.1 no such mailbox" in told[0]
    assert "ada@example.org" not in caplog.text


def test_one_that_is_refused_keeps_no_other_back(site: MailSite) -> None:
    site.server.handler.answers.append("550 no")
    for name in ("ada", "bob"):
        site.give(site.somebody(name), f"{name}@example.org")
    assert [each.recipients for each in site.sent()] == [["bob@example.org"]]


def test_a_sender_that_is_refused_is_a_setting_to_be_mended(site: MailSite, engine: Engine) -> None:
    site.server.handler.senders.append("553 not you")
    site.give(site.somebody("ada"), "ada@example.org")
    assert site.sent() == []
    assert waiting(engine) == [1]
    make_due(engine)
    assert len(site.sent()) == 1


def test_a_link_that_would_be_over_is_not_sent(site: MailSite, engine: Engine) -> None:
    site.give(site.somebody("ada"), "ada@example.org")
    with engine.begin() as connection:
        connection.execute(text("UPDATE outbox_messages SET created_at = created_at - interval '25 hours'"))
    assert site.sent() == []
    assert waiting(engine) == []


def test_a_server_that_hangs_keeps_no_request_waiting(site: MailSite, engine: Engine) -> None:
    ada = site.somebody("ada")
    site.give(ada, "first@example.org")
    site.sent()
    with SilentServer() as silent:
        target = site.services.courier._targets["mail"]
        client = SmtpClient(SmtpServer(host="127.0.0.1", port=silent.port), hostname="localhost", silence=SILENCE)
        assert isinstance(target, MailTarget)
        before, target._client = target._client, client
        site.services.courier.start()
        try:
            for number in range(3):
                began = monotonic()
                assert site.give(ada, f"ada{number}@example.org") == 200
                assert monotonic() - began < SILENCE
        finally:
            target._client = before
            site.services.courier.stop()
    assert len(waiting(engine)) == 3


def test_what_the_site_says_of_itself_breaks_no_header(site: MailSite) -> None:
    with site.app.app_context():
        site.services.site_settings.set({"name": "Gärten, “Beete” <x@y>", "contact": "desk@feed.example"})
    site.give(site.somebody("ada"), "ada@example.org")
    mail = site.one()
    assert mail.mail["From"].addresses[0].display_name == "Gärten, “Beete” <x@y>"
    assert (mail.mail["From"].addresses[0].addr_spec, mail.sender) == ("desk@feed.example", "desk@feed.example")
    assert mail.mail["Subject"] == "Gärten, “Beete” <x@y>: Confirm your mail address"
    assert "<bdi>Gärten, “Beete” &lt;x@y&gt;</bdi>" in mail.html
    assert "<x@y>" not in mail.html
    assert "&lt;x@y&gt;" in mail.html
