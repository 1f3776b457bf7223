"""One mail to a mail server, within a time that nothing makes longer."""

from __future__ import annotations

import smtplib
import socket
import ssl
from contextlib import contextmanager, suppress
from threading import Timer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

    from feedapp.mail.server import SmtpServer

SILENCE = 15.0
"""Seconds that the server may say nothing."""
LONGEST = 60.0
"""Seconds for all of it, however much the server says meanwhile."""
OK = 250
FOR_GOOD = range(500, 600)


class MailPostponedError(Exception):
    """A mail that could not be sent now, and why."""


class MailRefusedError(Exception):
    """A mail that will never be taken, and what the server said."""


class SmtpClient:
    """Sends by one server. Each mail has a connection of its own: who runs a community sends few at a time."""

    def __init__(
        self, server: SmtpServer, *, hostname: str, silence: float = SILENCE, longest: float = LONGEST
    ) -> None:
        self._server = server
        self._hostname = hostname
        self._silence = silence
        self._longest = longest

    def check(self, *, sender: str | None = None) -> None:
        """Connect, log in if there is a password, and name a sender. Raise MailPostponedError with what is wrong."""
        with self._connected() as connection:
            if sender is None:
                connection.noop()
            else:
                self._expect("sender", connection.mail(sender))
                connection.rset()

    def send(self, mail: EmailMessage, *, sender: str, recipient: str) -> None:
        """Send a mail. Raise MailRefusedError for one that will never be taken, MailPostponedError for all else.

        What refuses a sender or a log-in is a setting that an operator can mend, so that is tried again.
        """
        content = mail.as_bytes()
        with self._connected() as connection:
            self._expect("sender", connection.mail(sender))
            self._expect("recipient", connection.rcpt(recipient), may_refuse=recipient)
            self._expect("mail", _data(connection, content), may_refuse=recipient)

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        connection = self._connection()
        timer = Timer(self._longest, _cut, [connection])
        timer.daemon = True
        timer.start()
        try:
            self._greet(connection)
            yield connection
            with suppress(smtplib.SMTPException, OSError):
                connection.quit()
        except smtplib.SMTPResponseException as error:
            raise MailPostponedError(f"{error.smtp_code} {_said(error.smtp_error)}") from None
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise MailPostponedError(str(error) or type(error).__name__) from None
        finally:
            timer.cancel()
            connection.close()

    def _connection(self) -> smtplib.SMTP:
        """Make one, without connecting: so that what cuts it off is there before it does."""
        hostname, silence = self._hostname, self._silence
        if self._server.tls:
            return smtplib.SMTP_SSL(local_hostname=hostname, timeout=silence, context=self._context())
        return smtplib.SMTP(local_hostname=hostname, timeout=silence)

    def _greet(self, connection: smtplib.SMTP) -> None:
        server = self._server
        connection._host = server.host  # type: ignore[attr-defined]  # noqa: SLF001  (what a certificate must name)
        code, said = connection.connect(server.host, server.port)
        if code != 220:  # noqa: PLR2004  (RFC 5321)
            raise smtplib.SMTPConnectError(code, said)
        connection.ehlo_or_helo_if_needed()
        if not server.tls and server.starttls != "off":
            self._start_tls(connection)
        if server.user is not None and server.password is not None:
            connection.login(server.user, server.password)

    def _start_tls(self, connection: smtplib.SMTP) -> None:
        needed = self._server.starttls == "required" or (
            self._server.password is not None and not self._server.is_loopback
        )
        if connection.has_extn("starttls"):
            connection.starttls(context=self._context())
            connection.ehlo_or_helo_if_needed()
        elif needed:
            raise MailPostponedError("the server offers no STARTTLS, and a password is not sent without it")

    def _context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._server.ca_certs)

    @staticmethod
    def _expect(what: str, answer: tuple[int, bytes], *, may_refuse: str | None = None) -> None:
        code, said = answer
        if code == OK or (what == "recipient" and code == 251):  # noqa: PLR2004  (it will be forwarded)
            return
        text = f"{code} {_said(said)}"
        if may_refuse is not None and code in FOR_GOOD:
            raise MailRefusedError(text.replace(may_refuse, "…"))
        raise MailPostponedError(f"the {what}: {text}" if may_refuse is None else text.replace(may_refuse, "…"))


def _data(connection: smtplib.SMTP, content: bytes) -> tuple[int, bytes]:
    try:
        return connection.data(content)
    except smtplib.SMTPDataError as error:  # refused before the mail itself was sent
        return error.smtp_code, error.smtp_error if isinstance(error.smtp_error, bytes) else error.smtp_error.encode()


def _said(answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return " ".join(text.split())[:300]


def _cut(connection: smtplib.SMTP) -> None:
    """End a connection under whoever waits for it."""
    if connection.sock is not None:
        with suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)
