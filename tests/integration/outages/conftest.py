"""Two processes of one site with a Redis of their own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from flask_migrate import upgrade
from psycopg2 import connect

from feedapp.app import create_app
from feedapp.embedded import Postgres
from feedapp.embedded import Redis as RedisServer
from feedapp.extensions import db
from feedapp.reading.viewers import Credentials
from feedapp.services.access.passwords import Passwords
from tests.integration.outages.processes import process
from tests.support.apps import NOTHING_BY_ITSELF
from tests.support.apps import services as services_of
from tests.support.people import PASSWORD, newcomer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from config import Settings
    from feedapp.wiring import Services
    from tests.support.people import Somebody


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    started = RedisServer(tmp_path / "redis", arguments=["--dbfilename", "copies.rdb", "--save", "3600 1"])
    started.start()
    yield started
    started.stop()


@pytest.fixture
def redis_timeout() -> float:
    """Seconds that Redis may take: more than it needs on a busy machine. Tests in which it hangs set less."""
    return 1


@pytest.fixture
def by_this_server(settings: Settings, server: RedisServer, redis_timeout: float) -> Settings:
    return replace(settings, redis_url=server.url, redis_timeout=redis_timeout, database_pool_size=2)


@pytest.fixture
def own(app: Flask, by_this_server: Settings) -> Iterator[Services]:
    """A process with a Redis that may be harmed."""
    with process(by_this_server) as services:
        yield services


@pytest.fixture
def other(own: Services, by_this_server: Settings) -> Iterator[Services]:
    """Another process of the same site."""
    with process(by_this_server) as services:
        yield services


@pytest.fixture
def ada(people: Callable[..., Somebody]) -> Credentials:
    return Credentials.of(people("ada").token, kind="api")


@pytest.fixture
def post_id(own: Services, ada: Credentials) -> int:
    return own.posts.publish(ada, body="first").id


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Iterator[Postgres]:
    """A PostgreSQL of these tests alone, with the tables of feedapp."""
    place = tmp_path_factory.mktemp("own_postgres")
    with Postgres(place, durable=False, settings=NOTHING_BY_ITSELF) as started:
        app = create_app(replace(settings, database_url=started.url, cache_key_prefix="harmed:"))
        with app.app_context():
            upgrade()
            services_of(app).close()
        yield started


@pytest.fixture
def site(database: Postgres, settings: Settings, server: RedisServer) -> Iterator[Flask]:
    """A process with a PostgreSQL and a Redis that may be harmed; ada has an account and post 1 there."""
    own = replace(
        settings, database_url=database.url, redis_url=server.url, redis_timeout=0.3, database_pool_size=2,
        cache_key_prefix="site:",
    )  # fmt: skip
    app = create_app(own)
    app.testing = False
    services_of(app).accounts.proofs.passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    with connect(database.url) as connection, connection.cursor() as cursor:
        cursor.execute("TRUNCATE users, posts, outbox, cache_readers RESTART IDENTITY CASCADE")
    connection.close()
    with app.app_context():
        newcomer(services_of(app), "ada")
        db.session.remove()
    app.test_client().post("/api/posts", headers=headers_of(app), json={"body": "first"})
    yield app
    with app.app_context():
        db.session.remove()
        services_of(app).close()


def headers_of(app: Flask) -> dict[str, str]:
    """What a call of ada's carries."""
    if "ada" not in app.extensions:
        sent = {"username": "ada", "password": PASSWORD}
        app.extensions["ada"] = app.test_client().post("/api/tokens", json=sent).get_json()["token"]
    return {"Authorization": f"Bearer {app.extensions['ada']}"}


@pytest.fixture
def by_ada(site: Flask) -> dict[str, str]:
    return headers_of(site)


@pytest.fixture
def visitor(site: Flask) -> FlaskClient:
    return site.test_client()
