"""Archives of one person: asked for, made by a periodic job, and kept until they are fetched or a day old."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  (SQLAlchemy reads the annotations)

from sqlalchemy import DateTime, Index, Integer, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from feedapp.models.base import Base, counter, created, refers


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
