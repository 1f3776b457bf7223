"""Migrations of large tables: others write meanwhile, and what an attempt left behind does not matter."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager, suppress
from threading import Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING

from flask_migrate import upgrade
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from feedapp.extensions import db
from tests.integration.migrations.test_migrations import empty

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

__all__ = ["empty"]
BEFORE, AFTER = "0052", "0055"
"""The migration that builds an index of comments."""
RULES_BEFORE, RULES_AFTER = "0059", "0060"
INDEX = "ix_comments_created_at_id"
WRITE = text("INSERT INTO comments (post_id, author_id, body) VALUES (1, 1, 'text')")
ELSEWHERE = text("INSERT INTO comments (post_id, author_id, body) VALUES (2, 1, 'text')")
"""Under another post, whose row it locks."""
STATE = text(
    "SELECT indisvalid, indisunique FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE relname = :name"
)
BUILDING = text("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX %ix_comments_created_at_id%'")
LONG, A_WHILE = 120.0, 1.5


def community(revision: str) -> None:
    upgrade(revision=revision)
    with db.engine.begin() as connection:
        connection.execute(text("INSERT INTO users (username, display_name) VALUES ('ada', 'Ada')"))
        connection.execute(text("INSERT INTO posts (author_id, body) VALUES (1, 'text'), (1, 'text')"))
        for _ in range(2):
            connection.execute(WRITE)


@contextmanager
def long_write() -> Iterator[None]:
    """Write a comment, and take one's time to commit."""
    with db.engine.connect() as connection:
        connection.execute(ELSEWHERE)
        yield
        connection.commit()


def migrating(app: Flask, revision: str) -> Thread:
    def migrate() -> None:
        with app.app_context():
            upgrade(revision=revision)

    thread = Thread(target=migrate)
    thread.start()
    return thread


def until_it_is_being_built() -> None:
    end = monotonic() + LONG
    with db.engine.connect() as connection:
        while not connection.scalar(BUILDING):
            connection.rollback()
            assert monotonic() < end
            sleep(0.02)


def longest_write() -> float:
    """Write for a while, and give how long one write took at most."""
    longest, end = 0.0, monotonic() + A_WHILE
    while monotonic() < end:
        began = monotonic()
        with db.engine.begin() as connection:
            connection.execute(WRITE)
        longest = max(longest, monotonic() - began)
    return longest


def revision() -> str:
    with db.engine.connect() as connection:
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def test_others_write_while_an_index_is_built(empty: Flask) -> None:
    community(BEFORE)
    with long_write():
        thread = migrating(empty, AFTER)
        until_it_is_being_built()
        longest = longest_write()
    thread.join(LONG)
    assert longest < 2.5, "whoever waits for a migration's lock waits three seconds"
    assert revision() == AFTER
    with db.engine.connect() as connection:
        assert connection.execute(STATE, {"name": INDEX}).one() == (True, False)


def test_an_index_that_was_left_half_built_is_built_anew(empty: Flask) -> None:
    community(BEFORE)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection, suppress(IntegrityError):
        connection.execute(text(f"CREATE UNIQUE INDEX CONCURRENTLY {INDEX} ON comments (post_id)"))
    with db.engine.connect() as connection:
        assert connection.execute(STATE, {"name": INDEX}).one() == (False, True)
    upgrade(revision=AFTER)
    with db.engine.connect() as connection:
        assert connection.execute(STATE, {"name": INDEX}).one() == (True, False)


def test_a_second_process_waits_for_the_first_and_neither_fails(empty: Flask) -> None:
    community(BEFORE)
    environment = {**os.environ, "DATABASE_URL": db.engine.url.render_as_string(hide_password=False)}
    environment |= {"REDIS_URL": "redis://127.0.0.1:1", "SECRET_KEY": "a key for this test only"}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade", AFTER]
    with long_write():
        first = subprocess.Popen(command, env=environment)
        until_it_is_being_built()
        second = subprocess.Popen(command, env=environment)
        with suppress(subprocess.TimeoutExpired):
            second.wait(4)
        assert (first.poll(), second.poll()) == (None, None)
    assert first.wait(LONG) == 0
    assert second.wait(LONG) == 0
    assert revision() == AFTER


def test_rows_are_checked_by_a_new_rule_while_others_write(empty: Flask) -> None:
    community(RULES_BEFORE)
    with long_write():
        thread = migrating(empty, RULES_AFTER)
        thread.join(LONG)
        assert not thread.is_alive()  # it waits for nobody who writes
    with db.engine.connect() as connection:
        unchecked = text("SELECT count(*) FROM pg_constraint WHERE NOT convalidated")
        assert connection.scalar(unchecked) == 0
    assert revision() == RULES_AFTER


def test_a_migration_keeps_no_lock_while_the_next_ones_run(empty: Flask) -> None:
    """One changes the table of users; one that comes later has to wait for somebody who writes comments."""
    community("0056")
    with db.engine.connect() as writer:
        writer.execute(text("LOCK TABLE comments IN ROW EXCLUSIVE MODE"))  # as whoever writes one, and nothing else
        thread = migrating(empty, RULES_BEFORE)
        end = monotonic() + LONG
        while revision() != "0053":
            assert monotonic() < end
            sleep(0.02)
        with db.engine.connect() as connection:
            connection.execute(text("SET LOCAL lock_timeout = '500ms'"))
            connection.execute(text("SELECT count(*) FROM users"))
        writer.rollback()
    thread.join(LONG)
    assert revision() == RULES_BEFORE
