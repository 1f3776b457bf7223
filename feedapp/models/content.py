"""What people write: posts with their likes and comments, and how many."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  (SQLAlchemy reads the annotations)

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from feedapp.lengths import BODY_LENGTH, MODERATION_LENGTH, TAG_LENGTH
from feedapp.models.base import Base, counter, created, identity, refers


def _body() -> CheckConstraint:
    return CheckConstraint(f"char_length(body) BETWEEN 1 AND {BODY_LENGTH}", name="body_length")


def _hidden() -> CheckConstraint:
    return CheckConstraint(
        f"(hidden_at IS NULL) = (hidden_reason IS NULL) AND char_length(hidden_reason) <= {MODERATION_LENGTH}",
        name="hidden_with_reason",
    )


def _language() -> CheckConstraint:
    return CheckConstraint("language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'", name="language_form")


def _terms() -> Mapped[str | None]:
    """What full-text search finds the row by (migration 0013): words in their stems, each with its places."""
    return mapped_column(TSVECTOR, Computed("feedapp_search_terms(body)", persisted=True), deferred=True)


class Post(Base):
    """What somebody wrote, for everybody or for whoever follows them.

    `archive_id` is the id that an imported post had in its archive.
    `hidden_at` is when a moderator hid it: its author sees it, with the reason, and others do not.
    """

    __tablename__ = "posts"
    __table_args__ = (
        _body(),
        CheckConstraint("visibility IN ('public', 'followers')", name="visibility_known"),
        _language(),
        _hidden(),
        Index(None, "created_at", "id"),
        Index(None, "author_id", "created_at", "id"),
        Index(None, "terms", postgresql_using="gin"),
    )

    id: Mapped[int] = identity()
    author_id: Mapped[int] = refers("users.id")
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = created()
    edited_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    hidden_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    hidden_reason: Mapped[str | None] = mapped_column(Text)
    archive_id: Mapped[str | None] = mapped_column(Text, unique=True)
    visibility: Mapped[str] = mapped_column(Text, server_default=text("'public'"))
    language: Mapped[str | None] = mapped_column(Text)
    terms: Mapped[str | None] = _terms()


class PostCounter(Base):
    """How many likes and comments a post has."""

    __tablename__ = "post_counters"
    __table_args__ = (
        CheckConstraint("likes >= 0", name="likes_not_negative"),
        CheckConstraint("comments >= 0", name="comments_not_negative"),
    )

    post_id: Mapped[int] = refers("posts.id", primary_key=True)
    likes: Mapped[int] = counter()
    comments: Mapped[int] = counter()


class PostActivity(Base):
    """When something was last written under a post: the post itself, or its last comment. Triggers keep it."""

    __tablename__ = "post_activity"
    __table_args__ = (Index(None, "created_at", "post_id"),)

    post_id: Mapped[int] = refers("posts.id", primary_key=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Like(Base):
    """One user's like of one post."""

    __tablename__ = "likes"
    __table_args__ = (Index(None, "post_id", "created_at", "user_id"), Index(None, "user_id", "created_at", "post_id"))

    post_id: Mapped[int] = refers("posts.id", primary_key=True)
    user_id: Mapped[int] = refers("users.id", primary_key=True)
    created_at: Mapped[datetime] = created()


class Bookmark(Base):
    """That a user keeps a post to come back to. Nobody else learns of it."""

    __tablename__ = "bookmarks"
    __table_args__ = (Index(None, "user_id", "created_at", "post_id"), Index(None, "post_id"))

    user_id: Mapped[int] = refers("users.id", primary_key=True)
    post_id: Mapped[int] = refers("posts.id", primary_key=True)
    created_at: Mapped[datetime] = created()


class Pin(Base):
    """The post of their own that a user has put at the top of their profile: one at most."""

    __tablename__ = "pins"

    user_id: Mapped[int] = refers("users.id", primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), unique=True)
    created_at: Mapped[datetime] = created()


