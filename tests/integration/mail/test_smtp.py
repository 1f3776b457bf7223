"""The mail server itself: what is asked of it, how long, and by which certificate."""

from __future__ import annotations

import ssl
import subprocess
from dataclasses import replace
from email.message import EmailMessage
from time import monotonic
from typing import TYPE_CHECKING

import pytest

from feedapp.mail.server import SmtpServer, read_smtp_url
from feedapp.wiring.delivery import smtp_client
from feedapp.writing.targets.smtp import MailPostponedError, MailRefusedError, SmtpClient
from tests.support.deployments.ports import free_port
from tests.support.mailserver import PASSWORD, USER, MailServer, SilentServer

if TYPE_CHECKING:
    from pathlib import Path

    from config import Settings


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


def test_a_refusal_is_not_taken_for_a_delay() -> None:
    with MailServer() as server:
        server.handler.answers.append("550 no")
        with pytest.raises(MailRefusedError, match="550"):
            send(client_for(server.port))
        server.handler.answers.append("450 not now")
        with pytest.raises(MailPostponedError, match="450"):
            send(client_for(server.port))
