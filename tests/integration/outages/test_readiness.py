"""/readyz says whether this process can serve, and if not, in one line what is wrong and what to do."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, Any

import pytest
from alembic.script import ScriptDirectory
from flask_migrate import upgrade
from sqlalchemy import create_engine

from feedapp.app import create_app
from feedapp.embedded import Postgres
from feedapp.embedded import postgres as embedded_postgres
from feedapp.install.places import DATA
from feedapp.repositories.delivery.readiness import ReadinessRepository
from tests.integration.outages.databases import ask, frozen
from tests.integration.outages.processes import kill
from tests.support.apps import services as services_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from config import Settings
    from feedapp.embedded import Redis as RedisServer


MIGRATIONS = DATA / "migrations"


@pytest.fixture
def another(database: Postgres) -> Iterator[Callable[[], str]]:
    """Make another, empty database on the same server; give its address."""
    ask(database.url, "DROP DATABASE IF EXISTS another")
    ask(database.url, "CREATE DATABASE another")
    yield lambda: database.url.replace("/feedapp?", "/another?")
    ask(database.url, "DROP DATABASE another WITH (FORCE)")


@contextmanager
def process_at(url: str, settings: Settings) -> Iterator[Flask]:
    app = create_app(replace(settings, database_url=url, database_pool_size=2, cache_key_prefix="harmed:"))
    yield app
    with app.app_context():
        services_of(app).close()


def asked(url: str, settings: Settings) -> tuple[int, dict[str, Any]]:
    with process_at(url, settings) as app:
        answer = app.test_client().get("/readyz")
        return answer.status_code, answer.get_json()


def test_an_empty_database_is_not_ready(another: Callable[[], str], settings: Settings) -> None:
    status, told = asked(another(), settings)
    assert (status, told["status"], told["postgresql"]) == (503, "unavailable", "unmigrated")
    assert told["detail"] == "The database has no tables of feedapp yet: run `flask --app wsgi db upgrade`."


@pytest.mark.parametrize("revision", ["0001", "0003", "0005"])
def test_an_old_schema_is_not_ready(another: Callable[[], str], settings: Settings, revision: str) -> None:
    with process_at(another(), settings) as app, app.app_context():
        upgrade(revision=revision)
    status, told = asked(another(), settings)
    assert (status, told["postgresql"]) == (503, "unmigrated")
    assert f"migration {revision}" in told["detail"]
    assert "db upgrade" in told["detail"]


def test_what_is_needed_is_the_migration_that_no_other_comes_after(tmp_path: Path) -> None:
    """Several people make migrations at the same time: a lower number may come after a higher one."""
    (tmp_path / "versions").mkdir()
    for number, before in (("0001", "None"), ("0003", "'0001'"), ("0002", "'0003'")):
        text = f"revision = '{number}'\ndown_revision = {before}\n"
        (tmp_path / "versions" / f"{number}_something.py").write_text(text, encoding="utf-8")
    engine = create_engine("postgresql+psycopg2://")
    assert ReadinessRepository(engine, migrations=tmp_path)._head == "0002"
    ours = ReadinessRepository(engine, migrations=MIGRATIONS)
    assert ours._head == ScriptDirectory(str(MIGRATIONS)).get_current_head()


def test_a_schema_whose_migrations_were_never_noted_is_not_ready(
    another: Callable[[], str], settings: Settings
) -> None:
    with process_at(another(), settings) as app, app.app_context():
        upgrade()
    ask(another(), "DELETE FROM alembic_version")
    assert asked(another(), settings)[0] == 503


def test_a_newer_schema_is_ready_since_old_code_runs_beside_new_code(
    another: Callable[[], str], settings: Settings
) -> None:
    with process_at(another(), settings) as app, app.app_context():
        upgrade()
    ask(another(), "UPDATE alembic_version SET version_num = 'from the future'")
    assert asked(another(), settings)[0] == 200


def test_a_database_that_accepts_no_writes_is_not_ready(database: Postgres, settings: Settings) -> None:
    ask(database.url, "ALTER DATABASE feedapp SET default_transaction_read_only = on")
    try:
        status, told = asked(database.url, settings)
    finally:
        writing = "&options=-c%20default_transaction_read_only%3Doff"
        ask(database.url + writing, "ALTER DATABASE feedapp RESET ALL")
    assert (status, told["postgresql"]) == (503, "read-only")
    assert "default_transaction_read_only" in told["detail"]


def test_a_user_that_may_only_read_is_not_ready(database: Postgres, settings: Settings) -> None:
    ask(database.url, "CREATE ROLE reader LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")
    try:
        status, told = asked(database.url.replace("postgres@", "reader@"), settings)
    finally:
        ask(database.url, "DROP OWNED BY reader; DROP ROLE reader")
    assert (status, told["postgresql"]) == (503, "read-only")
    assert "grant" in told["detail"]


@pytest.mark.parametrize("table", ["cache_readers", "cache_histories", "idempotency_records"])
def test_a_user_that_was_not_granted_a_newer_table_is_not_ready(
    database: Postgres, settings: Settings, table: str
) -> None:
    """Made by a migration that another user ran: without the first two, say, Redis would never be used, silently."""
    granted = [f"GRANT ALL ON ALL {what} IN SCHEMA public TO writer" for what in ("TABLES", "SEQUENCES")]
    ask(database.url, "; ".join(["CREATE ROLE writer LOGIN", *granted]))
    try:
        assert asked(database.url.replace("postgres@", "writer@"), settings)[0] == 200
        ask(database.url, f"REVOKE ALL ON {table} FROM writer")
        status, told = asked(database.url.replace("postgres@", "writer@"), settings)
    finally:
        ask(database.url, "DROP OWNED BY writer; DROP ROLE writer")
    assert (status, told["postgresql"]) == (503, "read-only")
    assert table in told["detail"]


class Standby(Postgres):
    """One that is ready when it can be read from."""

    def _is_ready(self) -> bool:
        lines = []
        with suppress(FileNotFoundError):
            lines = (self._data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        return bool(lines) and lines[-1].strip() in {"ready", "standby"}


@pytest.fixture
def replica(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Postgres]:
    monkeypatch.setitem(embedded_postgres.SETTINGS, "wal_level", "replica")
    server = Standby(tmp_path, durable=False)
    with server:
        with process_at(server.url, settings) as app, app.app_context():
            upgrade()
        server.stop()
        (tmp_path / "data" / "standby.signal").touch()
        server.start()
        yield server


def test_a_replica_is_not_ready(replica: Postgres, settings: Settings) -> None:
    status, told = asked(replica.url, settings)
    assert (status, told["postgresql"]) == (503, "read-only")
    assert "replica" in told["detail"]
    assert "DATABASE_URL" in told["detail"]


def test_without_redis_it_is_degraded_and_says_so(site: Flask, visitor: FlaskClient, server: RedisServer) -> None:
    kill(server)
    answer = visitor.get("/readyz")
    assert (answer.status_code, answer.get_json()["status"]) == (200, "degraded")
    assert "Redis" in answer.get_json()["detail"]


def test_it_answers_soon_while_both_servers_stand_still(
    visitor: FlaskClient, database: Postgres, server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedapp.services.operations.health.PATIENCE", 1.0)
    with frozen(database, server):
        for _ in range(2):
            began = monotonic()
            answer = visitor.get("/readyz")
            assert (answer.status_code, answer.get_json()["postgresql"]) == (503, "unavailable")
            assert "does not answer" in answer.get_json()["detail"]
            assert monotonic() - began < 5
    assert visitor.get("/readyz").status_code == 200


def test_it_says_nothing_of_addresses_to_strangers(settings: Settings) -> None:
    status, told = asked("postgresql://somebody:secret@127.0.0.1:1/hidden", settings)
    assert status == 503
    assert not [word for word in ("127.0.0.1", "secret", "somebody", "hidden") if word in told["detail"]]


def test_requests_that_have_taken_every_connection_do_not_make_it_unready(
    site: Flask, visitor: FlaskClient, database: Postgres
) -> None:
    reads = services_of(site).engines[0]
    taken = [reads.connect() for _ in range(4)]
    try:
        assert visitor.get("/readyz").status_code == 200
    finally:
        for connection in taken:
            connection.close()
