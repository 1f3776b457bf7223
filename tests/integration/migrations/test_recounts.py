"""The posts of tags are counted anew after a migration: what is found wrong, and what is left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from feedapp.extensions import db
from tests.integration.migrations.test_migrations import empty
from tests.support.apps import services

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["empty"]
BEFORE = "0049"


def counts() -> dict[str, int]:
    with db.engine.connect() as connection:
        return {row.name: row.posts for row in connection.execute(text("SELECT name, posts FROM tags"))}


def test_tags_count_public_posts_only_from_then_on_and_all_of_them_before(empty: Flask) -> None:
    upgrade(revision=BEFORE)
    with db.engine.begin() as connection:
        for statement in (
            "INSERT INTO users (username, display_name) VALUES ('ada', 'Ada')",
            "INSERT INTO posts (author_id, body) SELECT 1, 'text' FROM generate_series(1, 5)",
            "UPDATE posts SET visibility = 'followers' WHERE id > 3",
            "INSERT INTO tags (name, posts) VALUES ('both', 5), ('open', 3), ('secret', 2)",
            "INSERT INTO post_tags (post_id, tag_id, created_at) SELECT n, 1, now() FROM generate_series(1, 5) AS n",
            "INSERT INTO post_tags (post_id, tag_id, created_at) SELECT n, 2, now() FROM generate_series(1, 3) AS n",
            "INSERT INTO post_tags (post_id, tag_id, created_at) SELECT n, 3, now() FROM generate_series(4, 5) AS n",
        ):
            connection.execute(text(statement))
    upgrade()
    assert counts() == {"both": 5, "open": 3, "secret": 2}  # nobody waited for it
    assert services(empty).backfills.go_on() > 0
    assert counts() == {"both": 3, "open": 3, "secret": 0}
    assert services(empty).backfills.go_on() == 0
    downgrade(revision=BEFORE)
    assert counts() == {"both": 5, "open": 3, "secret": 2}
