"""What people want nothing to do with: blocks, which hold both ways; mutes and words, which nobody else learns of."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  (SQLAlchemy reads the annotations)

from sqlalchemy import CheckConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from feedapp.lengths import MUTED_WORD_LENGTH
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


class MutedWord(Base):
    """A word or a phrase that somebody does not want to read."""

    __tablename__ = "muted_words"
    __table_args__ = (CheckConstraint(f"char_length(word) BETWEEN 1 AND {MUTED_WORD_LENGTH}", name="word_length"),)

    user_id: Mapped[int] = refers("users.id", primary_key=True)
    word: Mapped[str] = mapped_column(Text, primary_key=True)
