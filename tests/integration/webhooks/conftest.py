"""A site that may send to this machine, and who receives."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from feedapp.app import create_app
from feedapp.writing.targets.pinned_http import PinnedHttp
from tests.integration.webhooks.receiver import Receiver
from tests.support.apps import services

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from sqlalchemy import Engine

    from config import Settings
    from feedapp.wiring import Services
    from tests.support.people import Somebody


@dataclass
class HookSite:
    """The site, with an admin."""

    app: Flask
    admin: Somebody
    engine: Engine

    @property
    def services(self) -> Services:
        return services(self.app)

    def call(self, method: str, path: str, status: int = 200, **sent: Any) -> Any:
        """Call the API as the admin."""
        answer = self.app.test_client().open(path, method=method, headers=self.admin.headers, json=sent or None)
        assert answer.status_code == status, answer.text
        return answer.get_json() if answer.data else None

    def add(self, url: str, **more: Any) -> Any:
        return self.call("POST", "/api/webhooks", 201, url=url, name="The archive", **more)

    def publish(self, body: str = "Hello") -> str:
        return str(self.call("POST", "/api/posts", 201, body=body)["id"])

    def deliver(self) -> None:
        """Do what the periodic job and the courier do."""
        with self.app.app_context():
            self.services.webhook_care.fill()
        self.services.courier.work()

    def hurry(self) -> None:
        """Wait for a receiver no longer than a test can."""
        self._wait(silence=0.5, longest=1.0)

    def be_patient(self) -> None:
        """Wait for one as long as a busy machine needs."""
        self._wait(silence=20, longest=30)

    def _wait(self, *, silence: float, longest: float) -> None:
        target: Any = self.services.courier._targets["webhooks"]
        target._http = PinnedHttp(private=True, silence=silence, longest=longest)

    def later(self) -> None:
        """Let the pauses between attempts be over."""
        with self.engine.begin() as connection:
            connection.execute(text("UPDATE outbox_messages SET due_at = clock_timestamp()"))

    def state(self, number: str = "1") -> str:
        return str(self.call("GET", f"/api/webhooks/{number}")["state"])

    def log(self, number: str = "1") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.call("GET", f"/api/webhooks/{number}/deliveries")["items"]
        return found


@pytest.fixture(scope="session")
def hook_app(running_app: Flask, settings: Settings) -> Iterator[Flask]:
    del running_app  # its tables are those of this one
    app = create_app(replace(settings, webhooks_private=True, database_pool_size=4))
    app.testing = False
    yield app
    with app.app_context():
        services(app).close()


@pytest.fixture
def site(app: Flask, hook_app: Flask, people: Callable[..., Somebody], engine: Engine) -> HookSite:
    services(hook_app).relay.work()
    admin = people("ada")
    with app.app_context():
        services(app).roles.assign(username="ada", role="admin")
    site = HookSite(hook_app, admin, engine)
    site.be_patient()
    return site


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as started:
        yield started
