"""A mail server of the tests: aiosmtpd, which keeps what it takes, and refuses, delays or hangs where it is told to."""

from __future__ import annotations

import re
import socket
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from tests.support.deployments.ports import free_port

if TYPE_CHECKING:
    from email.message import EmailMessage
    from ssl import SSLContext

    from aiosmtpd.smtp import Envelope, Session

USER, PASSWORD = "feed", "a mail password"


@dataclass
class Received:
    """A mail as it came."""

    sender: str
    recipients: list[str]
    mail: EmailMessage
    was_tls: bool
    user: str | None
    raw: bytes

    @property
    def text(self) -> str:
        part = self.mail.get_body(("plain",))
        assert part is not None
        return str(part.get_content())

    @property
    def html(self) -> str:
        part = self.mail.get_body(("html",))
        assert part is not None
        return str(part.get_content())

    @property
    def link(self) -> str:
        """The path of the first link of the mail that leads somewhere within the site."""
        found = re.search(r"https?://[^/\s]+(/\S+)", self.text)
        assert found, self.text
        return found[1]

    @property
    def code(self) -> str:
        """What that link ends with."""
        return self.link.partition("=")[2]


@dataclass
class Handler:
    """What the server does with a mail. `answers` are given to recipients, `verdicts` to mails, one each, in order."""

    received: list[Received] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    verdicts: list[str] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)

    async def handle_MAIL(self, *given: Any) -> str:  # noqa: N802  (aiosmtpd's name)
        _, _, envelope, address, options = given
        if self.senders:
            return self.senders.pop(0)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, *given: Any) -> str:  # noqa: N802  (as above)
        _, _, envelope, address, _ = given
        if self.answers:
            return self.answers.pop(0).format(address)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        mail: Any = message_from_bytes(envelope.content, policy=default)
        given: Any = session.auth_data
        user = given.decode() if given else None
        verdict = self.verdicts.pop(0) if self.verdicts else "250 OK"
        if verdict.startswith("250"):
            was_tls = bool(server.transport and server.transport.get_extra_info("ssl_object"))
            taken = Received(envelope.mail_from or "", list(envelope.rcpt_tos), mail, was_tls, user, envelope.content)
            self.received.append(taken)
        return verdict


def authenticate(_: SMTP, __: Session, ___: Envelope, ____: str, data: Any) -> AuthResult:
    if (data.login.decode(), data.password.decode()) == (USER, PASSWORD):
        return AuthResult(success=True, auth_data=data.login)
    return AuthResult(success=False, handled=False)


class MailServer:
    """One that listens on a port of its own while it is entered."""

    def __init__(self, *, context: SSLContext | None = None, starttls: bool = False, login: bool = False) -> None:
        self.handler = Handler()
        more: dict[str, Any] = {}
        if login:
            more |= {"authenticator": authenticate, "auth_require_tls": starttls, "auth_required": starttls}
        if context is not None and starttls:
            more |= {"tls_context": context, "require_starttls": False}
        elif context is not None:
            more |= {"ssl_context": context}
        self._controller = Controller(self.handler, hostname="127.0.0.1", port=free_port(), **more)

    @property
    def received(self) -> list[Received]:
        return self.handler.received

    @property
    def port(self) -> int:
        return int(self._controller.port)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop(no_assert=True)


class SilentServer:
    """One that takes connections and says `line` to each again and again, a character at a time, or nothing."""

    def __init__(self, *, line: bytes = b"", pause: float = 0.05) -> None:
        self._line = line
        self._pause = pause
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._stops = Event()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def __enter__(self) -> Self:
        Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stops.set()
        self._listener.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            while not self._stops.wait(self._pause):
                for character in self._line:
                    connection.sendall(bytes([character]))
                    if self._stops.wait(self._pause):
                        return
