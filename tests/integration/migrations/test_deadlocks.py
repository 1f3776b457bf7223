"""A migration that holds one table and waits for another, beside somebody who does so the other way round."""

from __future__ import annotations

from threading import Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING

from flask_migrate import upgrade
from sqlalchemy import text

from feedapp.extensions import db
from tests.integration.migrations.test_migrations import empty

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["empty"]
BEFORE, AFTER = "0053", "0059"
"""It changes the table of posts, and then that of comments."""
WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'comments'::regclass"
LONG = 60


def test_a_migration_that_is_ended_by_a_deadlock_begins_again(empty: Flask) -> None:
    upgrade(revision=BEFORE)

    def migrate() -> None:
        with empty.app_context():
            upgrade(revision=AFTER)

    thread = Thread(target=migrate)
    with db.engine.connect() as reader, db.engine.connect() as watcher:
        reader.execute(text("SET LOCAL deadlock_timeout = '1min'"))  # so it is the migration that PostgreSQL ends
        reader.execute(text("LOCK TABLE comments IN ACCESS SHARE MODE"))
        thread.start()
        began = monotonic()
        while not watcher.execute(text(WAITS)).scalar_one():
            assert monotonic() - began < LONG
            sleep(0.02)
        assert reader.execute(text("SELECT count(*) FROM posts")).scalar_one() == 0
    thread.join(LONG)
    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == AFTER
