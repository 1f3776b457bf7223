"""What is sent to webhooks next: the changes that they were not told of, a hundred at most in one message.

The changes themselves are the queue: of each webhook one message is on its way, and the rest stays where mirrors find
it, too. So an hour without its receiver costs nothing, and what comes next is in order.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from secrets import token_hex
from typing import TYPE_CHECKING, Any

import orjson

from feedapp.reading.read_models import time_text
from feedapp.repositories.delivery.changes import Mark
from feedapp.services.content.changes.reading import view

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from feedapp.pagination import CursorCodec
    from feedapp.repositories.delivery.changes import Bounds, ChangeRepository, ChangeRow
    from feedapp.repositories.delivery.webhook_queue import Hook, WebhookQueue
    from feedapp.services.content.changes.reading import ChangesView

MOST = 100
"""Changes in a message."""
MOST_LOOKS = 20
"""Pages of changes of which none concerns a webhook that are passed over at a time."""
CHANGES, EXPIRED, PING = "changes", "expired", "ping"


class WebhookFilling:
    """Queues messages. `serialise` makes JSON of changes, as the API does."""

    def __init__(
        self,
        *,
        queue: WebhookQueue,
        changes: ChangeRepository,
        cursors: CursorCodec,
        serialise: Callable[[ChangesView], Any],
    ) -> None:
        self._queue = queue
        self._changes = changes
        self._cursors = cursors
        self._serialise = serialise

    def fill_all(self) -> int:
        """Queue what comes next for each webhook that waits for nothing; give for how many there was something."""
        waiting = self._queue.waiting()
        bounds = self._changes.bounds() if waiting else None
        return sum(self._filled(hook, bounds) for hook in waiting if bounds is not None)

    def fill(self, hook: Hook) -> None:
        """Queue what comes next for one, if nothing is on its way to it."""
        if hook.queued is None and hook.disabled_at is None:
            self._filled(hook, self._changes.bounds())

    def _filled(self, hook: Hook, bounds: Bounds) -> bool:
        if is_expired(hook, bounds):
            return self._put(hook, EXPIRED, [], bounds.end, bounds)
        for _ in range(MOST_LOOKS):
            rows = self._changes.after(hook.mark, horizon=bounds.horizon, size=MOST)
            if not rows:
                return False
            to = Mark(rows[-1].transaction_id, rows[-1].id)
            wanted = [row for row in rows if row.kind in hook.kinds]
            if wanted:
                return self._put(hook, CHANGES, wanted, to, bounds)
            if not self._queue.skip(hook, to):
                return False
            hook = replace(hook, mark=to, queued=None)
        return False

    def _put(self, hook: Hook, kind: str, rows: Sequence[ChangeRow], to: Mark, bounds: Bounds) -> bool:
        body = message(kind, self._serialise(view(rows, to, bounds, self._cursors)))
        payload = payload_of(hook.id, kind, body, changes=len(rows), lineage=bounds.lineage, mark=to)
        return self._queue.put(hook, key=payload["key"], payload=payload)


def is_expired(hook: Hook, bounds: Bounds) -> bool:
    """Tell whether changes after what a webhook was told last are no longer kept, or of another history."""
    if hook.lineage != bounds.lineage or hook.mark.transaction_id >= bounds.unborn:
        return True
    return bounds.dropped is not None and hook.mark < bounds.dropped


def message(kind: str, data: Any) -> str:
    """Write what is sent, as Standard Webhooks recommends."""
    return orjson.dumps({"type": kind, "timestamp": time_text(datetime.now(UTC)), "data": data}).decode()


def payload_of(webhook_id: int, kind: str, body: str, *, changes: int, lineage: int, mark: Mark) -> dict[str, Any]:
    """Give what stands in the outbox for a message, with a key of its own: the same in each attempt."""
    key = f"msg_{token_hex(12)}"
    return {
        "key": key,
        "webhook": webhook_id,
        "kind": kind,
        "body": body,
        "changes": changes,
        "lineage": lineage,
        "mark": list(mark),
    }
