"""Connections that do not add up, to PostgreSQL itself and by way of pgbouncer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from tests.integration.doctor.asking import WELL, only
from tests.support.deployments.debian import pooled, program

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Engine

    Ask = Callable[..., tuple[int, str]]

needs_pgbouncer = pytest.mark.skipif(program("pgbouncer") is None, reason="pgbouncer is not installed")


def test_connections_that_do_not_add_up(ask: Ask, engine: Engine) -> None:
    only(ask(WEB_WORKERS="30"), "Connections do not add up: 30 workers", "Lower WEB_WORKERS")
    try:
        with engine.begin() as connection:  # three other hosts with ten processes each
            connection.execute(
                text("INSERT INTO cache_readers (process, run) SELECT 'p' || n, 'r' FROM generate_series(1, 30) AS n")
            )
            connection.execute(text("UPDATE cache_readers SET renewed_at = clock_timestamp() + interval '1 minute'"))
        only(ask(WEB_WORKERS="2"), "30 processes of all hosts", "raise max_connections")
    finally:
        with engine.begin() as connection:
            connection.execute(text("DELETE FROM cache_readers WHERE run = 'r'"))


@needs_pgbouncer
def test_a_pooler_takes_more_than_postgresql_would(ask: Ask, database_url: str, tmp_path: Path) -> None:
    with pooled(database_url, tmp_path / "pooler") as url:
        assert ask(DATABASE_URL=url) == WELL
        assert ask(DATABASE_URL=url, WEB_WORKERS="30") == WELL


@needs_pgbouncer
def test_a_pooler_that_lets_in_too_few(ask: Ask, database_url: str, tmp_path: Path) -> None:
    with pooled(database_url, tmp_path / "pooler", clients=100) as url:
        assert ask(DATABASE_URL=url, WEB_WORKERS="2") == WELL
        found = ask(DATABASE_URL=url, WEB_WORKERS="8")
    only(found, "pgbouncer lets in 100 (max_client_conn)", "Set max_client_conn to ")


@needs_pgbouncer
def test_a_pooler_that_opens_too_many(ask: Ask, database_url: str, tmp_path: Path) -> None:
    with pooled(database_url, tmp_path / "pooler", size=500) as url:
        only(ask(DATABASE_URL=url), "pgbouncer may open 500 to PostgreSQL", "Lower default_pool_size")


@needs_pgbouncer
def test_a_pooler_that_does_not_say(ask: Ask, database_url: str, tmp_path: Path) -> None:
    """Not everybody may ask it: then nothing is said of what is not known."""
    with pooled(database_url, tmp_path / "pooler", clients=100, is_open=False) as url:
        assert ask(DATABASE_URL=url, WEB_WORKERS="30") == WELL
