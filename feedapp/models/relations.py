"""Whom people want nothing to do with: blocks, which hold both ways, and mutes, which nobody else learns of."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  (SQLAlchemy reads the annotations)

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped  # noqa: TC002  (as above)

from feedapp.models.base import Base, created, refers


class Block(Base):
    """That neither sees anything of the other, at the wish of `blocker`."""

    __tablename__ = "blocks"
    __table_args__ = (
        CheckConstraint("blocker_id <> blocked_id", name="not_oneself"),
        Index(None, "blocked_id", "blocker_id"),
        Index(None, "blocker_id", "created_at", "blocked_id"),
    )

    blocker_id: Mapped[int] = refers("users.id", primary_key=True)
    blocked_id: Mapped[int] = refers("users.id", primary_key=True)
    created_at: Mapped[datetime] = created()


class Mute(Base):
    """That `muter` does not read `muted` in feeds and threads."""

    __tablename__ = "mutes"
    __table_args__ = (
        CheckConstraint("muter_id <> muted_id", name="not_oneself"),
        Index(None, "muted_id"),
        Index(None, "muter_id", "created_at", "muted_id"),
    )

    muter_id: Mapped[int] = refers("users.id", primary_key=True)
    muted_id: Mapped[int] = refers("users.id", primary_key=True)
    created_at: Mapped[datetime] = created()
