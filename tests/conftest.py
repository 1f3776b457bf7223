"""One PostgreSQL and one Redis for the whole run; each test finds both empty."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from argon2 import PasswordHasher
from flask import request_finished
from flask_migrate import upgrade
from sqlalchemy import text

from config import Settings
from feedapp.app import create_app
from feedapp.embedded import Postgres
from feedapp.extensions import db
from feedapp.limits import figure
from feedapp.models import Base
from feedapp.reading.viewers import Credentials
from feedapp.services.access.passwords import Passwords
from tests.support.answers import clock
from tests.support.answers.declared import deviations
from tests.support.answers.documented import undescribed
from tests.support.apps import METRICS_TOKEN, NOTHING_BY_ITSELF, SECRET_KEY, make_alike_once, services
from tests.support.batches.workers import pytest_collection_modifyitems, pytest_xdist_auto_num_workers
from tests.support.copies import PREFIX, Snapshots, forget_everything
from tests.support.deployments.choices import CHOICES, RedisChoice, client_of
from tests.support.deployments.debian import pooled
from tests.support.mistakes import MISTAKES
from tests.support.people import Somebody, somebody
from tests.support.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask, Response
    from flask.testing import FlaskClient
    from redis import Redis
    from sqlalchemy import Engine

    from feedapp.wiring import Services

__all__ = ["pytest_collection_modifyitems", "pytest_xdist_auto_num_workers"]
SMALL_BYTES = 256 * 1024
WEB = Path(__file__).parent / "web"
make_alike_once()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--redis", choices=list(CHOICES), default="embedded", help="what REDIS_URL leads to")
    parser.addoption("--mistake", choices=list(MISTAKES), help="make it in every test, to see which turn red")
    parser.addoption("--model-examples", type=int, default=60, help="how deep the state machine of test_model.py goes")
    parser.addoption("--describe", action="store_true", help="check all answers of the API, of whatever test")
    parser.addoption("--pooled", action="store_true", help="PostgreSQL by way of pgbouncer in transaction mode")


@pytest.fixture(autouse=True)
def mistake(pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch) -> None:
    if chosen := pytestconfig.getoption("mistake"):
        MISTAKES[chosen](monkeypatch.setattr)


@pytest.fixture(autouse=True)
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    clock.stop(monkeypatch)


@pytest.fixture(autouse=True)
def answers_are_described(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every answer of the API is one that its call declares, and that the OpenAPI document describes.

    Of all tests of tests/web; of all others too with --describe.
    """
    if not (request.config.getoption("describe") or WEB in request.path.parents):
        yield
        return
    found: list[str] = []

    def check(sender: Flask, response: Response, **_: object) -> None:
        found.extend([*deviations(sender, response), *undescribed(sender, response)])

    with request_finished.connected_to(check):
        yield
    assert not found, "\n".join(found)


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[str]:
    directory = tmp_path_factory.mktemp("postgres")
    with Postgres(directory, durable=False, settings=NOTHING_BY_ITSELF) as started:
        if pytestconfig.getoption("pooled"):
            with pooled(started.url, directory / "pooler") as url:
                yield url
        else:
            yield started.url


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[RedisChoice]:
    with CHOICES[pytestconfig.getoption("redis")](tmp_path_factory.mktemp("redis")) as started:
        yield started


