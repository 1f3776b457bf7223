"""What lets somebody in beside a password: recovery codes, links of a moderator, authenticators and passkeys."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  (SQLAlchemy reads the annotations)

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from feedapp.lengths import PASSKEY_NAME_LENGTH
from feedapp.models.base import Base, counter, created, identity, refers


class RecoveryCode(Base):
    """A code by which its owner can set a new password, once; only its SHA-256 is kept."""

    __tablename__ = "recovery_codes"
    __table_args__ = (Index(None, "user_id", "hash", unique=True),)

    id: Mapped[int] = identity()
    user_id: Mapped[int] = refers("users.id")
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = created()
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class ResetLink(Base):
    """A link by which somebody can set a new password, once; only the SHA-256 of its code is kept.

    `created_by` is NULL for an operator's, or if whoever made it has left.
    """

    __tablename__ = "reset_links"
    __table_args__ = (Index(None, "user_id"), Index(None, "created_by"))

    hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    user_id: Mapped[int] = refers("users.id")
    created_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = created()
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class SecondFactor(Base):
    """An authenticator of somebody's. Its secret follows from `nonce` and the site's own key.

    It counts once it was confirmed; `last_step` is that of the last code used, in half minutes, so none is used twice.
    """

    __tablename__ = "second_factors"

    user_id: Mapped[int] = refers("users.id", primary_key=True)
    nonce: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = created()
    confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_step: Mapped[int] = counter()


class Passkey(Base):
    """A passkey of somebody's: its public key, and what its device counts. `name` is its owner's word for it."""

    __tablename__ = "passkeys"
    __table_args__ = (
        CheckConstraint(f"char_length(name) BETWEEN 1 AND {PASSKEY_NAME_LENGTH}", name="name_length"),
        Index(None, "credential_id", unique=True),
        Index(None, "user_id", "id"),
    )

    id: Mapped[int] = identity()
    user_id: Mapped[int] = refers("users.id")
    credential_id: Mapped[bytes] = mapped_column(LargeBinary)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = counter()
    name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = created()
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class UsedChallenge(Base):
    """A challenge that was answered, by its SHA-256: none is good twice. Kept until it would have ended."""

    __tablename__ = "used_challenges"
    __table_args__ = (Index(None, "ends_at"),)

    hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    ends_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
