"""What a statement was given, or a row holds, is in no log, whatever goes wrong: a password's hash may be among it."""

from __future__ import annotations

import io
import logging
import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from feedapp.extensions import db
from feedapp.observability import logs
from feedapp.repositories.transfer.bulk import BulkRepository
from tests.integration.outages.databases import ask
from tests.support.people import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy import Connection

    from feedapp.embedded import Postgres

SECRET = "$argon2id$secret"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Collect what is logged as text, tracebacks included, by anybody."""
    output = io.StringIO()
    handler = logging.StreamHandler(output)
    handler.setFormatter(logs.json_formatter("request_id"))
    loggers = [logging.getLogger(), logging.getLogger("feedapp")]
    levels = [each.level for each in loggers]
    for each in loggers:
        each.addHandler(handler)
        each.setLevel(logging.DEBUG)
    yield output
    for each, level in zip(loggers, levels, strict=True):
        each.removeHandler(handler)
        each.setLevel(level)


@contextmanager
def altered(database: Postgres, change: str, back: str) -> Iterator[None]:
    ask(database.url, change)
    try:
        yield
    finally:
        ask(database.url, back)


@pytest.mark.parametrize(
    ("change", "back", "status"),
    [
        (
            "ALTER TABLE users ALTER password_hash TYPE varchar(200), ADD CONSTRAINT odd CHECK (username <> 'eve')",
            "ALTER TABLE users ALTER password_hash TYPE text, DROP CONSTRAINT odd",
            409,
        ),
        ("ALTER TABLE users ADD COLUMN extra int NOT NULL DEFAULT 0; ALTER TABLE users ALTER extra DROP DEFAULT",
         "ALTER TABLE users DROP extra", 409),
        ("ALTER TABLE users ALTER password_hash TYPE varchar(99) USING 'x'",
         "ALTER TABLE users ALTER password_hash TYPE text", None),
        ("ALTER TABLE users RENAME password_hash TO moved", "ALTER TABLE users RENAME moved TO password_hash", 503),
    ],
)  # fmt: skip
def test_a_sign_up_that_fails_leaves_nothing_of_the_password_in_any_log(
    visitor: FlaskClient, database: Postgres, written: io.StringIO, change: str, back: str, status: int | None
) -> None:
    sent = {"username": "eve", "password": PASSWORD}
    with altered(database, change, back):
        answer = visitor.post("/api/users", json=sent)
    assert status in {None, answer.status_code}
    for log in (written.getvalue(), database.log.read_text(encoding="utf-8")):
        assert "$argon2" not in log
        assert PASSWORD not in log
    assert "POST /api/users" in written.getvalue()


def fails(connection: Connection, statement: str) -> None:
    connection.execute(text(statement), {"hash": SECRET})


STATEMENTS: dict[str, Callable[[Connection], Any]] = {
    "a value of the wrong kind": lambda c: fails(c, "SELECT CAST(:hash AS integer)"),
    "a unique name": lambda c: fails(
        c, "INSERT INTO users (username, display_name, password_hash) VALUES ('ada', 'x', :hash)"
    ),
    "a row that breaks a rule": lambda c: fails(
        c, "INSERT INTO users (username, display_name, password_hash) VALUES (NULL, 'x', :hash)"
    ),
    "a mistake in a statement": lambda c: fails(c, "SELECT :hash FRO users"),
    "many rows at once": lambda c: c.execute(text("SELECT 1 / :n, :hash"), [{"n": 0, "hash": SECRET}] * 2),
    "COPY": lambda _: BulkRepository(db.session).copy("tokens (user_id) FROM STDIN --", [SECRET.encode()]),
}


@pytest.mark.parametrize("what", STATEMENTS)
def test_no_error_of_sql_says_what_it_was_given(site: Flask, what: str, database: Postgres) -> None:
    with site.app_context():
        try:
            STATEMENTS[what](db.session.connection())
        except Exception as error:  # noqa: BLE001  (any of them)
            said = "".join(traceback.format_exception(error)) + str(error) + repr(error)
        else:
            said = ""
        db.session.rollback()
    assert said, "nothing failed"
    lines = [line for line in said.splitlines() if "tests/" not in line and "SECRET" not in line]
    assert SECRET not in "\n".join(lines)


def test_settings_say_no_secret_when_they_are_shown(site: Flask) -> None:
    from config import Settings  # noqa: PLC0415

    shown = repr(
        Settings(
            database_url="postgresql://u:secret@h/db", redis_url="redis://:secret@h", secret_key="secret" * 3,
            metrics_token="secret" * 3,
        )
    )  # fmt: skip
    assert "secret" not in shown.replace("secret_key", "")
