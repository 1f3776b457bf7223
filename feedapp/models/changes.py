"""What has changed, for mirrors, and the webhooks that are told of it.

Changes are written by triggers (migration 0022), in the transaction of the change.
"""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  (SQLAlchemy reads the annotations)

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from feedapp.lengths import WEBHOOK_NAME_LENGTH, WEBHOOK_URL_LENGTH
from feedapp.models.base import Base, created, identity, refers

CHANGE_KINDS = ("post", "comment", "user")


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


class Webhook(Base):
    """An address that changes are sent to. It was told all up to the mark (`transaction_id`, `change_id`) of `lineage`.

    Its secret is not kept: it follows from the site's own key and `nonce`; what `former_nonce` gave signs, too, until
    `former_until`. `queued` names the message that is on its way: there is one at a time, so that they come in order.
    `trouble` says why it is disabled, or is to be.
    """

    __tablename__ = "webhooks"
    __table_args__ = (
        CheckConstraint(f"char_length(url) BETWEEN 1 AND {WEBHOOK_URL_LENGTH}", name="url_length"),
        CheckConstraint(f"char_length(name) BETWEEN 1 AND {WEBHOOK_NAME_LENGTH}", name="name_length"),
        CheckConstraint("cardinality(kinds) > 0", name="some_kind"),
    )

    id: Mapped[int] = identity()
    url: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    kinds: Mapped[list[str]] = mapped_column(ARRAY(Text))
    nonce: Mapped[bytes] = mapped_column(LargeBinary)
    former_nonce: Mapped[bytes | None] = mapped_column(LargeBinary)
    former_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[datetime] = created()
    lineage: Mapped[int] = mapped_column(BigInteger)
    transaction_id: Mapped[int] = mapped_column(BigInteger)
    change_id: Mapped[int] = mapped_column(BigInteger)
    queued: Mapped[str | None] = mapped_column(Text)
    delivered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    failing_since: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    disabled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    trouble: Mapped[str] = mapped_column(Text, server_default="")


class WebhookDelivery(Base):
    """An attempt to deliver a message: what was answered, or why nothing was. The last ones are kept."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (Index(None, "webhook_id", "id"), Index(None, "at"))

    id: Mapped[int] = identity()
    webhook_id: Mapped[int] = refers("webhooks.id")
    message: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    changes: Mapped[int] = mapped_column(Integer)
    attempt: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("clock_timestamp()"))
    status: Mapped[int | None] = mapped_column(Integer)
    trouble: Mapped[str] = mapped_column(Text)
    milliseconds: Mapped[int] = mapped_column(Integer)
