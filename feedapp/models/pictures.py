"""Pictures that people have sent. Their files are elsewhere, see `feedapp.pictures`."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  (SQLAlchemy reads the annotations)

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, SmallInteger, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from feedapp.lengths import ALT_LENGTH, MOST_PICTURES_OF_POST
from feedapp.models.base import Base, created, identity, refers


class Picture(Base):
    """A picture; `post_id` is the post that it stands in, None as long as it was only sent.

    `digest` names its files, whose `bytes` count against a member's quota. What was never used is deleted after a day.
    """

    __tablename__ = "pictures"
    __table_args__ = (
        CheckConstraint("digest ~ '^[0-9a-f]{32}$'", name="digest_form"),
        CheckConstraint("width > 0 AND height > 0 AND bytes > 0", name="sizes_positive"),
        CheckConstraint(f"char_length(alt) <= {ALT_LENGTH}", name="alt_length"),
        CheckConstraint(f"place BETWEEN 0 AND {MOST_PICTURES_OF_POST - 1}", name="place_of_few"),
        Index(None, "owner_id", "id", postgresql_include=["bytes"]),
        Index("ix_pictures_post_id", "post_id", "place", unique=True, postgresql_where=text("post_id IS NOT NULL")),
        Index("ix_pictures_unused", "created_at", "id", postgresql_where=text("post_id IS NULL")),
    )

    id: Mapped[int] = identity()
    owner_id: Mapped[int] = refers("users.id")
    post_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("posts.id", ondelete="CASCADE"))
    place: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    digest: Mapped[str] = mapped_column(Text, unique=True)
    width: Mapped[int] = mapped_column(Integer)
    height: Mapped[int] = mapped_column(Integer)
    bytes: Mapped[int] = mapped_column(BigInteger)
    alt: Mapped[str] = mapped_column(Text, server_default=text("''"))
    created_at: Mapped[datetime] = created()
