"""Communities of any size, made by PostgreSQL itself: plain texts, but every list as long as it may get.

Of `posts` posts and as many people: one author whom everybody follows, a reader who follows 5,000, and a post that
nearly everybody likes, with a tenth as many comments; ten likes for each post. Words are as frequent as in a language:
the first of 20,000 stands in most posts, the last in one of some eight thousand. A tenth of all posts has one tag, and
names the author whom everybody follows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from bench.ground import Ground

FOLLOWED = 5_000
NEWCOMERS = 1_000
WORDS = 20_000


class Community(NamedTuple):
    """Where things are in it. `newcomers` like nothing yet and follow nobody."""

    posts: int
    database_url: str

    @property
    def star(self) -> int:
        """Whom everybody follows."""
        return 1

    @property
    def eager(self) -> int:
        """Who follows 5,000, or half of everybody."""
        return 2

    @property
    def usual(self) -> int:
        """Who follows 30."""
        return 3

    @property
    def famous_post(self) -> int:
        """The post that everybody likes; it stands on the first page."""
        return self.posts - 3

    @property
    def newcomers(self) -> range:
        """The last who joined."""
        return range(self.posts - min(NEWCOMERS, self.posts // 10) + 1, self.posts + 1)


_STATEMENTS = """
SET session_replication_role = replica;
SET synchronous_commit = off;
INSERT INTO users (id, username, display_name, created_at)
  SELECT n, 'user_' || n, 'User ' || n, now() - interval '400 days' FROM generate_series(1, {n}) AS n;
SELECT setseed(0.5);
INSERT INTO posts (id, author_id, body, created_at)
  SELECT n, CASE WHEN n % 1000 = 0 THEN 1 ELSE 1 + n * 7919::bigint % ({n} / 10) END,
  (SELECT string_agg('w' || floor(power({words}, random()))::int, ' ') FROM generate_series(1, 25 + 0 * n)),
  now() - interval '10 minutes' - ({n} - n) * (interval '365 days' / {n}) FROM generate_series(1, {n}) AS n;
INSERT INTO likes (post_id, user_id, created_at)
  SELECT p, 1 + (p * 31::bigint + k * ({old} / 10)) % {old}, now() - interval '5 minutes'
  FROM generate_series(1, {n}) AS p, generate_series(0, 9) AS k WHERE p <> {famous};
INSERT INTO likes (post_id, user_id, created_at)
  SELECT {famous}, u, now() - u * interval '1 second' FROM generate_series(1, {old}) AS u;
INSERT INTO comments (post_id, author_id, body, created_at)
  SELECT {famous}, 1 + c % {n}, 'Comment ' || c, now() - interval '5 minutes' - c * interval '1 second'
  FROM generate_series(1, {n} / 10) AS c;
INSERT INTO comments (post_id, author_id, body, created_at)
  SELECT p, 1 + p % 1000, (SELECT string_agg('w' || floor(power({words}, random()))::int, ' ')
  FROM generate_series(1, 10 + 0 * p)), now() - interval '5 minutes' - ({n} - p) * interval '1 second'
  FROM generate_series(1, {n}) AS p;
INSERT INTO post_activity (post_id, created_at)
  SELECT post_id, max(created_at) FROM comments GROUP BY post_id;
INSERT INTO tags (id, name, posts) OVERRIDING SYSTEM VALUE
  SELECT t, 'topic' || t, CASE WHEN t = 1 THEN {n} / 10 ELSE {n} / 1000 END FROM generate_series(1, 1001) AS t;
INSERT INTO post_tags (tag_id, post_id, created_at)
  SELECT 1, id, created_at FROM posts WHERE id % 10 = 0 UNION ALL SELECT 2 + id % 1000, id, created_at FROM posts;
INSERT INTO notifications (recipient_id, kind, actor_id, post_id, created_at, began_at, unread_since)
  SELECT 1, 'mention', author_id, id, created_at, created_at, created_at FROM posts
  WHERE id % 10 = 0 AND author_id <> 1;
INSERT INTO follows (follower_id, followee_id, created_at)
  SELECT u, 1, now() - interval '1 day' FROM generate_series(2, {old}) AS u;
INSERT INTO follows (follower_id, followee_id, created_at)
  SELECT 2, u, now() - interval '1 day' FROM generate_series(4, 3 + least({followed}, {n} / 2)) AS u;
INSERT INTO follows (follower_id, followee_id, created_at)
  SELECT 3, u, now() - interval '1 day' FROM generate_series(10, 38) AS u;
INSERT INTO follows (follower_id, followee_id, created_at)
  SELECT 100 + u, 10 + u % 50, now() - interval '1 day' FROM generate_series(1, 500) AS u;
INSERT INTO post_counters (post_id, likes, comments)
  SELECT p, CASE WHEN p = {famous} THEN {old} ELSE 10 END, CASE WHEN p = {famous} THEN {n} / 10 + 1 ELSE 1 END
  FROM generate_series(1, {n}) AS p;
INSERT INTO user_counters (user_id, posts, followers, following)
  SELECT users.id, coalesce(wrote.n, 0), coalesce(followed.n, 0), coalesce(follows.n, 0) FROM users
  LEFT JOIN (SELECT author_id AS id, count(*) AS n FROM posts GROUP BY 1) AS wrote USING (id)
  LEFT JOIN (SELECT followee_id AS id, count(*) AS n FROM follows GROUP BY 1) AS followed USING (id)
  LEFT JOIN (SELECT follower_id AS id, count(*) AS n FROM follows GROUP BY 1) AS follows USING (id);
SELECT setval(pg_get_serial_sequence('users', 'id'), {n});
SELECT setval(pg_get_serial_sequence('posts', 'id'), {n});
"""


def make(ground: Ground, posts: int) -> Community:
    """Make one in a database of its own."""
    community = Community(posts, ground.database(f"community_{posts}"))
    statements = _STATEMENTS.format(
        n=posts, old=community.newcomers.start - 1, famous=community.famous_post, followed=FOLLOWED, words=WORDS
    )
    ground.run(statements, database_url=community.database_url)
    ground.run("VACUUM (ANALYZE)", database_url=community.database_url, autocommit=True)
    return community
