"""Tags: which posts have them, and who follows them."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  (SQLAlchemy reads the annotations)

from sqlalchemy import CheckConstraint, DateTime, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from feedapp.lengths import TAG_LENGTH
from feedapp.models.base import Base, counter, created, identity, refers


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