class Comment(Base):
    """What somebody wrote under a post; hidden as a post is, but that a stub stays in its place.

    A deleted one that was answered is a stub without author and text, as long as there is an answer. `path` sorts
    threads: `under`, which is the path of what it answers, then 15 bytes of its own that sort as its time and id do. It
    has five levels at the most: what answers a comment of the fifth stands beside it.
    """

    __tablename__ = "comments"
    __table_args__ = (
        CheckConstraint(
            f"CASE WHEN author_id IS NULL THEN body = '' ELSE char_length(body) BETWEEN 1 AND {BODY_LENGTH} END",
            name="body_length",
        ),
        _language(),
        _hidden(),
        CheckConstraint(
            "author_id IS NOT NULL OR (edited_at IS NULL AND hidden_at IS NULL)", name="nothing_left_of_deleted"
        ),
        CheckConstraint("in_reply_to < id", name="answers_earlier"),
        CheckConstraint(
            "(in_reply_to IS NULL) = (under = '') AND octet_length(under) <= 60 AND octet_length(under) % 15 = 0",
            name="under_its_thread",
        ),
        UniqueConstraint("post_id", "id"),
        ForeignKeyConstraint(
            ["post_id", "in_reply_to"], ["comments.post_id", "comments.id"], name="fk_comments_in_reply_to"
        ),
        Index(None, "created_at", "id"),
        Index(None, "post_id", "created_at", "id"),
        Index(None, "post_id", "path"),
        Index("ix_comments_outline", "post_id", "path", postgresql_where=text("octet_length(path) <= 30")),
        Index(None, "in_reply_to", "created_at", "id", postgresql_where=text("in_reply_to IS NOT NULL")),
        Index(None, "author_id", "created_at", "id"),
        Index(None, "terms", postgresql_using="gin"),
    )

    id: Mapped[int] = identity()
    post_id: Mapped[int] = refers("posts.id")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    in_reply_to: Mapped[int | None] = mapped_column(BigInteger)
    under: Mapped[bytes] = mapped_column(LargeBinary, server_default=text("''"), deferred=True)
    path: Mapped[bytes] = mapped_column(
        LargeBinary, Computed("under || feedapp_thread_place(created_at, id)", persisted=True), deferred=True
    )
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = created()
    edited_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    hidden_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    hidden_reason: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(Text)
    terms: Mapped[str | None] = _terms()


class CommentCounter(Base):
    """How many like a comment, and answer it directly; a comment without a row has none of either."""

    __tablename__ = "comment_counters"
    __table_args__ = (
        CheckConstraint("likes >= 0", name="likes_not_negative"),
        CheckConstraint("replies >= 0", name="replies_not_negative"),
    )

    comment_id: Mapped[int] = refers("comments.id", primary_key=True)
    likes: Mapped[int] = counter()
    replies: Mapped[int] = counter()


class CommentLike(Base):
    """One user's like of one comment."""

    __tablename__ = "comment_likes"
    __table_args__ = (Index(None, "comment_id", "created_at", "user_id"), Index(None, "user_id"))

    comment_id: Mapped[int] = refers("comments.id", primary_key=True)
    user_id: Mapped[int] = refers("users.id", primary_key=True)
    created_at: Mapped[datetime] = created()


class Tag(Base):
    """A tag that a post has had, or that somebody follows: its name folded, and how many posts and followers it has."""

    __tablename__ = "tags"
    __table_args__ = (
        CheckConstraint(f"char_length(name) BETWEEN 1 AND {TAG_LENGTH}", name="name_length"),
        CheckConstraint("posts >= 0", name="posts_not_negative"),
        CheckConstraint("followers >= 0", name="followers_not_negative"),
        Index("ix_tags_name_prefix", "name", postgresql_ops={"name": "text_pattern_ops"}),
    )

    id: Mapped[int] = identity()
    name: Mapped[str] = mapped_column(Text, unique=True)
    posts: Mapped[int] = counter()
    followers: Mapped[int] = counter()


class PostTag(Base):
    """That a post has a tag. `created_at` is the post's, so that one index gives the posts of a tag in order."""

    __tablename__ = "post_tags"
    __table_args__ = (Index(None, "tag_id", "created_at", "post_id"), Index(None, "created_at"))

    post_id: Mapped[int] = refers("posts.id", primary_key=True)
    tag_id: Mapped[int] = refers("tags.id", primary_key=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class TagFollow(Base):
    """That a user reads the posts of a tag in the home feed."""

    __tablename__ = "tag_follows"
    __table_args__ = (Index(None, "tag_id"),)

    user_id: Mapped[int] = refers("users.id", primary_key=True)
    tag_id: Mapped[int] = refers("tags.id", primary_key=True)
    created_at: Mapped[datetime] = created()
