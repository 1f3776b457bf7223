"""What is on its way to webhooks: one message for each at a time, in statements of their own (`engine` in autocommit).

A message is put into the outbox by one statement that also names it in the webhook's row, and only if nothing was
there and the webhook stands where it was read. So of two processes one does it, and nothing is sent out of order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import text

from feedapp.repositories.delivery.changes import Mark

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine

TARGET = "webhooks"
KEPT = 100
"""Lines of the log that are kept of each webhook."""
_COLUMNS = (
    "id, url, kinds, nonce, CASE WHEN former_until > clock_timestamp() THEN former_nonce END, lineage, "
    "transaction_id, change_id, queued, disabled_at"
)
_GONE = (
    "NOT EXISTS (SELECT FROM outbox_messages WHERE target = :target AND payload ->> 'key' = queued)"  # it was given up
)
_WAITING = text(
    f"SELECT {_COLUMNS} FROM webhooks WHERE disabled_at IS NULL AND trouble = '' "  # noqa: S608
    f"AND (queued IS NULL OR {_GONE}) ORDER BY id"
)
_ONE = text(f"SELECT {_COLUMNS} FROM webhooks WHERE id = :id")  # noqa: S608
_AS_READ = (
    "id = :id AND disabled_at IS NULL AND queued IS NOT DISTINCT FROM :expected "
    "AND (transaction_id, change_id) = (:transaction, :change)"
)
_PUT = text(
    f"WITH hook AS (UPDATE webhooks SET queued = :key WHERE {_AS_READ} RETURNING id) "  # noqa: S608
    "INSERT INTO outbox_messages (target, payload) SELECT :target, CAST(:payload AS jsonb) FROM hook RETURNING id"
)
_SKIP = text(
    "UPDATE webhooks SET queued = NULL, transaction_id = :to_transaction, change_id = :to_change "  # noqa: S608
    f"WHERE {_AS_READ} RETURNING id"
)
_SUCCEEDED = text(
    "UPDATE webhooks SET queued = NULL, lineage = :lineage, transaction_id = :transaction, change_id = :change, "
    "failing_since = NULL, delivered_at = clock_timestamp() WHERE id = :id AND queued = :key"
)
_FAILED = text(
    "UPDATE webhooks SET failing_since = coalesce(failing_since, clock_timestamp()), "
    "trouble = CASE WHEN disabled_at IS NULL THEN :trouble ELSE trouble END WHERE id = :id AND queued = :key"
)
_NOTE = text(
    "WITH old AS (DELETE FROM webhook_deliveries WHERE webhook_id = :id AND id <= (SELECT id FROM webhook_deliveries "
    "WHERE webhook_id = :id ORDER BY id DESC OFFSET :kept LIMIT 1)) "
    "INSERT INTO webhook_deliveries (webhook_id, message, kind, changes, attempt, status, trouble, milliseconds) "
    "SELECT id, :message, :kind, :changes, :attempt, :status, :trouble, :milliseconds FROM webhooks WHERE id = :id"
)


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook as whoever sends to it sees it. `former_nonce` is None once it signs no more."""

    id: int
    url: str
    kinds: list[str]
    nonce: bytes
    former_nonce: bytes | None
    lineage: int
    mark: Mark
    queued: str | None
    disabled_at: datetime | None


class WebhookQueue:
    """Reads where webhooks stand, puts messages for them into the outbox, and notes what came of them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def waiting(self) -> list[Hook]:
        """Give those for which nothing is on its way."""
        with self._engine.connect() as connection:
            return [_hook(row) for row in connection.execute(_WAITING, {"target": TARGET})]

    def get(self, webhook_id: int) -> Hook | None:
        """Give one."""
        with self._engine.connect() as connection:
            row = connection.execute(_ONE, {"id": webhook_id}).one_or_none()
        return None if row is None else _hook(row)

    def put(self, hook: Hook, *, key: str, payload: dict[str, Any]) -> bool:
        """Send a message to one, unless it stands elsewhere by now. Tell whether it was sent."""
        given = {**_as_read(hook), "key": key, "target": TARGET, "payload": orjson.dumps(payload).decode()}
        with self._engine.connect() as connection:
            return connection.scalar(_PUT, given) is not None

    def skip(self, hook: Hook, to: Mark) -> bool:
        """Let one stand further on, since nothing before concerns it. Tell whether it does."""
        given = {**_as_read(hook), "to_transaction": to.transaction_id, "to_change": to.change_id}
        with self._engine.connect() as connection:
            return connection.scalar(_SKIP, given) is not None

    def succeeded(self, webhook_id: int, *, key: str, lineage: int, mark: Mark) -> None:
        """Note that a message was delivered, and all before this mark with it."""
        given = {"id": webhook_id, "key": key, "lineage": lineage}
        with self._engine.connect() as connection:
            connection.execute(_SUCCEEDED, {**given, "transaction": mark.transaction_id, "change": mark.change_id})

    def failed(self, webhook_id: int, *, key: str, trouble: str = "") -> None:
        """Note that a message was not delivered; with a trouble it is never to be tried again."""
        with self._engine.connect() as connection:
            connection.execute(_FAILED, {"id": webhook_id, "key": key, "trouble": trouble})

    def note(self, webhook_id: int, **line: Any) -> None:
        """Write a line of the log, and delete those beyond `KEPT`."""
        with self._engine.connect() as connection:
            connection.execute(_NOTE, {"id": webhook_id, "kept": KEPT - 1, **line})


def _hook(row: Any) -> Hook:
    id_, url, kinds, nonce, former, lineage, transaction_id, change_id, queued, disabled_at = row
    former = None if former is None else bytes(former)
    return Hook(id_, url, kinds, bytes(nonce), former, lineage, Mark(transaction_id, change_id), queued, disabled_at)


def _as_read(hook: Hook) -> dict[str, Any]:
    return {
        "id": hook.id,
        "expected": hook.queued,
        "transaction": hook.mark.transaction_id,
        "change": hook.mark.change_id,
    }
