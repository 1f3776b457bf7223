"""People: their rows and counters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import IntegrityError

from feedapp.models import User
from feedapp.repositories import sight
from feedapp.repositories.written import Added

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from feedapp.extensions import ScopedSession

ADMINS_LOCK = 6_283_186
"""Any number, the same in every process, and no other lock's."""


class UserRepository:
    """Users, in the session's transaction."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def add(self, *, username: str, display_name: str, password_hash: str | None) -> Added | None:
        """Add a user with counters at zero; None if the name is taken."""
        added = self._session.execute(
            text(
                "INSERT INTO users (username, display_name, password_hash) VALUES (:username, :display_name, :hash) "
                "ON CONFLICT (username) DO NOTHING RETURNING id, created_at"
            ),
            {"username": username, "display_name": display_name, "hash": password_hash},
        ).one_or_none()
        if added is None:
            return None
        self._session.execute(text("INSERT INTO user_counters (user_id) VALUES (:id)"), {"id": added.id})
        return Added(*added)

    def get_by_name(self, username: str) -> User | None:
        """Give the user as the database has it now."""
        return self._session.scalar(
            select(User).where(User.username == username).execution_options(populate_existing=True)
        )

    def get(self, user_id: int) -> User | None:
        """Give the user as the database has it now."""
        return self._session.scalar(select(User).where(User.id == user_id).execution_options(populate_existing=True))

    def lock(self, user_id: int) -> User | None:
        """Give the user and keep others from changing or deleting it until the transaction ends."""
        query = select(User).where(User.id == user_id).with_for_update()
        return self._session.scalar(query.execution_options(populate_existing=True))

    def role_of(self, user_id: int) -> str | None:
        """Give somebody's role and keep it so until the transaction ends; None if there is no such user.

        Others may still refer to the user meanwhile, so this waits for nobody but who changes the role.
        """
        return self._session.scalar(select(User.role).where(User.id == user_id).with_for_update(read=True))

    def update(self, user_id: int, **columns: Any) -> bool:
        """Set columns of one user; False if another user has just taken the name.

        After a refusal the transaction can only be rolled back.
        """
        try:
            self._session.execute(update(User).where(User.id == user_id).values(**columns))
        except IntegrityError:
            return False
        return True

    def silence(self, user_id: int, *, silenced: bool) -> bool:
        """Note that only followers come upon what the user writes, or that all do; tell whether that is new."""
        stands = User.silenced_at.is_(None) if silenced else User.silenced_at.is_not(None)
        change = update(User).where(User.id == user_id, stands).values(silenced_at=func.now() if silenced else None)
        return self._session.scalar(change.returning(User.id)) is not None

    def leave(self, user_id: int) -> None:
        """Note that the user's deletion has begun; nobody can log in as them any more."""
        columns = {"password_hash": None, "leaving_since": func.now()}
        self._session.execute(update(User).where(User.id == user_id).values(columns))

    def leave_in(self, user_id: int, *, days: int) -> datetime:
        """Note that the user is to be deleted in so many days, and give when that is."""
        then = func.clock_timestamp() + func.make_interval(0, 0, 0, days)
        noted = update(User).where(User.id == user_id).values(deletion_at=then).returning(User.deletion_at)
        return self._session.execute(noted).scalar_one()  # type: ignore[return-value]  # it was just set

    def come_back(self, user_id: int) -> None:
        """Note that the user is not to be deleted any more."""
        self._session.execute(update(User).where(User.id == user_id).values(deletion_at=None))

    def due(self, *, at_most: int) -> Sequence[int]:
        """Give the ids of some users who are to be deleted by now, and whose deletion has not begun."""
        due = User.deletion_at <= func.clock_timestamp(), User.leaving_since.is_(None)
        return self._session.scalars(select(User.id).where(*due).order_by(User.id).limit(at_most)).all()

    def leaving(self, *, for_seconds: float, at_most: int) -> Sequence[int]:
        """Give the ids of some users whose deletion began so long ago and is not finished."""
        long_ago = User.leaving_since < func.clock_timestamp() - func.make_interval(0, 0, 0, 0, 0, 0, for_seconds)
        return self._session.scalars(select(User.id).where(long_ago).order_by(User.id).limit(at_most)).all()

    def delete(self, user_id: int) -> None:
        """Delete the row; rows that still refer to it are deleted with it, uncounted."""
        self._session.execute(delete(User).where(User.id == user_id))

    def has_other_admin(self, user_id: int) -> bool:
        """Tell whether anybody else can log in as an admin, and keep that so until the transaction ends.

        Whoever takes an admin away asks this first, one after the other: the lock is the database's own.
        """
        self._session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ADMINS_LOCK})
        query = text(
            "SELECT EXISTS (SELECT FROM users WHERE role = 'admin' AND id <> :id "  # noqa: S608
            f"AND password_hash IS NOT NULL AND {sight.in_sight()})"
        )
        return bool(self._session.scalar(query, {"id": user_id}))

    def count(self, user_id: int, **changes: int) -> int | None:
        """Add to counters (`posts`, `followers`, `following`), locking them; give the number of followers.

        None if there is no such user. The user cannot be deleted before the transaction ends: every write locks users
        before counters.
        """
        # A counter that is too low must not keep anybody from deleting; `flask counts check` finds it.
        columns = ", ".join(f"{name} = greatest({name} + %({name})s, 0)" for name in sorted(changes))
        counted = (
            f"UPDATE user_counters SET {columns} WHERE user_id = "  # noqa: S608  (names of our own)
            f"(SELECT id FROM users WHERE id = %(user_id)s FOR KEY SHARE) RETURNING {sight.FOLLOWERS}"
        )
        given = {"user_id": user_id, **changes}
        followers: int | None = self._session.connection().exec_driver_sql(counted, given).scalar()
        return followers

    def lock_counters(self, user_ids: Iterable[int]) -> None:
        """Lock the users against deletion, and their counters against changes, until the transaction ends."""
        ids = {"ids": sorted(set(user_ids))}
        for lock in (
            "SELECT FROM users WHERE id = ANY(:ids) ORDER BY id FOR KEY SHARE",
            "SELECT FROM user_counters WHERE user_id = ANY(:ids) ORDER BY user_id FOR NO KEY UPDATE",
        ):
            self._session.execute(text(lock), ids)

    def follower_ids(self, user_id: int) -> Sequence[int]:
        """Give the ids of all followers, as of now."""
        query = "SELECT follower_id FROM follows WHERE followee_id = %(id)s"
        return self._session.connection().exec_driver_sql(query, {"id": user_id}).scalars().all()
