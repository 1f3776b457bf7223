"""The site itself: what it is called, what it says of itself, who may come in; and the ring of its figures."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  (SQLAlchemy reads the annotations)
from typing import Any

from sqlalchemy import CheckConstraint, DateTime, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from feedapp.lengths import SITE_LENGTHS
from feedapp.models.base import Base
from feedapp.retention import DELETED_ACCOUNTS, SETTINGS

SIGNUP_MODES = ("open", "approval", "invitation", "closed")


class SiteSettings(Base):
    """The settings of the site: one row, or none before anybody has set anything, which means what stands here."""

    __tablename__ = "site_settings"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint(f"char_length(name) BETWEEN 1 AND {SITE_LENGTHS['name']}", name="name_length"),
        *(
            CheckConstraint(f"char_length({name}) <= {longest}", name=f"{name}_length")
            for name, longest in SITE_LENGTHS.items()
            if name != "name"
        ),
        CheckConstraint("accent ~ '^(#[0-9a-f]{6})?$'", name="accent_form"),
        CheckConstraint("icon ~ '^([0-9a-f]{32})?$'", name="icon_form"),
        CheckConstraint("language ~ '^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$'", name="language_form"),
        CheckConstraint(
            f"deletion_grace_days BETWEEN {DELETED_ACCOUNTS.least} AND {DELETED_ACCOUNTS.most}", name="deletion_grace"
        ),
        *(
            CheckConstraint(f"{each.setting} BETWEEN {each.least} AND {each.most}", name=each.setting)
            for each in SETTINGS
            if each is not DELETED_ACCOUNTS
        ),
        CheckConstraint("proof_of_work IN ('off', 'on')", name="proof_of_work_known"),
        CheckConstraint("signup IN ('open', 'approval', 'invitation', 'closed')", name="signup_known"),
        CheckConstraint("moderation_log IN ('moderators', 'public')", name="moderation_log_known"),
    )

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False, server_default=text("1"))
    name: Mapped[str] = mapped_column(Text, server_default=text("'feedapp'"))
    tagline: Mapped[str] = mapped_column(Text, server_default=text("''"))
    description: Mapped[str] = mapped_column(Text, server_default=text("''"))
    rules: Mapped[str] = mapped_column(Text, server_default=text("''"))
    privacy: Mapped[str] = mapped_column(Text, server_default=text("''"))
    contact: Mapped[str] = mapped_column(Text, server_default=text("''"))
    accent: Mapped[str] = mapped_column(Text, server_default=text("''"))
    language: Mapped[str] = mapped_column(Text, server_default=text("'en'"))
    icon: Mapped[str] = mapped_column(Text, server_default=text("''"))
    announcement: Mapped[str] = mapped_column(Text, server_default=text("''"))
    signup: Mapped[str] = mapped_column(Text, server_default=text("'open'"))
    proof_of_work: Mapped[str] = mapped_column(Text, server_default=text("'off'"))
    deletion_grace_days: Mapped[int] = mapped_column(SmallInteger, server_default=text("14"))
    notifications_days: Mapped[int] = mapped_column(SmallInteger, server_default=text("90"))
    devices_days: Mapped[int] = mapped_column(SmallInteger, server_default=text("365"))
    networks_days: Mapped[int] = mapped_column(SmallInteger, server_default=text("30"))
    refused_days: Mapped[int] = mapped_column(SmallInteger, server_default=text("30"))
    changes_days: Mapped[int] = mapped_column(SmallInteger, server_default=text("30"))
    moderation_days: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    moderation_log: Mapped[str] = mapped_column(Text, server_default=text("'moderators'"))


class Figures(Base):
    """What one server counted in about a minute, or all of them in an hour. `source` names the server.

    Other sources are `site` (what there is once for all: memory of Redis, the outbox) and, for hours, `servers`.
    """

    __tablename__ = "figures"
    __table_args__ = (CheckConstraint("span IN ('minute', 'hour')", name="span_known"),)

    span: Mapped[str] = mapped_column(Text, primary_key=True)
    at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), primary_key=True, server_default=text("clock_timestamp()")
    )
    source: Mapped[str] = mapped_column(Text, primary_key=True)
    totals: Mapped[dict[str, Any]] = mapped_column(JSONB)
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))


class ServerState(Base):
    """How the processes of one server were when it wrote its figures last."""

    __tablename__ = "server_states"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("clock_timestamp()"))
    state: Mapped[dict[str, Any]] = mapped_column(JSONB)
