"""A migration that has to wait for a lock does not make the site wait with it, and gets through in the end."""

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
BEFORE_ROLES = "0013"
"""The next migration changes the table of users."""


def test_readers_go_on_while_a_migration_waits_for_one_that_takes_long(empty: Flask) -> None:
    upgrade(revision=BEFORE_ROLES)
    engine, failed, longest = db.engine, [], [0.0]

    def migrate() -> None:
        with empty.app_context():
            try:
                upgrade()
            except BaseException as error:
                failed.append(error)
                raise

    with engine.connect() as long_reader:
        long_reader.execute(text("SELECT count(*) FROM users"))  # and its transaction stays open
        migrating = Thread(target=migrate)
        migrating.start()
        until = monotonic() + 8
        while monotonic() < until:
            began = monotonic()
            with engine.connect() as reader:
                reader.execute(text("SELECT count(*) FROM users"))
            longest[0] = max(longest[0], monotonic() - began)
            sleep(0.05)
        assert migrating.is_alive()  # it has tried again
        with engine.connect() as reader:
            assert reader.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == BEFORE_ROLES
    migrating.join(60)
    assert not failed
    assert 1 < longest[0] < 5  # it did wait behind the migration, and no longer than that may
    with engine.connect() as reader:
        assert reader.execute(text("SELECT max(version_num) FROM alembic_version")).scalar_one() > BEFORE_ROLES
        assert reader.execute(text("SELECT count(role) FROM users")).scalar_one() == 0
