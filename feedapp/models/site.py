"""The site itself: what it is called, what it says of itself, and who may come in."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, SmallInteger, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from feedapp.lengths import LONGEST_GRACE, SITE_LENGTHS
from feedapp.models.base import Base

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
        CheckConstraint("language ~ '^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$'", name="language_form"),
        CheckConstraint(f"deletion_grace_days BETWEEN 0 AND {LONGEST_GRACE}", name="deletion_grace"),
        CheckConstraint("signup IN ('open', 'approval', 'invitation', 'closed')", name="signup_known"),
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
    announcement: Mapped[str] = mapped_column(Text, server_default=text("''"))
    signup: Mapped[str] = mapped_column(Text, server_default=text("'open'"))
    deletion_grace_days: Mapped[int] = mapped_column(SmallInteger, server_default=text("14"))
