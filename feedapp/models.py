"""The tables. Every rule that data must obey stands here as a constraint, not only in Python.

Counts are rows of their own (`post_counters`, `user_counters`), changed in the transaction of what they count, so that
reading one costs the same at ten likes and at a million, and so that counting does not rewrite a post's text.
"""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  (SQLAlchemy reads the annotations)
from uuid import UUID  # noqa: TC003  (as above)

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Text,
    func,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

USERNAME_PATTERN = "^[a-z0-9_]{1,30}$"
DISPLAY_NAME_LENGTH = 100
BIO_LENGTH = 2_000
BODY_LENGTH = 20_000
TOKEN_NAME_LENGTH = 100
IDEMPOTENCY_KEY_LENGTH = 255

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The declarative base; its metadata names every constraint, so that migrations can drop them again."""

    metadata = MetaData(naming_convention=NAMING)


def _now() -> Mapped[datetime]:
    return mapped_column(DateTime(timezone=True), server_default=func.now())


def _key() -> Mapped[int]:
    return mapped_column(BigInteger, Identity(), primary_key=True)


def _count() -> Mapped[int]:
    return mapped_column(BigInteger, server_default=text("0"))


def _refers(target: str, *, primary_key: bool = False) -> Mapped[int]:
    return mapped_column(BigInteger, ForeignKey(target, ondelete="CASCADE"), primary_key=primary_key)


def _body() -> CheckConstraint:
    return CheckConstraint(f"char_length(body) BETWEEN 1 AND {BODY_LENGTH}", name="body_length")


class User(Base):
    """A person. `password_hash` is NULL for people who came with an import: they cannot log in until one is set.

    `leaving_since` is when the deletion of the account began, which goes by portions. `key` never comes again, as an id
    may when a server failed and another took over from an earlier state: it is compared where an id was remembered.
    """

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint(f"username ~ '{USERNAME_PATTERN}'", name="username_form"),
        CheckConstraint(f"char_length(display_name) BETWEEN 1 AND {DISPLAY_NAME_LENGTH}", name="display_name_length"),
        CheckConstraint(f"char_length(bio) <= {BIO_LENGTH}", name="bio_length"),
        Index(None, "created_at", "id"),
        Index("ix_users_leaving", "leaving_since", postgresql_where=text("leaving_since IS NOT NULL")),
    )

    id: Mapped[int] = _key()
    username: Mapped[str] = mapped_column(Text, unique=True)
    display_name: Mapped[str] = mapped_column(Text)
    bio: Mapped[str] = mapped_column(Text, server_default=text("''"))
    password_hash: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = _now()
    leaving_since: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    key: Mapped[UUID] = mapped_column(server_default=text("gen_random_uuid()"))


class FormerUsername(Base):
    """A username that was given up, and by whom, who need not exist any more.

    Only SHA-256 of the name is kept: somebody who deletes their account leaves no name behind.
    """

    __tablename__ = "former_usernames"

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger)
    user_key: Mapped[UUID]
    given_up_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("clock_timestamp()"))


class UserCounter(Base):
    """How many posts, followers and followed people a user has."""

    __tablename__ = "user_counters"
    __table_args__ = (
        CheckConstraint("posts >= 0", name="posts_not_negative"),
        CheckConstraint("followers >= 0", name="followers_not_negative"),
        CheckConstraint("following >= 0", name="following_not_negative"),
        Index(None, "followers", "user_id"),
    )

    user_id: Mapped[int] = _refers("users.id", primary_key=True)
    posts: Mapped[int] = _count()
    followers: Mapped[int] = _count()
    following: Mapped[int] = _count()


class Post(Base):
    """What somebody wrote. `archive_id` is the id that an imported post had in its archive."""

    __tablename__ = "posts"
    __table_args__ = (
        _body(),
        Index(None, "created_at", "id"),
        Index(None, "author_id", "created_at", "id"),
    )

    id: Mapped[int] = _key()
    author_id: Mapped[int] = _refers("users.id")
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = _now()
    edited_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    archive_id: Mapped[str | None] = mapped_column(Text, unique=True)


class PostCounter(Base):
    """How many likes and comments a post has."""

    __tablename__ = "post_counters"
    __table_args__ = (
        CheckConstraint("likes >= 0", name="likes_not_negative"),
        CheckConstraint("comments >= 0", name="comments_not_negative"),
    )

    post_id: Mapped[int] = _refers("posts.id", primary_key=True)
    likes: Mapped[int] = _count()
    comments: Mapped[int] = _count()


class Like(Base):
    """One user's like of one post."""

    __tablename__ = "likes"
    __table_args__ = (Index(None, "post_id", "created_at", "user_id"), Index(None, "user_id"))

    post_id: Mapped[int] = _refers("posts.id", primary_key=True)
    user_id: Mapped[int] = _refers("users.id", primary_key=True)
    created_at: Mapped[datetime] = _now()


