"""Webhooks as a target of the outbox: each message is signed and posted, one at a time, and noted in a log.

Which message comes next is decided by whoever fills the queue (`FillsQueue`), once this one was received. A message to
a webhook that was deleted, disabled or changed meanwhile is dropped: what it tells is still there to be sent.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from feedapp.repositories.delivery.changes import Mark
from feedapp.repositories.delivery.webhook_queue import TARGET
from feedapp.writing.targets import Report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.repositories.delivery.messages import Message
    from feedapp.repositories.delivery.webhook_queue import Hook, WebhookQueue
    from feedapp.writing.targets.pinned_http import Outcome, PinnedHttp
    from feedapp.writing.targets.signing import WebhookSecrets

PING = "ping"
GONE = 410
log = logging.getLogger(__name__)


class FillsQueue(Protocol):
    """Decides what a webhook is sent next."""

    def fill(self, hook: Hook) -> None:
        """Queue what comes next for a webhook, if anything does."""


class WebhookTarget:
    """Sends. `agent` says who does."""

    name = TARGET
    patience = 30 * 86_400.0
    """Much longer than a webhook that fails is left enabled."""
    lease = 120.0
    at_once = 1
    first_look = 10.0

    def __init__(
        self, http: PinnedHttp, *, queue: WebhookQueue, filling: FillsQueue, secrets: WebhookSecrets, agent: str
    ) -> None:
        self._http = http
        self._queue = queue
        self._filling = filling
        self._secrets = secrets
        self._agent = agent

    def deliver(self, messages: Sequence[Message]) -> Report:
        """Send each, and queue what comes next."""
        return Report({message.id for message in messages if self._is_over(message)})

    def _is_over(self, message: Message) -> bool:
        """Send one. Tell whether nothing more is to be done about it."""
        payload = message.payload
        key, kind = payload["key"], payload["kind"]
        hook = self._queue.get(payload["webhook"])
        if hook is None or (kind != PING and (hook.disabled_at is not None or hook.queued != key)):
            return True
        outcome = self._sent(hook, message)
        if kind == PING:  # whoever asked for it looks into the log
            return True
        if outcome.is_good:
            self._queue.succeeded(hook.id, key=key, lineage=payload["lineage"], mark=Mark(*payload["mark"]))
            after = self._queue.get(hook.id)
            if after is not None:
                self._filling.fill(after)
            return True
        wants_no_more = outcome.status == GONE
        self._queue.failed(hook.id, key=key, trouble="The receiver answered 410: it wants no more." * wants_no_more)
        log.warning("Webhook %d was not reached (attempt %d): %s", hook.id, message.attempts, _text(outcome))
        return wants_no_more

    def _sent(self, hook: Hook, message: Message) -> Outcome:
        payload = message.payload
        key, body = payload["key"], payload["body"]
        nonces = [each for each in (hook.nonce, hook.former_nonce) if each is not None]
        headers = self._secrets.headers(nonces, key=key, moment=datetime.now(UTC), body=body)
        headers |= {"Content-Type": "application/json", "User-Agent": self._agent}
        began = monotonic()
        outcome = self._http.post(hook.url, body.encode(), headers)
        self._queue.note(
            hook.id,
            message=key,
            kind=payload["kind"],
            changes=payload["changes"],
            attempt=message.attempts,
            status=outcome.status,
            trouble=outcome.trouble,
            milliseconds=round(1_000 * (monotonic() - began)),
        )
        return outcome


def _text(outcome: Outcome) -> str:
    return f"{outcome.status} {outcome.trouble}".strip() if outcome.status is not None else outcome.trouble
