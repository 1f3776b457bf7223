"""How mails leave: once, later where the server is away, never where it refuses for good, and in no request's time."""

from __future__ import annotations

import ssl
import subprocess
from dataclasses import replace
from email.message import EmailMessage
from time import monotonic, sleep
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from feedapp.mail.server import SmtpServer, read_smtp_url
from feedapp.wiring.delivery import smtp_client
from feedapp.writing.targets.mail import MailTarget
from feedapp.writing.targets.smtp import MailPostponedError, MailRefusedError, SmtpClient
from tests.support.deployments.ports import free_port
from tests.support.mailserver import PASSWORD, USER, MailServer, SilentServer

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

    from config import Settings
    from tests.integration.mail.conftest import MailSite


def waiting(engine: Engine) -> list[int]:
    """Give how often each message that waits was tried."""
    with engine.connect() as connection:
        return list(connection.scalars(text("SELECT attempts FROM outbox_messages ORDER BY id")))


def make_due(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE outbox_messages SET due_at = clock_timestamp()"))


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
        client = SmtpClient(SmtpServer(host="127.0.0.1", port=silent.port), hostname="localhost", silence=3)
        assert isinstance(target, MailTarget)
        before, target._client = target._client, client
        site.services.courier.start()
        try:
            for number in range(3):
                began = monotonic()
                assert site.give(ada, f"ada{number}@example.org") == 200
                assert monotonic() - began < 1.5
        finally:
            target._client = before
            site.services.courier.stop()
    assert len(waiting(engine)) == 3


def client_for(port: int, **more: float) -> SmtpClient:
    return SmtpClient(SmtpServer(host="127.0.0.1", port=port), hostname="localhost", **more)


def send(client: SmtpClient) -> None:
    mail = EmailMessage()
    mail["Subject"] = "Hello"
    mail.set_content("hello")
    client.send(mail, sender="feed@feed.example", recipient="ada@example.org")


@pytest.mark.parametrize("line", [b"", b"2", b"220-hello\r\n"], ids=["silent", "a character", "for ever"])
def test_a_server_that_never_comes_to_an_end_is_left(line: bytes) -> None:
    with SilentServer(line=line, pause=0.01) as silent:
        began = monotonic()
        with pytest.raises(MailPostponedError):
            send(client_for(silent.port, silence=0.5, longest=1.0))
        assert monotonic() - began < 4


def test_a_server_that_is_not_there_is_said(settings: Settings) -> None:
    with pytest.raises(MailPostponedError, match="refused"):
        client_for(free_port()).check()
    with pytest.raises(MailPostponedError):
        SmtpClient(SmtpServer(host="no such host.invalid", port=25), hostname="localhost").check()


def test_the_check_of_an_operator_connects_and_logs_in(settings: Settings) -> None:
    assert smtp_client(settings) is None
    with MailServer(login=True) as server:
        for user, password, good in ((USER, PASSWORD, True), (USER, "wrong", False)):
            url = f"smtp://{user}:{password.replace(' ', '%20')}@127.0.0.1:{server.port}"
            client = smtp_client(replace(settings, smtp=read_smtp_url(url)))
            assert client
            if good:
                client.check()
            else:
                with pytest.raises(MailPostponedError, match="535"):
                    client.check()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    directory = tmp_path_factory.mktemp("certificate")
    key, certificate = directory / "key.pem", directory / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip
    return key, certificate


@pytest.fixture
def context(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    key, path = certificate
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.load_cert_chain(path, key)
    return made


@pytest.mark.parametrize("starttls", [False, True], ids=["smtps", "starttls"])
def test_mails_go_over_tls_with_a_certificate_that_is_checked(
    context: ssl.SSLContext,
    certificate: tuple[Path, Path],
    starttls: bool,  # noqa: FBT001
) -> None:
    with MailServer(context=context, starttls=starttls, login=True) as server:
        scheme = "smtp" if starttls else "smtps"
        url = f"{scheme}://{USER}:{PASSWORD.replace(' ', '%20')}@localhost:{server.port}"
        trusting = read_smtp_url(f"{url}?ssl_ca_certs={certificate[1]}")
        send(SmtpClient(trusting, hostname="localhost"))
        (received,) = server.received
        assert (received.was_tls, received.user) == (True, USER)
        with pytest.raises(MailPostponedError, match="certificate verify failed"):
            send(SmtpClient(read_smtp_url(url), hostname="localhost"))
        assert len(server.received) == 1


def test_where_starttls_is_required_nothing_goes_without(mail_server: MailServer) -> None:
    required = read_smtp_url(f"{mail_server.url}?starttls=required")
    with pytest.raises(MailPostponedError, match="STARTTLS"):
        send(SmtpClient(required, hostname="localhost"))
    mail_server.received.clear()
    send(SmtpClient(replace(required, starttls="offered"), hostname="localhost"))
    assert len(mail_server.received) == 1


def test_a_password_goes_to_no_other_machine_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    with MailServer(login=True) as server:
        monkeypatch.setattr(SmtpServer, "is_loopback", property(lambda _: False))
        url = f"smtp://{USER}:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{server.port}"
        with pytest.raises(MailPostponedError, match="STARTTLS"):
            SmtpClient(read_smtp_url(url), hostname="localhost").check()


def test_what_the_site_says_of_itself_breaks_no_header(site: MailSite) -> None:
    with site.app.app_context():
        site.services.site_settings.set({"name": "Gärten, “Beete” <x@y>", "contact": "desk@feed.example"})
    site.give(site.somebody("ada"), "ada@example.org")
    mail = site.one()
    assert mail.mail["From"].addresses[0].display_name == "Gärten, “Beete” <x@y>"
    assert (mail.mail["From"].addresses[0].addr_spec, mail.sender) == ("desk@feed.example", "desk@feed.example")
    assert mail.mail["Subject"] == "Gärten, “Beete” <x@y>: Confirm your mail address"
    assert "<x@y>" not in mail.html
    assert "&lt;x@y&gt;" in mail.html


def test_a_refusal_is_not_taken_for_a_delay() -> None:
    with MailServer() as server:
        server.handler.answers.append("550 no")
        with pytest.raises(MailRefusedError, match="550"):
            send(client_for(server.port))
        server.handler.answers.append("450 not now")
        with pytest.raises(MailPostponedError, match="450"):
            send(client_for(server.port))
