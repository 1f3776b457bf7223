"""Servers that were given by their addresses: seen to be there before anything starts."""

import psycopg2

from feedapp.embedded.errors import EmbeddedServerError

CONNECT_SECONDS = 5
OLDEST = 14


def check_database(url: str) -> None:
    """Raise EmbeddedServerError, in one line, if no PostgreSQL that feedapp can use answers there."""
    try:
        connection = psycopg2.connect(
            url.replace("postgresql+psycopg2://", "postgresql://", 1), connect_timeout=CONNECT_SECONDS
        )
    except psycopg2.Error as error:
        said = " ".join(str(error).split())
        raise EmbeddedServerError(f"DATABASE_URL: PostgreSQL cannot be reached: {said}") from error
    version = connection.server_version // 10_000
    connection.close()
    if version < OLDEST:
        raise EmbeddedServerError(f"DATABASE_URL: PostgreSQL {OLDEST} or newer is needed, and {version} answers there")
