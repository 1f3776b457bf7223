"""The SQL of the usual application: one joined query for a page, whatever it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from feedapp.extensions import db
from feedapp.reading.read_models import Paged, Person, PostView, Viewer

if TYPE_CHECKING:
    from collections.abc import Mapping

_TIME = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
_POSTS = f"""
SELECT posts.id, posts.body, {_TIME.format("posts.created_at")} AS created_at,
  {_TIME.format("posts.edited_at")} AS edited_at, users.id AS author_id, users.username, users.display_name,
  counters.likes, counters.comments,
  EXISTS (SELECT FROM likes WHERE likes.post_id = posts.id AND likes.user_id = :viewer) AS liked,
  EXISTS (SELECT FROM bookmarks WHERE bookmarks.post_id = posts.id AND bookmarks.user_id = :viewer) AS bookmarked,
  (extract(epoch FROM posts.created_at) * 1000000)::bigint AS micros
FROM posts JOIN users ON users.id = posts.author_id JOIN post_counters AS counters ON counters.post_id = posts.id
"""
_FEEDS = {
    "public": "true",
    "home": "(author_id = :viewer OR author_id IN (SELECT followee_id FROM follows WHERE follower_id = :viewer))",
    "user": "users.username = :username",
}
_BEFORE = "(posts.created_at, posts.id) < (timestamptz 'epoch' + :micros * interval '1 microsecond', :id)"


def viewer(token_hash: str) -> Viewer | None:
    """Say whose token it is."""
    query = text(
        "SELECT users.id, username, display_name FROM tokens JOIN users ON users.id = user_id "
        "WHERE hash = decode(:hash, 'hex') AND expires_at > now()"
    )
    row = db.session.execute(query, {"hash": token_hash}).first()
    return Viewer(Person(*row), token_hash) if row else None


def feed(kind: str, viewer_id: int | None, username: str | None, cursor: str, limit: int) -> Paged[PostView]:
    """Give one page of a feed."""
    condition = _FEEDS[kind]
    values: dict[str, Any] = {"viewer": viewer_id, "username": username, "limit": limit + 1}
    if cursor != "start":
        condition += f" AND {_BEFORE}"
        values["micros"], values["id"] = map(int, cursor.split("-"))
    query = f"{_POSTS} WHERE {condition} ORDER BY posts.created_at DESC, posts.id DESC LIMIT :limit"
    rows = db.session.execute(text(query), values).mappings().all()
    last = rows[limit - 1] if len(rows) > limit else None
    further = None if last is None else f"{last['micros']}-{last['id']}"
    return Paged([_view(row, viewer_id) for row in rows[:limit]], further, None)


def post(post_id: int, viewer_id: int | None) -> PostView | None:
    """Give one post."""
    query = f"{_POSTS} WHERE posts.id = :id"
    row = db.session.execute(text(query), {"id": post_id, "viewer": viewer_id}).mappings().first()
    return _view(row, viewer_id) if row else None


def publish(author_id: int, body: str) -> int:
    """Write a post."""
    added = "INSERT INTO posts (author_id, body) VALUES (:author, :body) RETURNING id"
    post_id: int = db.session.execute(text(added), {"author": author_id, "body": body}).scalar_one()
    db.session.execute(text("INSERT INTO post_counters (post_id) VALUES (:id)"), {"id": post_id})
    db.session.execute(
        text("UPDATE user_counters SET posts = posts + 1 WHERE user_id = :author"), {"author": author_id}
    )
    db.session.commit()
    return post_id


def like(post_id: int, user_id: int) -> None:
    """Like a post."""
    values = {"post": post_id, "user": user_id}
    added = "INSERT INTO likes (post_id, user_id) VALUES (:post, :user) ON CONFLICT DO NOTHING RETURNING post_id"
    if db.session.execute(text(added), values).first():
        db.session.execute(text("UPDATE post_counters SET likes = likes + 1 WHERE post_id = :post"), values)
    db.session.commit()


def comment(post_id: int, user_id: int, body: str) -> None:
    """Comment on a post."""
    values = {"post": post_id, "user": user_id, "body": body}
    added = "INSERT INTO comments (post_id, author_id, body) VALUES (:post, :user, :body)"
    db.session.execute(text(added), values)
    db.session.execute(text("UPDATE post_counters SET comments = comments + 1 WHERE post_id = :post"), values)
    db.session.commit()


def _view(row: Mapping[str, Any] | Any, viewer_id: int | None) -> PostView:
    author = Person(row["author_id"], row["username"], row["display_name"])
    liked, bookmarked = (None, None) if viewer_id is None else (row["liked"], row["bookmarked"])
    return PostView(
        row["id"],
        row["body"],
        author,
        row["created_at"],
        row["edited_at"],
        row["likes"],
        row["comments"],
        liked,
        bookmarked,
    )
