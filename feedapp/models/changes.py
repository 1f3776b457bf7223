"""What has changed, for mirrors. Rows are written by triggers (migration 0022), in the transaction of the change."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  (SQLAlchemy reads the annotations)

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Identity, Integer, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from feedapp.models.base import Base


class Change(Base):
    """One post, comment or user that was created, edited or deleted, and the transaction that did it."""

    __tablename__ = "changes"
    __table_args__ = (
        CheckConstraint("kind IN ('post', 'comment', 'user')", name="kind_known"),
        CheckConstraint("change IN ('created', 'edited', 'deleted')", name="change_known"),
    )

    transaction_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    thing_id: Mapped[int] = mapped_column(BigInteger)
    post_id: Mapped[int | None] = mapped_column(BigInteger)
    change: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("clock_timestamp()"))


class ChangesDropped(Base):
    """The last row of `changes` that was dropped since it was old: one row, or none."""

    __tablename__ = "changes_dropped"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False, server_default=text("1"))
    transaction_id: Mapped[int] = mapped_column(BigInteger)
    change_id: Mapped[int] = mapped_column(BigInteger)
