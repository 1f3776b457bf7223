"""What members report, and the log of what moderators did about it."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  (SQLAlchemy reads the annotations)

from sqlalchemy import BigInteger, Boolean, CheckConstraint, DateTime, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from feedapp.lengths import MODERATION_LENGTH, PATTERN_LENGTH
from feedapp.models.base import Base, counter, created, identity, refers

REASONS = ("spam", "abuse", "illegal", "other")
"""Why members report something."""
THINGS = ("post", "comment", "user")
"""What can be reported."""
RESOLUTIONS = ("none", "hide", "delete", "silence", "suspend")
"""What a moderator does about what was reported."""
FILTER_KINDS, EFFECTS = ("word", "link", "domain", "network"), ("hold", "refuse")
"""What a filter looks for, and what it does with a text."""
APPEAL, RESTORE = "appeal", "restore"
"""What somebody suspended sends, in the place of a kind and of a reason; and what is done about it if it is heard."""
_ACTIONS = (
    "'hide', 'unhide', 'delete', 'silence', 'unsilence', 'suspend', 'unsuspend', 'sweep', 'unsweep', 'note', 'resolve'"
)


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(f"'{name}'" for name in names)


class ReportCase(Base):
    """All reports of one thing, until a moderator resolves them; what is reported after that is another case.

    `thing_id` is the id of the post, comment or person, which may be deleted since. `post_id` is the post of a comment.
    `subject_id` is whose it is, `body` what it said when it was first reported.
    """

    __tablename__ = "report_cases"
    __table_args__ = (
        CheckConstraint(f"kind IN ({_names((*THINGS, APPEAL))})", name="kind_known"),
        CheckConstraint(f"resolution IN ({_names((*RESOLUTIONS, RESTORE))})", name="resolution_known"),
        CheckConstraint("(resolution IS NULL) = (resolved_at IS NULL)", name="resolved_once"),
        CheckConstraint(f"char_length(resolution_note) <= {MODERATION_LENGTH}", name="note_length"),
        Index("uq_report_cases_open", "kind", "thing_id", unique=True, postgresql_where=text("resolved_at IS NULL")),
        Index("ix_report_cases_waiting", "created_at", "id", postgresql_where=text("resolved_at IS NULL")),
        Index("ix_report_cases_resolved", "created_at", "id", postgresql_where=text("resolved_at IS NOT NULL")),
        Index(None, "subject_id", "created_at", "id"),
        Index(None, "resolved_by"),
    )

    id: Mapped[int] = identity()
    kind: Mapped[str] = mapped_column(Text)
    thing_id: Mapped[int] = mapped_column(BigInteger)
    post_id: Mapped[int | None] = mapped_column(BigInteger)
    subject_id: Mapped[int] = refers("users.id")
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = created()
    resolved_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    resolved_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="SET NULL"))
    resolution: Mapped[str | None] = mapped_column(Text)
    resolution_note: Mapped[str] = mapped_column(Text, server_default=text("''"))


class Report(Base):
    """One member's report. `body` is what the thing said then, if it was changed since its first report."""

    __tablename__ = "reports"
    __table_args__ = (
        CheckConstraint(f"reason IN ({_names((*REASONS, APPEAL))})", name="reason_known"),
        CheckConstraint(f"char_length(note) <= {MODERATION_LENGTH}", name="note_length"),
        Index(None, "reporter_id"),
    )

    case_id: Mapped[int] = refers("report_cases.id", primary_key=True)
    reporter_id: Mapped[int] = refers("users.id", primary_key=True)
    reason: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, server_default=text("''"))
    body: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = created()


