"""Checks of a database before the application starts, with psycopg2 alone, which is quick to import."""

from contextlib import closing
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

import psycopg2

from feedapp.embedded.errors import EmbeddedServerError

CONNECT_SECONDS = 5
OLDEST = 14
SETUP_BYTES = 18


def check_database(url: str) -> None:
    """Raise EmbeddedServerError, in one line, if no PostgreSQL that feedapp can use answers at a given address."""
    try:
        with closing(_connect(url)) as connection:
            version = connection.server_version // 10_000
    except psycopg2.Error as error:
        said = " ".join(str(error).split())
        raise EmbeddedServerError(f"DATABASE_URL: PostgreSQL cannot be reached: {said}") from error
    if version < OLDEST:
        raise EmbeddedServerError(f"DATABASE_URL: PostgreSQL {OLDEST} or newer is needed, and {version} answers there")


def has_people(url: str) -> bool:
    """Tell whether a migrated database has any users. Raise EmbeddedServerError."""
    try:
        with closing(_connect(url)) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT FROM users LIMIT 1")
            return cursor.fetchone() is not None
    except psycopg2.Error as error:
        raise EmbeddedServerError(f"PostgreSQL ended or failed meanwhile: {' '.join(str(error).split())}") from error


def offer_setup(url: str) -> str | None:
    """Give a new code by which the first admin can be made; None if there is an admin, or no such tables yet.

    Raise EmbeddedServerError. Codes of earlier starts end with it a day later.
    """
    code = token_urlsafe(SETUP_BYTES)
    digest = sha256(b"feedapp setup " + code.encode()).digest()
    try:
        with closing(_connect(url)) as connection, connection, connection.cursor() as cursor:
            cursor.execute("DELETE FROM setup_codes WHERE created_at < now() - interval '1 day'")
            cursor.execute(
                "INSERT INTO setup_codes (hash) SELECT %s WHERE NOT EXISTS (SELECT FROM users WHERE role = 'admin')",
                [digest],
            )
            return code if cursor.rowcount else None
    except psycopg2.errors.UndefinedTable:
        return None
    except psycopg2.Error as error:
        raise EmbeddedServerError(f"PostgreSQL ended or failed meanwhile: {' '.join(str(error).split())}") from error


def _connect(url: str) -> Any:
    return psycopg2.connect(url.replace("postgresql+psycopg2://", "postgresql://", 1), connect_timeout=CONNECT_SECONDS)
