"""A site that may push to this machine, and a push service there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from feedapp.app import create_app
from tests.integration.push.push_service import Device, PushServer
from tests.support.apps import services
from tests.web.pages.browsing import Browser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from sqlalchemy import Engine

    from config import Settings
    from feedapp.wiring import Services
    from tests.support.people import Somebody


@dataclass
class PushSite:
    """The site, its push service, and Ada, who has a post."""

    app: Flask
    server: PushServer
    engine: Engine
    ada: Somebody
    bob: Somebody

    @property
    def services(self) -> Services:
        return services(self.app)

    def browser(self, who: Somebody) -> Browser:
        return Browser(self.app, who.session)

    def subscribe(self, who: Somebody, device: Device, status: int = 204) -> None:
        answer = self.browser(who).post("/settings/push?fragment=1", device.form(self.server))
        assert answer.status_code == status, answer.text

    def do(self, who: Somebody, method: str, path: str, **body: Any) -> Any:
        answer = self.app.test_client().open(f"/api/{path}", method=method, headers=who.headers, json=body or None)
        assert answer.status_code < 300, answer.text
        return answer.get_json()

    def deliver(self) -> list[tuple[str, dict[str, str], bytes]]:
        """Let what waits leave, and give what came."""
        self.services.courier.work()
        taken, self.server.sent = self.server.sent, []
        return taken

    def waiting(self) -> int:
        with self.engine.connect() as connection:
            counted = connection.exec_driver_sql("SELECT count(*) FROM outbox_messages WHERE target = 'push'")
            return int(counted.scalar_one())

    def subscriptions(self) -> int:
        with self.engine.connect() as connection:
            return int(connection.exec_driver_sql("SELECT count(*) FROM push_subscriptions").scalar_one())

    def later(self) -> None:
        """Let the pauses between attempts be over."""
        with self.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE outbox_messages SET due_at = clock_timestamp()")


@pytest.fixture
def server() -> Iterator[PushServer]:
    with PushServer() as started:
        yield started


@pytest.fixture
def site(
    app: Flask, settings: Settings, engine: Engine, people: Callable[..., Somebody], server: PushServer
) -> Iterator[PushSite]:
    del app
    made = create_app(replace(settings, push_private=True, database_pool_size=4))
    made.testing = False
    services(made).relay.work()
    site = PushSite(made, server, engine, people("ada"), people("bob"))
    site.do(site.ada, "POST", "posts", body="the post")
    yield site
    with made.app_context():
        services(made).close()


@pytest.fixture
def phone(site: PushSite) -> Device:
    """Ada's, which is told."""
    device = Device("/phone")
    site.subscribe(site.ada, device)
    return device
