"""What people are told: who likes, answers, names or follows them, and what moderators did to what is theirs."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  (SQLAlchemy reads the annotations)

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from feedapp.lengths import PUSH_ENDPOINT_LENGTH
from feedapp.models.base import Base, counter, created, identity, refers

EVERY = ("daily", "weekly")
"""How often somebody can get what they are told by mail."""
KINDS = ("like", "comment", "reply", "mention", "follow", "moderation")
"""What somebody can be told."""


def _thing(target: str) -> Mapped[int | None]:
    """Refer to what it is about. Whoever deletes that takes the notification back first, and says so to readers."""
    return mapped_column(BigInteger, ForeignKey(target, ondelete="CASCADE"))


class Notification(Base):
    """One entry of what somebody is told. Likes of one thing are one entry, and so are new followers: `others`.

    `created_at` is its place in the list: an entry that grows comes to the top again. `unread_since` is NULL once it
    was read, `read_at` when that was; `began_at` is since when the followers of an entry are counted.
    """

    __tablename__ = "notifications"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind_known"),
        CheckConstraint("recipient_id <> actor_id", name="not_oneself"),
        CheckConstraint("actor_id IS NOT NULL OR kind = 'moderation'", name="actor_known"),
        CheckConstraint("others >= 0", name="others_not_negative"),
        CheckConstraint(
            "CASE kind WHEN 'follow' THEN post_id IS NULL AND comment_id IS NULL "
            "WHEN 'moderation' THEN action IS NOT NULL "
            "WHEN 'comment' THEN post_id IS NOT NULL AND comment_id IS NOT NULL "
            "WHEN 'reply' THEN post_id IS NOT NULL AND comment_id IS NOT NULL ELSE post_id IS NOT NULL END",
            name="thing_fits_kind",
        ),
        Index(None, "recipient_id", "created_at", "id"),
        Index("ix_notifications_kind", "recipient_id", "kind", "created_at", "id"),
        Index(
            "ix_notifications_unread",
            "recipient_id",
            "created_at",
            "id",
            postgresql_where=text("unread_since IS NOT NULL"),
        ),
        Index("ix_notifications_read", "read_at", "id", postgresql_where=text("unread_since IS NULL")),
        Index(None, "actor_id"),
        Index(None, "post_id", postgresql_where=text("post_id IS NOT NULL")),
        Index(None, "comment_id", postgresql_where=text("comment_id IS NOT NULL")),
        Index(
            "uq_notifications_likes_of_post",
            "post_id",
            unique=True,
            postgresql_where=text("kind = 'like' AND comment_id IS NULL"),
        ),
        Index(
            "uq_notifications_likes_of_comment",
            "comment_id",
            unique=True,
            postgresql_where=text("kind = 'like' AND comment_id IS NOT NULL"),
        ),
        Index("uq_notifications_follows", "recipient_id", unique=True, postgresql_where=text("kind = 'follow'")),
        Index("uq_notifications_reports", "recipient_id", unique=True, postgresql_where=text("action = 'report'")),
        Index(
            "uq_notifications_of_comment",
            "comment_id",
            "recipient_id",
            unique=True,
            postgresql_where=text("kind IN ('comment', 'reply', 'mention') AND comment_id IS NOT NULL"),
        ),
        Index(
            "uq_notifications_of_post",
            "post_id",
            "recipient_id",
            unique=True,
            postgresql_where=text("kind = 'mention' AND comment_id IS NULL"),
        ),
    )

    id: Mapped[int] = identity()
    recipient_id: Mapped[int] = refers("users.id")
    kind: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"))
    post_id: Mapped[int | None] = _thing("posts.id")
    comment_id: Mapped[int | None] = _thing("comments.id")
    others: Mapped[int] = counter()
    action: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("clock_timestamp()"))
    began_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))
    unread_since: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), server_default=text("now()"))
    read_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class RefusedNotification(Base):
    """A kind of notifications that somebody does not want."""

    __tablename__ = "refused_notifications"
    __table_args__ = (CheckConstraint(f"kind IN {KINDS[:-1]}", name="kind_known"),)

    user_id: Mapped[int] = refers("users.id", primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)


class PushSubscription(Base):
    """Where a browser is told at once, while nobody looks at the site: as its push service and its keys say.

    It is a session's, and ends with that.
    """

    __tablename__ = "push_subscriptions"
    __table_args__ = (
        CheckConstraint(f"char_length(endpoint) <= {PUSH_ENDPOINT_LENGTH}", name="endpoint_length"),
        CheckConstraint("octet_length(p256dh) = 65 AND octet_length(auth) = 16", name="keys_length"),
        Index(None, "user_id", "id"),
    )

    id: Mapped[int] = identity()
    token_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("tokens.id", ondelete="CASCADE"), unique=True)
    user_id: Mapped[int] = refers("users.id")
    endpoint: Mapped[str] = mapped_column(Text)
    p256dh: Mapped[bytes] = mapped_column(LargeBinary)
    auth: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = created()


class NotificationDigest(Base):
    """That somebody gets by mail what they were told and have not read: how often, when next, and what of it they got.

    `told_until` is the place in their list up to which mails have told it. Who has no row gets none.
    """

    __tablename__ = "notification_digests"
    __table_args__ = (
        CheckConstraint(f"every IN {EVERY}", name="every_known"),
        Index(None, "due_at", "user_id"),
    )

    user_id: Mapped[int] = refers("users.id", primary_key=True)
    every: Mapped[str] = mapped_column(Text)
    due_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    told_until: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))


class MutedConversation(Base):
    """That somebody does not want to be told of what is written under a post."""

    __tablename__ = "muted_conversations"
    __table_args__ = (Index(None, "post_id"),)

    user_id: Mapped[int] = refers("users.id", primary_key=True)
    post_id: Mapped[int] = refers("posts.id", primary_key=True)
    created_at: Mapped[datetime] = created()
