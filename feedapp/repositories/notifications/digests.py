"""Digests: who wants by mail what they were told, who is to get one now, and where it goes."""

# ruff: noqa: S608  (only constants are put together)
from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from feedapp.postgres import database
from feedapp.repositories.sight import in_sight
from feedapp.timing import LONGEST_WRITE

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine

    from feedapp.extensions import ScopedSession

_STEP = "(CASE {}.every WHEN 'daily' THEN interval '1 day' ELSE interval '7 days' END)"
_CHOOSE = (
    "INSERT INTO notification_digests AS digest (user_id, every, due_at) "
    f"SELECT chosen.user_id, every, now() + {_STEP.format('chosen')} "
    "FROM (SELECT CAST(%(user)s AS bigint) AS user_id, CAST(%(every)s AS text) AS every) AS chosen "
    "ON CONFLICT (user_id) DO UPDATE SET every = excluded.every, due_at = excluded.due_at "
    "WHERE digest.every <> excluded.every RETURNING user_id"
)
_END = "DELETE FROM notification_digests WHERE user_id = %(user)s RETURNING user_id"
_RECIPIENTS = (
    "JOIN mail_addresses AS mail ON mail.user_id = users.id AND mail.verified_at IS NOT NULL "
    f"WHERE {in_sight()} AND users.id = "
)
_DUE = (
    "WITH due AS (SELECT digest.*, now() - make_interval(secs => %(settled)s) AS until "
    "FROM notification_digests AS digest WHERE due_at <= now() ORDER BY due_at, user_id LIMIT %(most)s "
    "FOR UPDATE SKIP LOCKED), "
    "moved AS (UPDATE notification_digests AS digest SET told_until = greatest(due.until, due.told_until), "
    f"due_at = due.due_at + {_STEP.format('due')} * (1 + floor(extract(epoch FROM now() - due.due_at) "
    f"/ extract(epoch FROM {_STEP.format('due')}))) "
    "FROM due WHERE digest.user_id = due.user_id) "
    "SELECT user_id, told_until, until, EXISTS ("
    f"SELECT FROM users {_RECIPIENTS} due.user_id AND EXISTS (SELECT FROM notifications AS notice "
    "WHERE recipient_id = due.user_id AND unread_since IS NOT NULL "
    "AND notice.created_at > due.told_until AND notice.created_at <= due.until "
    "AND NOT EXISTS (SELECT FROM refused_notifications AS refused "
    "WHERE refused.user_id = due.user_id AND refused.kind = notice.kind))) FROM due"
)
"""Whose turn it is: each gets another one, in whole steps, so that a site that stood still sends one and not many."""
_RECIPIENT = (
    "SELECT users.id, username, users.key::text, address, locale FROM users "
    f"JOIN notification_digests AS digest ON digest.user_id = users.id {_RECIPIENTS} %(user)s"
)
_KEY = "SELECT key::text, username FROM users WHERE id = %(user)s"
SETTLED = LONGEST_WRITE + 30.0
"""Seconds after which nothing that happened earlier can still come: its place is given before it is committed."""


class Due(NamedTuple):
    """Whose turn it is, and the places between which they have not been told yet; `news` if there seems to be any."""

    user_id: int
    since: datetime
    until: datetime
    news: bool


class Recipient(NamedTuple):
    """Who gets a digest, and where."""

    user_id: int
    username: str
    user_key: str
    address: str
    locale: str | None


class DigestRepository:
    """In the session's transaction."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def choose(self, user_id: int, every: str) -> bool:
        """Let somebody have one so often, the first after that time. False if that is so already."""
        given = {"user": user_id, "every": every}
        return self._session.connection().exec_driver_sql(_CHOOSE, given).one_or_none() is not None

    def end(self, user_id: int) -> bool:
        """Let somebody have none. False if that is so already."""
        return self._session.connection().exec_driver_sql(_END, {"user": user_id}).one_or_none() is not None

    def take_due(self, *, at_most: int) -> list[Due]:
        """Give some whose turn it is, and let their next turn come later. What others are at is left out."""
        given = {"most": at_most, "settled": SETTLED}
        return [Due(*row) for row in self._session.connection().exec_driver_sql(_DUE, given)]

    def key_of(self, user_id: int) -> tuple[str, str] | None:
        """Give what a link names an account by, and its name."""
        found = self._session.connection().exec_driver_sql(_KEY, {"user": user_id}).one_or_none()
        return None if found is None else (found[0], found[1])


class DigestReader:
    """What is looked up when a digest leaves, outside of requests. `engine` is that of `database.connect_reads`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def recipient(self, user_id: int) -> Recipient | None:
        """Give where the digest of somebody goes, if they want one still, have an address, and are in sight."""
        found = database.read(self._engine, _RECIPIENT, {"user": user_id})
        return Recipient(*found[0]) if found else None
