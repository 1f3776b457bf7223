"""Idempotency records: requests that were carried out under an Idempotency-Key, and their answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import func, literal, select, text, update

from feedapp import retention
from feedapp.models import IdempotencyRecord

if TYPE_CHECKING:
    from sqlalchemy import CursorResult

    from feedapp.extensions import ScopedSession

KEPT = f"{retention.ANSWERS.days} days"
NOBODY = 0
"""Stands for "nobody was signed in" in the index; no user has this id."""


class IdempotencyRepository:
    """Records, in the session's transaction. `user_id` is None for anonymous requests."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def claim(self, *, user_id: int | None, key: str, fingerprint: bytes) -> int | None:
        """Add a record without an answer and give its id; None if there is one of this key.

        Waits for a transaction that has just added one, until it ends.
        """
        added = text(
            "INSERT INTO idempotency_records (user_id, key, fingerprint) VALUES (:user_id, :key, :fingerprint) "
            "ON CONFLICT DO NOTHING RETURNING id"
        )
        record_id: int | None = self._session.scalar(
            added, {"user_id": user_id, "key": key, "fingerprint": fingerprint}
        )
        return record_id

    def get(self, *, user_id: int | None, key: str) -> IdempotencyRecord | None:
        """Give the record of a key."""
        scope = func.coalesce(IdempotencyRecord.user_id, text("0")) == literal(user_id or NOBODY)
        return self._session.scalar(select(IdempotencyRecord).where(scope, IdempotencyRecord.key == key))

    def answer(self, record_id: int, *, status: int, location: str | None, body: bytes) -> None:
        """Set the answer."""
        columns = {"status": status, "location": location, "body": body}
        self._session.execute(update(IdempotencyRecord).where(IdempotencyRecord.id == record_id).values(columns))

    def clean(self) -> int:
        """Delete records older than a day; give how many."""
        old = f"DELETE FROM idempotency_records WHERE created_at < clock_timestamp() - interval '{KEPT}'"  # noqa: S608
        return cast("CursorResult[Any]", self._session.execute(text(old))).rowcount
