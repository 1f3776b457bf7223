"""A site that sends mail, beside the app of all tests, on the same database."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from feedapp.app import create_app
from feedapp.hosts import Origin
from feedapp.mail.server import read_smtp_url
from feedapp.services.access.token_issuer import USUAL_TERMS
from tests.support.apps import services
from tests.support.mailserver import MailServer
from tests.support.people import Somebody, somebody
from tests.web.pages.browsing import Browser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from config import Settings
    from feedapp.wiring import Services
    from tests.support.mailserver import Received


@pytest.fixture(scope="session")
def mail_server() -> Iterator[MailServer]:
    with MailServer() as started:
        yield started


@dataclass
class MailSite:
    """The site, what it sends, and who is there."""

    app: Flask
    server: MailServer

    @property
    def services(self) -> Services:
        return services(self.app)

    def sent(self) -> list[Received]:
        """Let the mails leave that wait, and give them."""
        self.services.courier.work()
        taken = list(self.server.received)
        self.server.received.clear()
        return taken

    def one(self) -> Received:
        """Give the one mail that waits."""
        (mail,) = self.sent()
        return mail

    def somebody(self, username: str) -> Somebody:
        with self.app.app_context():
            return somebody(self.services, username, terms=USUAL_TERMS)

    def browser(self, session: str | None = None) -> Browser:
        return Browser(self.app, session)

    def give(self, somebody: Somebody, address: str) -> int:
        """Let somebody give an address, and give the status of the answer."""
        change = {"email": address, "current_password": somebody.password}
        return self.app.test_client().patch("/api/me", headers=somebody.headers, json=change).status_code

    def verified(self, username: str, address: str) -> Somebody:
        """Give somebody with a verified address."""
        somebody = self.somebody(username)
        assert self.give(somebody, address) == 200
        assert self.browser().post("/verify", {"link": self.one().code}).status_code == 200
        return somebody

    def mail_of(self, somebody: Somebody) -> tuple[str | None, bool]:
        """Give what the API tells somebody of their address."""
        me = self.app.test_client().get("/api/me", headers=somebody.headers).get_json()
        return me["email"], me["email_verified"]


@pytest.fixture
def site(app: Flask, settings: Settings, mail_server: MailServer) -> Iterator[MailSite]:
    mail_server.received.clear()
    sending = replace(
        settings,
        smtp=read_smtp_url(mail_server.url),
        site_url=Origin("http", "localhost", 80),
        database_pool_size=4,
    )
    made = create_app(sending)
    made.testing = False
    parts = services(made)
    parts.accounts.proofs.passwords = services(app).accounts.proofs.passwords
    parts.relay.work()
    yield MailSite(made, mail_server)
    with made.app_context():
        parts.close()
