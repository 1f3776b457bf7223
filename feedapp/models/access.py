"""What proves who somebody is, and what was carried out once already."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  (SQLAlchemy reads the annotations)

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Text,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from feedapp.lengths import IDEMPOTENCY_KEY_LENGTH, TOKEN_NAME_LENGTH
from feedapp.models.base import Base, created, identity, refers


class Token(Base):
    """What proves who somebody is: an API token or a browser's session, of which only the SHA-256 is kept.

    `new_device` is whether its device was not seen before. `last_used_at` is true to the hour: see
    services/access/token_last_used.py. A session may do all that its owner may, whatever its `scopes`.
    """

    __tablename__ = "tokens"
    __table_args__ = (
        CheckConstraint("kind IN ('api', 'session')", name="kind_known"),
        CheckConstraint(f"char_length(name) <= {TOKEN_NAME_LENGTH}", name="name_length"),
        CheckConstraint(
            "cardinality(scopes) > 0 AND scopes <@ ARRAY['read', 'write', 'moderate', 'admin']", name="scopes_known"
        ),
        Index(None, "user_id"),
    )

    id: Mapped[int] = identity()
    user_id: Mapped[int] = refers("users.id")
    kind: Mapped[str] = mapped_column(Text)
    hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    name: Mapped[str] = mapped_column(Text, server_default=text("''"))
    created_at: Mapped[datetime] = created()
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    last_used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{read,write}'"))
    new_device: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))


class KnownDevice(Base):
    """A device that somebody has logged in from; `hash` is of them, the network and what the program calls itself."""

    __tablename__ = "known_devices"
    __table_args__ = (Index(None, "seen_at"),)

    user_id: Mapped[int] = refers("users.id", primary_key=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("clock_timestamp()"))


class SeenNetwork(Base):
    """A network from which somebody signed up or logged in, kept for some days, for moderators and nobody else."""

    __tablename__ = "seen_networks"
    __table_args__ = (Index(None, "network", "user_id"), Index(None, "seen_at"))

    user_id: Mapped[int] = refers("users.id", primary_key=True)
    network: Mapped[str] = mapped_column(Text, primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("clock_timestamp()"))


class IdempotencyRecord(Base):
    """A request that was carried out, and what its answer is made of. `user_id` is NULL if nobody was signed in for it.

    No text of anybody's is in it: `body` has the id of what was made, or an answer without texts. `location` is where a
    form led to.

    `fingerprint` is of method, path and body, by a key that is not in the database: a body may have a password in it.
    """

    __tablename__ = "idempotency_records"
    __table_args__ = (
        CheckConstraint(f"char_length(key) BETWEEN 1 AND {IDEMPOTENCY_KEY_LENGTH}", name="key_length"),
        Index("uq_idempotency_records_scope", func.coalesce(text("user_id"), text("0")), "key", unique=True),
        Index(None, "created_at"),
        Index(None, "user_id"),
    )

    id: Mapped[int] = identity()
    user_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int | None] = mapped_column(Integer)
    location: Mapped[str | None] = mapped_column(Text)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = created()
