"""How people come in: invitations, applications, and the code that makes the first admin."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  (SQLAlchemy reads the annotations)

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, Integer, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from feedapp.lengths import DISPLAY_NAME_LENGTH, MAIL_ADDRESS_LENGTH, REASON_LENGTH, USERNAME_PATTERN
from feedapp.models.base import Base, created, identity, refers

MOST_USES = 1_000


class Invitation(Base):
    """A link by which so many people may come in, of which only the SHA-256 of the code is kept.

    `created_by` is NULL for an operator's, or if whoever made it has left.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        CheckConstraint(f"uses BETWEEN 1 AND {MOST_USES}", name="uses_bounds"),
        CheckConstraint("used BETWEEN 0 AND uses", name="used_bounds"),
        Index(None, "created_by"),
    )

    id: Mapped[int] = identity()
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = created()
    uses: Mapped[int] = mapped_column(Integer)
    used: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Arrival(Base):
    """How somebody came in: by which invitation, and when they accepted the rules that the site had then."""

    __tablename__ = "arrivals"
    __table_args__ = (Index(None, "invitation_id"),)

    user_id: Mapped[int] = refers("users.id", primary_key=True)
    invitation_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("invitations.id", ondelete="SET NULL"))
    rules_accepted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Application(Base):
    """Somebody who asks for an account, and has none before a moderator agrees: they are in no list of people.

    `refused_at` is when a moderator did not agree, `refusal` what they are told then. `email` is where a mail tells
    them, and deleted when it has.
    """

    __tablename__ = "applications"
    __table_args__ = (
        CheckConstraint(f"username ~ '{USERNAME_PATTERN}'", name="username_form"),
        CheckConstraint(f"char_length(display_name) BETWEEN 1 AND {DISPLAY_NAME_LENGTH}", name="display_name_length"),
        CheckConstraint(f"char_length(reason) BETWEEN 1 AND {REASON_LENGTH}", name="reason_length"),
        CheckConstraint(f"char_length(email) BETWEEN 3 AND {MAIL_ADDRESS_LENGTH}", name="email_length"),
        CheckConstraint(f"char_length(refusal) <= {REASON_LENGTH}", name="refusal_length"),
        Index("ix_applications_waiting", "created_at", "id", postgresql_where=text("refused_at IS NULL")),
    )

    id: Mapped[int] = identity()
    username: Mapped[str] = mapped_column(Text, unique=True)
    display_name: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = created()
    rules_accepted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    refused_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    refusal: Mapped[str] = mapped_column(Text, server_default=text("''"))
    email: Mapped[str | None] = mapped_column(Text)


class SetupCode(Base):
    """What lets somebody make the first admin, printed at a start; only its SHA-256 is kept."""

    __tablename__ = "setup_codes"

    hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    created_at: Mapped[datetime] = created()
