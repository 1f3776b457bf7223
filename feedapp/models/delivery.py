"""What the cache protocol keeps in PostgreSQL: the outbox, who reads from Redis, histories of the database."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  (SQLAlchemy reads the annotations)

from sqlalchemy import ARRAY, DateTime, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from feedapp.models.base import Base, counter, identity


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

    id: Mapped[int] = identity()
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
    looks: Mapped[int] = counter()


class CacheHistory(Base):
    """A history of this database (repositories/delivery/history.py): when it was first seen, what was forgotten of it.

    What was confirmed before `cleaned_before` is no longer in the outbox.
    """

    __tablename__ = "cache_histories"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("clock_timestamp()"))
    cleaned_before: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
