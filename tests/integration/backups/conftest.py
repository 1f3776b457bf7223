"""A site with servers of its own, whose database may be lost."""

from __future__ import annotations

import os
from time import monotonic, sleep
from typing import TYPE_CHECKING, NamedTuple

import pytest
from flask_migrate import upgrade

from config import Settings
from feedapp.app import create_app
from feedapp.embedded import Postgres, Redis, postgres

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from click.testing import Result
    from flask import Flask
    from flask.testing import FlaskClient

SECRET = "a secret of the backups"


class Ground(NamedTuple):
    """The servers, and where media and backups are."""

    database: Postgres
    cache: Redis
    media: Path
    store: Path


class Site:
    """An app, as a process that serves has one."""

    def __init__(self, ground: Ground, environment: dict[str, str]) -> None:
        self.ground = ground
        self.app: Flask = create_app(Settings.from_environment(environment))
        self.services = self.app.extensions["feedapp"]
        with self.app.app_context():
            upgrade()
        self.services.start()

    @property
    def client(self) -> FlaskClient:
        return self.app.test_client()

    def run(self, *words: str) -> Result:
        """Run a command, as another process would."""
        other = create_app(Settings.from_environment(os.environ))
        try:
            return other.test_cli_runner().invoke(args=list(words))
        finally:
            with other.app_context():
                other.extensions["feedapp"].close()

    def restored_once_received(self, moment: str) -> Result:
        """Restore to a moment as soon as its WAL is there: nobody can tell how much of it has been received."""
        deadline = monotonic() + 60
        while not list((self.ground.store / "wal").glob("*")):
            assert monotonic() < deadline, "nothing is received"
            sleep(0.1)
        while True:
            done = self.run("restore", str(self.ground.store), "--to", moment)
            if "ends before" not in done.output or monotonic() > deadline:
                return done
            sleep(0.2)

    def close(self) -> None:
        self.services.stop()
        with self.app.app_context():
            self.services.close()


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Postgres, Redis]]:
    directory = tmp_path_factory.mktemp("backups")
    database = Postgres(directory / "postgres", durable=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(postgres.SETTINGS, "wal_level", "replica")
        patch.setitem(postgres.SETTINGS, "max_wal_senders", "4")
        database.start()
    with database, Redis(directory / "redis") as cache:
        yield database, cache


@pytest.fixture
def open_site(
    servers: tuple[Postgres, Redis], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], Site]]:
    ground = Ground(*servers, tmp_path / "media", tmp_path / "store")
    ground.media.mkdir()
    environment = {
        **{name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "TMPDIR"}},
        "DATABASE_URL": ground.database.url, "REDIS_URL": ground.cache.url, "SECRET_KEY": SECRET, "RATE_LIMITS": "0",
        "MEDIA_URL": str(ground.media), "REDIS_TIMEOUT": "5000",
    }  # fmt: skip
    monkeypatch.setattr(os, "environ", environment)
    opened: list[Site] = []

    def begin() -> Site:
        opened.append(Site(ground, environment))
        return opened[-1]

    yield begin
    for site in opened:
        site.close()


@pytest.fixture
def site(open_site: Callable[[], Site]) -> Site:
    return open_site()
