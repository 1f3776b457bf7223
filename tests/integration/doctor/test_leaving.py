"""Mail, webhooks and pushes that do not leave, made for real."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from feedapp.app import create_app
from feedapp.mail.server import read_smtp_url
from tests.integration.doctor.asking import PUBLIC, WELL, only
from tests.integration.push.push_service import Device, PushServer
from tests.integration.webhooks.receiver import Receiver
from tests.support.apps import services
from tests.support.deployments.ports import free_port
from tests.support.mailserver import MailServer
from tests.web.pages.browsing import Browser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from sqlalchemy import Engine

    from config import Settings
    from tests.support.people import Somebody

    Ask = Callable[..., tuple[int, str]]
    People = Callable[..., Somebody]

OVERDUE = "UPDATE outbox_messages SET due_at = clock_timestamp()"


@contextmanager
def site(settings: Settings) -> Iterator[Flask]:
    """One more of the site's processes, by other settings."""
    made = create_app(replace(settings, database_pool_size=4))
    made.testing = False
    services(made).relay.work()
    try:
        yield made
    finally:
        with made.app_context():
            services(made).close()


def change(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement))


def test_a_mail_server_that_is_not_there(ask: Ask) -> None:
    only(ask(**PUBLIC, SMTP_URL=f"smtp://127.0.0.1:{free_port()}"), "No mail leaves: ", "Mend SMTP_URL")


def test_a_mail_server_that_does_not_know_the_password(ask: Ask) -> None:
    with MailServer(login=True) as server:
        assert ask(SMTP_URL=f"smtp://feed:a%20mail%20password@127.0.0.1:{server.port}") == WELL
        only(ask(SMTP_URL=f"smtp://feed:wrong@127.0.0.1:{server.port}"), "No mail leaves: 535", "Mend SMTP_URL")


def test_a_mail_server_that_refuses_who_writes(ask: Ask) -> None:
    with MailServer() as server:
        server.handler.senders.append("550 5.7.1 not from you")
        only(
            ask(SMTP_URL=server.url, MAIL_FROM="feed@elsewhere.example"),
            "No mail leaves: the sender: 550 5.7.1 not from you",
            "MAIL_FROM",
        )
        assert ask(SMTP_URL=server.url) == WELL
        assert server.received == []  # nothing was sent


def test_mails_that_the_server_does_not_take(ask: Ask, settings: Settings, engine: Engine, people: People) -> None:
    ada = people("ada")
    with MailServer() as server, site(replace(settings, smtp=read_smtp_url(server.url))) as made:
        server.handler.answers += ["451 not now"] * 3
        change_of = {"email": "ada@example.org", "current_password": ada.password}
        assert made.test_client().patch("/api/me", headers=ada.headers, json=change_of).status_code == 200
        for _ in range(3):
            change(engine, OVERDUE)
            services(made).courier.work()
        assert ask(SMTP_URL=server.url) == WELL  # tried for a moment only
        change(engine, "UPDATE outbox_messages SET created_at = created_at - interval '2 hours'")
        said = "Mail does not leave (1 waiting, the oldest for 2.0 hours, tried 3 times)"
        only(ask(SMTP_URL=server.url), said, "grep Mail")


@pytest.fixture
def hooked(app: Flask, settings: Settings, people: People) -> Iterator[tuple[Flask, Somebody]]:
    """Give a site that may send to this machine, and its admin."""
    admin = people("ada")
    with app.app_context():
        services(app).roles.assign(username="ada", role="admin")
    with site(replace(settings, webhooks_private=True)) as made:
        yield made, admin


def test_a_webhook_that_is_not_reached(ask: Ask, hooked: tuple[Flask, Somebody], engine: Engine) -> None:
    made, admin = hooked
    client, port = made.test_client(), free_port()
    url = f"http://127.0.0.1:{port}/"
    sent = {"url": url, "name": "The archive"}
    assert client.post("/api/webhooks", headers=admin.headers, json=sent).status_code == 201
    assert client.post("/api/posts", headers=admin.headers, json={"body": "Hello"}).status_code == 201
    with made.app_context():
        services(made).webhook_care.fill()
    services(made).courier.work()
    assert ask() == WELL  # it may come back
    change(engine, "UPDATE webhooks SET failing_since = failing_since - interval '3 hours'")
    said = "The webhook “The archive” has not been reached for 3 hours (Connection refused)"
    only(ask(), said, f"Mend what answers at 127.0.0.1:{port}")
    change(engine, "UPDATE webhooks SET failing_since = failing_since - interval '30 days'")
    with made.app_context():
        services(made).webhook_care.disable_hopeless()
    only(ask(), "The webhook “The archive” was disabled (", "/admin/webhooks/1")


def test_a_webhook_that_is_reached(ask: Ask, hooked: tuple[Flask, Somebody]) -> None:
    made, admin = hooked
    client = made.test_client()
    with Receiver() as receiver:
        sent = {"url": receiver.url, "name": "The archive"}
        assert client.post("/api/webhooks", headers=admin.headers, json=sent).status_code == 201
        assert client.post("/api/posts", headers=admin.headers, json={"body": "Hello"}).status_code == 201
        with made.app_context():
            services(made).webhook_care.fill()
        services(made).courier.work()
        assert ask() == WELL


def test_push_services_that_cannot_be_reached(ask: Ask, settings: Settings, app: Flask, people: People) -> None:
    del app
    ada, bob = people("ada"), people("bob")
    with site(replace(settings, push_private=True)) as made, PushServer() as first:
        with PushServer() as second:
            for somebody, server in ((ada, first), (bob, second)):
                form = Device("/device").form(server)
                assert Browser(made, somebody.session).post("/settings/push?fragment=1", form).status_code == 204
            assert ask(PUSH_PRIVATE="1") == WELL
        assert ask(PUSH_PRIVATE="1") == WELL  # one alone may be away
        only(ask(), "No push leaves (127.0.0.1:", "curl -I https://updates.push.services.mozilla.com")
    found = ask(PUSH_PRIVATE="1")
    only(found, "Connection refused", "curl -I https://updates.push.services.mozilla.com")
    assert str(first.port) in found[1]
    assert str(second.port) in found[1]


def test_a_push_service_that_hangs(ask: Ask, settings: Settings, app: Flask, people: People) -> None:
    """By TLS, as they all speak it: a connection alone says nothing."""
    del app
    with (
        site(replace(settings, push_private=True)) as made,
        socket.create_server(("127.0.0.1", 0)) as silent,
        PushServer() as another,
    ):
        form = Device("/device").form(another) | {"endpoint": f"https://127.0.0.1:{silent.getsockname()[1]}/device"}
        assert Browser(made, people("ada").session).post("/settings/push?fragment=1", form).status_code == 204
        only(ask(PUSH_PRIVATE="1"), "No push leaves (127.0.0.1:", "port 443")
