"""Mail addresses of members."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  (SQLAlchemy reads the annotations)

from sqlalchemy import CheckConstraint, DateTime, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from feedapp.lengths import MAIL_ADDRESS_LENGTH
from feedapp.models.base import Base, created, identity, refers


class MailAddress(Base):
    """An address of a member's: one that is verified, and one that waits to be, at most.

    Whoever verifies an address has it for themselves; any number of people may wait for the same one.
    """

    __tablename__ = "mail_addresses"
    __table_args__ = (
        CheckConstraint(f"char_length(address) BETWEEN 3 AND {MAIL_ADDRESS_LENGTH}", name="address_length"),
        Index(
            "uq_mail_addresses_verified",
            text("lower(address)"),
            unique=True,
            postgresql_where=text("verified_at IS NOT NULL"),
        ),
        Index("uq_mail_addresses_user_id", "user_id", text("(verified_at IS NULL)"), unique=True),
    )

    id: Mapped[int] = identity()
    user_id: Mapped[int] = refers("users.id")
    address: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = created()
    verified_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
