"""A page reads few blocks of PostgreSQL wherever in a list it lies: the plans, since times are the machine's."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from feedapp.repositories.pages import _statement
from feedapp.repositories.transfer.answers import place_in_thread

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

    from feedapp.pagination import Walk
    from tests.support.people import Somebody

POSTS = 20_000
FEW = 150
"""Blocks of 8 KB: some probes into indexes of three levels, and twenty rows. The table of posts has over 600."""


@pytest.fixture
def community(people: Callable[..., Somebody], engine: Engine) -> None:
    for name in ("ada", "bob"):
        people(name)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        written = (
            "created_at) SELECT 2 - n % 2, {}, repeat('a', 200), timestamptz '2026-01-01Z' + n * interval '1 second' "
            f"FROM generate_series(1, {POSTS}) AS n"
        )
        answers = (
            "INSERT INTO comments (post_id, author_id, in_reply_to, under, body, created_at) "
            "SELECT 1, 1 + n % 2, 1, path, 'text', timestamptz '2026-01-01Z' + n * interval '1 second' "
            f"FROM generate_series(2, {POSTS}) AS n, comments WHERE comments.id = 1"
        )
        columns = "recipient_id, kind, actor_id, post_id, created_at"
        for statement in (
            f"INSERT INTO posts (author_id, archive_id, body, {written.format('n')}",
            f"INSERT INTO comments (post_id, author_id, body, {written.format('1')}",
            answers,
            "INSERT INTO follows (follower_id, followee_id) VALUES (2, 1)",
            "INSERT INTO bookmarks (user_id, post_id, created_at) SELECT 1 + id % 2, id, created_at FROM posts",
            "INSERT INTO likes (user_id, post_id, created_at) SELECT 1 + id % 2, id, created_at FROM posts",
            "INSERT INTO tags (name, posts) SELECT 'tag' || n, 10000 FROM generate_series(1, 4) AS n",
            (
                "INSERT INTO post_tags (post_id, tag_id, created_at) SELECT id, tag, created_at FROM posts, "
                "LATERAL (VALUES (1 + id % 2), (3 + id % 2)) AS given(tag)"
            ),
            "INSERT INTO tag_follows (user_id, tag_id) SELECT 2, id FROM tags",
            f"INSERT INTO notifications ({columns}) SELECT 1, 'mention', 2, id, created_at FROM posts",
            (
                "VACUUM (ANALYZE) tags, post_tags, tag_follows, posts, post_activity, comments, follows, bookmarks, "
                "likes, notifications"
            ),
        ):
            connection.execute(text(statement))


SOURCES: tuple[tuple[str, int | str | None], ...] = (
    *(
        ("public", None),
        ("active", None),
        ("posts_by", 1),
        ("home", 2),
        ("comments", 1),
        ("bookmarks", 1),
        ("tagged", "tag1"),
    ),
    *(("liked_by", 1), ("comments_by", 1)),
    *((source, 1) for source in ("newest_comments", "threads", "outline", "replies")),
    *(("notifications", 1), ("notifications_mention", 1)),
)


def test_a_page_reads_few_blocks_wherever_it_lies(community: None, engine: Engine) -> None:
    """One test for all lists, since their rows take seconds to make."""
    walks: tuple[Walk, ...] = ("older", "newer")
    read = {
        (source, walk, part): blocks(engine, _statement(source, walk, from_cursor=True), owner=owner, part=part)
        for source, owner in SOURCES
        for walk in walks
        for part in (0.01, 0.3, 0.5, 0.99)
    }
    assert {place: count for place, count in read.items() if count >= FEW} == {}


def blocks(engine: Engine, statement: str, *, owner: int | str | None, part: float) -> int:
    moment = f"2026-01-01T{int(POSTS * part) // 3600:02}:{int(POSTS * part) // 60 % 60:02}:00Z"
    path = place_in_thread(datetime.fromisoformat(moment), POSTS // 2)
    parameters: dict[str, Any] = {"owner": owner, "size": 21, "moment": moment, "id": POSTS // 2, "path": path}
    with engine.connect() as connection:
        explained = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", parameters)
        plan = explained.scalar_one()[0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])