@pytest.fixture(scope="session")
def settings(database_url: str, redis_server: RedisChoice, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(
        database_url=database_url,
        redis_url=redis_server.url,
        redis_timeout=5,
        secret_key=SECRET_KEY,
        log_level="DEBUG",
        rate_limits=False,
        cache_key_prefix=PREFIX,
        database_pool_size=30,
        metrics_token=METRICS_TOKEN,
        media_url=str(tmp_path_factory.mktemp("media") / "pictures"),
    )


@pytest.fixture(scope="session")
def running_app(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    app.testing = False  # errors become answers, as they do for users
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    app.extensions["feedapp"].accounts.proofs.passwords = Passwords(hasher)
    with app.app_context():
        upgrade()
        engine = db.engine
    yield app
    engine.dispose()
    app.extensions["feedapp"].backend.close()


@pytest.fixture
def app(running_app: Flask, engine: Engine, redis: Redis) -> Flask:
    made_anew = empty(engine)
    parts = services(running_app)
    parts.reading._hints.clear()
    parts.reading._along.clear()
    if made_anew:
        parts.backend.trust.lose("the database was made anew")
    parts.relay.work()  # as before a process serves
    assert parts.backend.trust.state == "trusted", parts.backend.trust._said
    forget_everything(redis)
    return running_app


def empty(engine: Engine) -> bool:
    """Delete every row and let ids begin anew. Tell whether tables were made anew, which begins another history.

    TRUNCATE makes new files for every table and index, and every connection reads the catalogue again: for a few rows
    it takes twenty times as long as DELETE. What has grown is truncated all the same, so no test walks over dead rows.
    """
    tables = [name for name in Base.metadata.tables if name != "cache_histories"]
    grown = text("SELECT max(pg_relation_size(name::regclass)) FROM unnest(:tables) AS name")
    with engine.begin() as connection:
        if connection.execute(grown, {"tables": tables}).scalar_one() > SMALL_BYTES:
            connection.execute(text(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE"))
            return True
        deletions = [f"DELETE FROM {table}" for table in tables]
        first_ids = (
            "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false) FROM pg_sequences"
        )
        without_checks = "SET LOCAL session_replication_role = replica"  # of foreign keys: nothing is left to point to
        long_known = "UPDATE cache_histories SET seen_at = '-infinity'"  # or writes wait for who was here before
        connection.execute(text("; ".join([without_checks, *deletions, long_known, first_ids])))
    return False


@pytest.fixture
def engine(running_app: Flask) -> Engine:
    with running_app.app_context():
        return db.engine


@pytest.fixture(scope="session")
def redis(redis_server: RedisChoice) -> Iterator[Redis]:
    with client_of(redis_server) as client:
        yield client


@pytest.fixture(scope="session")
def snapshots(running_app: Flask, redis: Redis) -> Snapshots:
    """Communities that are made once: `snapshots.of("of bob", make)`, in a test that has used `app`."""
    with running_app.app_context():
        return Snapshots(db.engine, redis)


@pytest.fixture
def limited_app(app: Flask, settings: Settings) -> Iterator[Callable[..., Flask]]:
    """Make an app with limits: `limited_app()` by the usual figures, `limited_app(posts="3/minute")` by others.

    Keys with `_` for `-`, as in `posts_network`.
    """
    with ExitStack() as stack:

        def make(*, trusted_proxies: int = 0, **figures: str) -> Flask:
            changed = {name.replace("_", "-"): figure(text) for name, text in figures.items()}
            counting = replace(settings, rate_limits=True, rate_limit_figures=changed, database_pool_size=2)
            counting = replace(counting, trusted_proxies=trusted_proxies)
            made = create_app(counting)
            services(made).accounts.proofs.passwords = services(app).accounts.proofs.passwords
            services(made).relay.work()  # as before a process serves: Redis is trusted
            stack.callback(close, made)
            return made

        def close(made: Flask) -> None:
            with made.app_context():
                services(made).close()

        yield make


@pytest.fixture(name="services")
def services_of_app(app: Flask) -> Iterator[Services]:
    with app.app_context():
        yield services(app)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client(use_cookies=True)


@pytest.fixture
def people(app: Flask) -> Callable[..., Somebody]:
    """Make somebody: `people("ada")`."""

    def make(username: str, **more: Any) -> Somebody:
        with app.app_context():
            return somebody(services(app), username, **more)

    return make


@pytest.fixture
def stage(app: Flask, settings: Settings, services: Services, engine: Engine, people: Callable[..., Somebody]) -> Stage:
    ada, bob = (Credentials.of(people(name).token, kind="api") for name in ("ada", "bob"))
    post_id = services.posts.publish(ada, body="first").id
    services.backend.clear()
    return Stage(app, settings, services, engine, ada, bob, post_id)