class ModerationAction(Base):
    """One line of the log of moderation, which nobody changes: who did what, to whom, why, until when.

    `actor_id` is NULL for an operator (`actor` says so), for the site itself, and if whoever did it has left.
    `subject_id` is to whom it was done. `note` is for moderators alone.
    """

    __tablename__ = "moderation_actions"
    __table_args__ = (
        CheckConstraint("actor IN ('member', 'operator', 'site')", name="actor_known"),
        CheckConstraint(f"action IN ({_ACTIONS})", name="action_known"),
        CheckConstraint("thing IN ('post', 'comment', 'user', 'report')", name="thing_known"),
        CheckConstraint(f"char_length(reason) <= {MODERATION_LENGTH}", name="reason_length"),
        CheckConstraint(f"char_length(note) <= {MODERATION_LENGTH}", name="note_length"),
        Index(None, "created_at", "id"),
        Index(None, "subject_id", "created_at", "id"),
        Index(None, "actor_id"),
        Index("ix_moderation_actions_report", "thing_id", "id", postgresql_where=text("thing = 'report'")),
    )

    id: Mapped[int] = identity()
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("clock_timestamp()"))
    actor: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="SET NULL"))
    action: Mapped[str] = mapped_column(Text)
    thing: Mapped[str] = mapped_column(Text)
    thing_id: Mapped[int] = mapped_column(BigInteger)
    post_id: Mapped[int | None] = mapped_column(BigInteger)
    subject_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(Text, server_default=text("''"))
    note: Mapped[str] = mapped_column(Text, server_default=text("''"))
    until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Sanction(Base):
    """That somebody is suspended or silenced, while it lasts; until when, or NULL for good."""

    __tablename__ = "sanctions"
    __table_args__ = (
        CheckConstraint("kind IN ('suspension', 'silence')", name="kind_known"),
        CheckConstraint(f"char_length(reason) BETWEEN 1 AND {MODERATION_LENGTH}", name="reason_length"),
        Index("ix_sanctions_ending", "until", postgresql_where=text("until IS NOT NULL")),
    )

    user_id: Mapped[int] = refers("users.id", primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    reason: Mapped[str] = mapped_column(Text)
    until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[datetime] = created()


class Sweep(Base):
    """That all that somebody wrote was taken out of sight in one step: undone, or removed for good after some days.

    `done_at` is when it was hidden, or shown again, to the last; until then a job goes on with it. `suspends`: it
    suspended its subject as well, and that ends with it.
    """

    __tablename__ = "sweeps"
    __table_args__ = (
        CheckConstraint(f"char_length(reason) BETWEEN 1 AND {MODERATION_LENGTH}", name="reason_length"),
        CheckConstraint("undone_at IS NULL OR removed_at IS NULL", name="undone_or_removed"),
        CheckConstraint("posts >= 0 AND comments >= 0", name="counts_not_negative"),
        Index(
            "uq_sweeps_standing",
            "user_id",
            unique=True,
            postgresql_where=text("undone_at IS NULL AND removed_at IS NULL"),
        ),
        Index(None, "user_id"),
        Index(None, "created_at", "id"),
        Index("ix_sweeps_unfinished", "id", postgresql_where=text("done_at IS NULL")),
    )

    id: Mapped[int] = identity()
    user_id: Mapped[int] = refers("users.id")
    reason: Mapped[str] = mapped_column(Text)
    suspends: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    posts: Mapped[int] = counter()
    comments: Mapped[int] = counter()
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("clock_timestamp()"))
    done_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    undone_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    removed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class SweptPost(Base):
    """A post that a sweep has hidden; it is removed with it unless somebody shows it again."""

    __tablename__ = "swept_posts"
    __table_args__ = (Index(None, "sweep_id", "post_id"),)

    post_id: Mapped[int] = refers("posts.id", primary_key=True)
    sweep_id: Mapped[int] = refers("sweeps.id")


class SweptComment(Base):
    """The same for a comment."""

    __tablename__ = "swept_comments"
    __table_args__ = (Index(None, "sweep_id", "comment_id"),)

    comment_id: Mapped[int] = refers("comments.id", primary_key=True)
    sweep_id: Mapped[int] = refers("sweeps.id")


class Filter(Base):
    """What holds a text back until a moderator lets it through, or refuses it; `pattern` is folded. Never changed."""

    __tablename__ = "filters"
    __table_args__ = (
        CheckConstraint(f"kind IN ({_names(FILTER_KINDS)})", name="kind_known"),
        CheckConstraint(f"effect IN ({_names(EFFECTS)})", name="effect_known"),
        CheckConstraint(f"char_length(pattern) BETWEEN 1 AND {PATTERN_LENGTH}", name="pattern_length"),
        UniqueConstraint("kind", "pattern"),
        Index(None, "created_by"),
    )

    id: Mapped[int] = identity()
    kind: Mapped[str] = mapped_column(Text)
    pattern: Mapped[str] = mapped_column(Text)
    effect: Mapped[str] = mapped_column(Text)
    created_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = created()
