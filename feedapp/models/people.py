"""People, the names they gave up, whom they follow, and how many."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  (SQLAlchemy reads the annotations)
from uuid import UUID  # noqa: TC003  (as above)

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Index, Integer, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from feedapp.lengths import BIO_LENGTH, DISPLAY_NAME_LENGTH, USERNAME_PATTERN
from feedapp.models.base import Base, counter, created, identity, refers

ROLES = ("member", "moderator", "admin")
"""What somebody may do for the site, each with all that the ones before may."""


class User(Base):
    """A person. `password_hash` is NULL for people who came with an import: they cannot log in until one is set.

    `deletion_at` is when the account will be deleted, as its owner wanted: until then it can be taken back, and nothing
    of it is shown. `leaving_since` is when the deletion began, which goes by portions. `suspended_at` is since when
    nothing of it is shown because a moderator said so. What that means for readers: `repositories/sight.py`.

    `key` never comes again, as an id may when a server failed and another took over from an earlier state: it is
    compared where an id was remembered. `avatar` names the files of their picture, see `feedapp.pictures`.
    `home_renewals` is how often the secret address of their home feed was renewed, see
    `feedapp.reading.tokens.home_secrets`. `locale` is the language that they want to be spoken to in, if any.
    """

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint(f"username ~ '{USERNAME_PATTERN}'", name="username_form"),
        CheckConstraint(f"char_length(display_name) BETWEEN 1 AND {DISPLAY_NAME_LENGTH}", name="display_name_length"),
        CheckConstraint(f"char_length(bio) <= {BIO_LENGTH}", name="bio_length"),
        CheckConstraint("role IN ('member', 'moderator', 'admin')", name="role_known"),
        CheckConstraint("avatar ~ '^[0-9a-f]{32}$'", name="avatar_form"),
        CheckConstraint("locale ~ '^[a-z]{2,3}(-[a-z0-9]{2,8})*$'", name="locale_form"),
        Index(None, "created_at", "id"),
        Index("ix_users_silenced", "id", postgresql_where=text("silenced_at IS NOT NULL")),
        Index("ix_users_avatar", "avatar", unique=True, postgresql_where=text("avatar IS NOT NULL")),
        Index("ix_users_staff", "id", postgresql_where=text("role <> 'member'")),
        Index(
            "ix_users_name_grams",
            text("feedapp_search_grams((username || ' '::text) || display_name)"),
            postgresql_using="gin",
        ),
        Index("ix_users_going", "id", postgresql_where=text("deletion_at IS NOT NULL OR leaving_since IS NOT NULL")),
        Index("ix_users_leaving", "leaving_since", postgresql_where=text("leaving_since IS NOT NULL")),
    )

    id: Mapped[int] = identity()
    username: Mapped[str] = mapped_column(Text, unique=True)
    display_name: Mapped[str] = mapped_column(Text)
    bio: Mapped[str] = mapped_column(Text, server_default=text("''"))
    password_hash: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = created()
    leaving_since: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    deletion_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    suspended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    key: Mapped[UUID] = mapped_column(server_default=text("gen_random_uuid()"))
    role: Mapped[str] = mapped_column(Text, server_default=text("'member'"))
    silenced_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    avatar: Mapped[str | None] = mapped_column(Text)
    home_renewals: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    locale: Mapped[str | None] = mapped_column(Text)

    @property
    def is_in_sight(self) -> bool:
        """Whether anything of theirs is shown: see `repositories/sight.py`."""
        return self.deletion_at is None and self.leaving_since is None and self.suspended_at is None


class FormerUsername(Base):
    """A username that was given up, and by whom, who need not exist any more.

    Only SHA-256 of the name is kept: somebody who deletes their account leaves no name behind.
    """

    __tablename__ = "former_usernames"

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger)
    user_key: Mapped[UUID]
    given_up_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("clock_timestamp()"))


class HeldName(Base):
    """That somebody had a username from one time to another, which texts of that time mean by it."""

    __tablename__ = "held_names"
    __table_args__ = (CheckConstraint("held_from < held_until", name="held_for_a_time"), Index(None, "username"))

    user_id: Mapped[int] = refers("users.id", primary_key=True)
    held_until: Mapped[datetime] = mapped_column(DateTime(timezone=True), primary_key=True)
    held_from: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    username: Mapped[str] = mapped_column(Text)


class UserCounter(Base):
    """How many posts, followers and followed people a user has."""

    __tablename__ = "user_counters"
    __table_args__ = (
        CheckConstraint("posts >= 0", name="posts_not_negative"),
        CheckConstraint("followers >= 0", name="followers_not_negative"),
        CheckConstraint("following >= 0", name="following_not_negative"),
        Index(None, "followers", "user_id"),
    )

    user_id: Mapped[int] = refers("users.id", primary_key=True)
    posts: Mapped[int] = counter()
    followers: Mapped[int] = counter()
    following: Mapped[int] = counter()


class Follow(Base):
    """That `follower` reads `followee` in the home feed."""

    __tablename__ = "follows"
    __table_args__ = (
        CheckConstraint("follower_id <> followee_id", name="not_oneself"),
        Index(None, "followee_id", "created_at", "follower_id"),
        Index(None, "follower_id", "created_at", "followee_id"),
    )

    follower_id: Mapped[int] = refers("users.id", primary_key=True)
    followee_id: Mapped[int] = refers("users.id", primary_key=True)
    created_at: Mapped[datetime] = created()
