"""What is wrong with a PostgreSQL, made for real, one by one."""

from __future__ import annotations

from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psycopg2
from sqlalchemy import text

from feedapp.embedded import Postgres
from feedapp.services.operations.doctor.postgresql import version_fault
from tests.integration.doctor.asking import all_of, only

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import pytest
    from sqlalchemy import Engine

    Ask = Callable[..., tuple[int, str]]


def command(url: str, *statements: str) -> None:
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        for statement in statements:
            connection.cursor().execute(statement)


@contextmanager
def role(url: str, name: str) -> Iterator[str]:
    """Make a user, and give the address with it."""
    command(url, f"CREATE ROLE {name} LOGIN")
    try:
        yield url.replace("postgres@", f"{name}@", 1)
    finally:
        command(url, f"DROP OWNED BY {name}", f"DROP ROLE {name}")


def test_no_postgresql(ask: Ask) -> None:
    found = ask(DATABASE_URL="postgresql://postgres@127.0.0.1:1/feedapp")
    only(found, "PostgreSQL: cannot be reached. Pages that are cached", "or mend DATABASE_URL")


def test_no_such_database(ask: Ask, database_url: str) -> None:
    parts = urlsplit(database_url)
    found = ask(DATABASE_URL=parts._replace(path="/nowhere").geturl())
    only(found, "PostgreSQL: the database in DATABASE_URL does not exist", "createdb --owner feedapp feedapp")


def test_no_such_user(ask: Ask, database_url: str) -> None:
    found = ask(DATABASE_URL=database_url.replace("postgres@", "nobody_here@", 1))
    only(found, "PostgreSQL: does not admit this user", "createuser feedapp")


def test_a_user_without_rights(ask: Ask, database_url: str) -> None:
    with role(database_url, "without_rights") as url:
        only(ask(DATABASE_URL=url), "lacks rights that it needs", "GRANT ALL ON ALL TABLES")
        command(database_url, "GRANT SELECT ON alembic_version TO without_rights")
        only(ask(DATABASE_URL=url), "The user in DATABASE_URL may not read and write", "Grant it that")


def test_a_schema_behind(ask: Ask, engine: Engine) -> None:
    with engine.begin() as connection:
        head = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        connection.execute(text("UPDATE alembic_version SET version_num = '0017'"))
    try:
        only(ask(), "as of migration 0017", "flask --app wsgi db upgrade")
    finally:
        with engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": head})


def test_no_tables(ask: Ask, database_url: str) -> None:
    command(database_url, "CREATE DATABASE without_tables")
    try:
        found = ask(DATABASE_URL=urlsplit(database_url)._replace(path="/without_tables").geturl())
        only(found, "The database has no tables of feedapp yet. Until then nothing can be saved", "db upgrade")
    finally:
        command(database_url, "DROP DATABASE without_tables")


def test_one_that_accepts_no_writes(ask: Ask, database_url: str) -> None:
    found = ask(DATABASE_URL=f"{database_url}&options=-cdefault_transaction_read_only%3Don")
    only(found, "PostgreSQL accepts no writes", "Set default_transaction_read_only to off")


def test_no_connection_left(ask: Ask, app: object, tmp_path: Path) -> None:
    """What it leaves to its superuser is left: feedapp is another."""
    del app
    settings = {"max_connections": "12", "superuser_reserved_connections": "3"}
    with ExitStack() as stack:
        server = stack.enter_context(Postgres(tmp_path / "small", durable=False, settings=settings))
        url = stack.enter_context(role(server.url, "feed"))
        taken = [stack.enter_context(closing(psycopg2.connect(url))) for _ in range(9)]
        only(ask(DATABASE_URL=url), "PostgreSQL: has no connection to spare", "Lower WEB_WORKERS, or raise")
        for each in taken[:5]:
            each.close()
        all_of(
            ask(DATABASE_URL=url),
            ("The database has no tables of feedapp yet", "db upgrade"),
            ("Connections do not add up", "raise max_connections in postgresql.conf to "),
        )


def test_an_old_postgresql(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """No old one can be installed here, so the one that is there is said to be too old."""
    assert [*version_fault(14)] == []
    ((what, *_),) = version_fault(13)
    assert what.startswith("An old version: PostgreSQL 13.")
    monkeypatch.setattr("feedapp.services.operations.doctor.postgresql.OLDEST", 99)
    only(ask(), "An old version: PostgreSQL ", "Upgrade it to 99 or newer")
