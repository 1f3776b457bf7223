"""What delivery keeps in PostgreSQL: outbox, messages, archives, readers of Redis, histories, who does which job."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  (SQLAlchemy reads the annotations)
from typing import Any

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, DateTime, Index, Integer, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from feedapp.models.base import Base, counter, created, identity, refers


class Outbox(Base):
    """The cache keys that one write made stale; `confirmed_at` is set once they are known to be deleted.

    `confirmed_run` names the run of Redis that deleted them first, `outbox_deliveries` has the others: in any that is
    named in neither, they may still stand. `writer` is the token of the write, whose holds on the keys may be taken
    away by whoever deletes them.
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


class OutboxDelivery(Base):
    """One more run of Redis in which the keys of a row were deleted.

    The first stands in the row itself, where an index finds the rows of other runs: in most moments there is only one
    run, and then this table is empty.
    """

    __tablename__ = "outbox_deliveries"

    outbox_id: Mapped[int] = refers("outbox.id", primary_key=True)
    run: Mapped[str] = mapped_column(Text, primary_key=True)


class OutboxMessage(Base):
    """What is to be delivered to a target other than Redis. Deleted once it is delivered, or given up.

    `due_at` is when it may be tried next: while a process is at it, when another one may.
    """

    __tablename__ = "outbox_messages"
    __table_args__ = (Index(None, "target", "due_at"),)

    id: Mapped[int] = identity()
    target: Mapped[str] = mapped_column(Text)
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("clock_timestamp()"))
    due_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("clock_timestamp()"))
    attempts: Mapped[int] = mapped_column(Integer, server_default=text("0"))


class PeriodicJobLease(Base):
    """Which process does one of the site's periodic jobs, and when it may be done next: by whom, if that one died."""

    __tablename__ = "periodic_jobs"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    free_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    taken_by: Mapped[str] = mapped_column(Text)


class Backfill(Base):
    """A large change of rows that a migration has ordered: how far it is, by ids, and when it was finished."""

    __tablename__ = "backfills"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    begun_at: Mapped[datetime] = created()
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class StoredBackup(Base):
    """A backup that was made and is whole: when, and how large it is. It stands elsewhere."""

    __tablename__ = "backups"
    __table_args__ = (CheckConstraint("kind IN ('dump', 'base')", name="kind"), Index(None, "finished_at"))

    id: Mapped[int] = identity()
    kind: Mapped[str] = mapped_column(Text)
    bytes: Mapped[int] = mapped_column(BigInteger)
    finished_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("clock_timestamp()"))


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


class PersonalArchive(Base):
    """Somebody's archive; `made_at` is NULL while it is asked for and not made. `size` is in bytes."""

    __tablename__ = "personal_archives"
    __table_args__ = (Index(None, "asked_at"),)

    user_id: Mapped[int] = refers("users.id", primary_key=True)
    asked_at: Mapped[datetime] = created()
    made_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    size: Mapped[int] = counter()


class PersonalArchivePart(Base):
    """Some bytes of the file, in order of `number`: no process has to have all of them in memory."""

    __tablename__ = "personal_archive_parts"

    user_id: Mapped[int] = refers("personal_archives.user_id", primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    data: Mapped[bytes] = mapped_column(LargeBinary)