class Comment(Base):
    """What somebody wrote under a post."""

    __tablename__ = "comments"
    __table_args__ = (_body(), Index(None, "post_id", "created_at", "id"), Index(None, "author_id"))

    id: Mapped[int] = _key()
    post_id: Mapped[int] = _refers("posts.id")
    author_id: Mapped[int] = _refers("users.id")
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = _now()
    edited_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Follow(Base):
    """That `follower` reads `followee` in the home feed."""

    __tablename__ = "follows"
    __table_args__ = (
        CheckConstraint("follower_id <> followee_id", name="not_oneself"),
        Index(None, "followee_id", "created_at", "follower_id"),
        Index(None, "follower_id", "created_at", "followee_id"),
    )

    follower_id: Mapped[int] = _refers("users.id", primary_key=True)
    followee_id: Mapped[int] = _refers("users.id", primary_key=True)
    created_at: Mapped[datetime] = _now()


class Outbox(Base):
    """The cache keys that one write made stale; `confirmed_at` is set once they are known to be deleted.

    `confirmed_run` names the runs of Redis that deleted them, with spaces between: in any other they may still stand.
    `writer` is the token of the write, whose holds on the keys may be taken away by whoever deletes them.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_unconfirmed", "created_at", postgresql_where=text("confirmed_at IS NULL")),
        Index("ix_outbox_confirmed_run", "confirmed_run", postgresql_where=text("confirmed_at IS NOT NULL")),
    )

    id: Mapped[int] = _key()
    keys: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("clock_timestamp()"))
    confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    confirmed_run: Mapped[str | None] = mapped_column(Text)
    writer: Mapped[str] = mapped_column(Text, server_default="")


class CacheReader(Base):
    """A serving process that may read from Redis, in that run of it; valid for two seconds from `renewed_at`.

    `looks` counts how often it has looked since who else reads, and what there is to deliver.
    """

    __tablename__ = "cache_readers"

    process: Mapped[str] = mapped_column(Text, primary_key=True)
    run: Mapped[str] = mapped_column(Text)
    renewed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("clock_timestamp()"))
    looks: Mapped[int] = _count()


class CacheHistory(Base):
    """A history of this database (repositories/delivery/history.py): when it was first seen, what was forgotten of it.

    What was confirmed before `cleaned_before` is no longer in the outbox.
    """

    __tablename__ = "cache_histories"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("clock_timestamp()"))
    cleaned_before: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Token(Base):
    """What proves who somebody is: an API token or a browser's session, of which only the SHA-256 is kept.

    `last_used_at` is true to the hour: see services/access/token_last_used.py.
    """

    __tablename__ = "tokens"
    __table_args__ = (
        CheckConstraint("kind IN ('api', 'session')", name="kind_known"),
        CheckConstraint(f"char_length(name) <= {TOKEN_NAME_LENGTH}", name="name_length"),
        Index(None, "user_id"),
    )

    id: Mapped[int] = _key()
    user_id: Mapped[int] = _refers("users.id")
    kind: Mapped[str] = mapped_column(Text)
    hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    name: Mapped[str] = mapped_column(Text, server_default=text("''"))
    created_at: Mapped[datetime] = _now()
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    last_used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class IdempotencyRecord(Base):
    """A request that was carried out, and what its answer is made of. `user_id` is NULL if nobody was signed in for it.

    No text of anybody's is in it: `body` has the id of what was made, or an answer without texts. `location` is where a
    form led to.

    `fingerprint` is of method, path and body, by a key that is not in the database: a body may have a password in it.
    """

    __tablename__ = "idempotency_records"
    __table_args__ = (
        CheckConstraint(f"char_length(key) BETWEEN 1 AND {IDEMPOTENCY_KEY_LENGTH}", name="key_length"),
        Index("uq_idempotency_records_scope", func.coalesce(text("user_id"), text("0")), "key", unique=True),
        Index(None, "created_at"),
        Index(None, "user_id"),
    )

    id: Mapped[int] = _key()
    user_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int | None] = mapped_column(Integer)
    location: Mapped[str | None] = mapped_column(Text)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = _now()
