"""Messages to targets other than Redis: rows written in the transaction of their write, deleted once delivered.

They have a table of their own beside the outbox of stale keys. A deletion is delivered once per run of Redis, by any
process, and is polled for several times a second: a mail server that is down for a day must not slow that down. A
message is delivered by one process, with exponential backoff (ADR 29).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import insert, text

from feedapp.models import OutboxMessage

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import Engine

    from feedapp.extensions import ScopedSession


class Message(NamedTuple):
    """A message to deliver. `attempts` includes the current one; `age` is in seconds."""

    id: int
    payload: dict[str, Any]
    attempts: int
    created_at: datetime
    age: float


class MessageRepository:
    """Adds in the session's transaction; all else runs in statements of its own (`engine` in autocommit)."""

    def __init__(self, *, session: ScopedSession, engine: Engine) -> None:
        self._session = session
        self._engine = engine

    def add(self, messages: Sequence[tuple[str, dict[str, Any]]]) -> None:
        """Add (target, payload) pairs, as part of a write, in one statement."""
        rows = [{"target": target, "payload": payload} for target, payload in messages]
        self._session.execute(insert(OutboxMessage).values(rows))

    def due(self, targets: Sequence[str]) -> list[str]:
        """Say for which of these targets messages are due."""
        looked = text(
            "SELECT name FROM unnest(CAST(:targets AS text[])) AS name WHERE EXISTS ("
            "SELECT FROM outbox_messages WHERE target = name AND due_at <= clock_timestamp())"
        )
        with self._engine.connect() as connection:
            return list(connection.scalars(looked, {"targets": list(targets)}))

    def claim(self, target: str, *, at_most: int, lease: float) -> list[Message]:
        """Take due messages, the oldest first, for so many seconds, after which they are due again."""
        claimed = text(
            "UPDATE outbox_messages SET attempts = attempts + 1, "
            "due_at = clock_timestamp() + make_interval(secs => :lease) WHERE id IN ("
            "SELECT id FROM outbox_messages WHERE target = :target AND due_at <= clock_timestamp() "
            "ORDER BY due_at, id LIMIT :at_most FOR UPDATE SKIP LOCKED"
            ") RETURNING id, payload, attempts, created_at, extract(epoch FROM clock_timestamp() - created_at)::float8"
        )
        with self._engine.connect() as connection:
            found = connection.execute(claimed, {"target": target, "at_most": at_most, "lease": lease})
            return sorted(Message(*row) for row in found)

    def remove(self, ids: Collection[int]) -> None:
        """Delete messages that were delivered or given up."""
        with self._engine.connect() as connection:
            connection.execute(text("DELETE FROM outbox_messages WHERE id = ANY(:ids)"), {"ids": list(ids)})

    def postpone(self, pauses: Sequence[tuple[Message, float]]) -> None:
        """Make messages due again in so many seconds, except those that another process has taken meanwhile."""
        postponed = text(
            "UPDATE outbox_messages SET due_at = clock_timestamp() + make_interval(secs => pause) "
            "FROM unnest(CAST(:ids AS bigint[]), CAST(:attempts AS int[]), CAST(:pauses AS float8[])) "
            "AS given (given_id, seen, pause) WHERE id = given_id AND attempts = seen"
        )
        given = {
            "ids": [each.id for each, _ in pauses],
            "attempts": [each.attempts for each, _ in pauses],
            "pauses": [pause for _, pause in pauses],
        }
        with self._engine.connect() as connection:
            connection.execute(postponed, given)
