"""Pushes as a target of the outbox: each tells one browser of one notification, if that is still to be told.

What it says is put together when it leaves, as its reader sees it then; nothing of it waits in the outbox.
"""

from __future__ import annotations

import logging
from time import time
from typing import TYPE_CHECKING, Protocol

import orjson

from feedapp.writing.targets import Report
from feedapp.writing.targets.web_push import encrypt, topic

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from feedapp.repositories.delivery.messages import Message
    from feedapp.repositories.notifications.pushes import PushReader
    from feedapp.writing.targets.pinned_http import PinnedHttp
    from feedapp.writing.targets.web_push import VapidKeys

TARGET = "push"
GONE = frozenset({404, 410})
LATER = frozenset({408, 429, *range(500, 600)})
DAY = 86_400
log = logging.getLogger(__name__)


class WritesPushes(Protocol):
    """Says what a device shows."""

    def notice(self, user_id: int, notification_id: int) -> Mapping[str, str] | None:
        """Give what somebody is shown of a notification; None for what is read, taken back or out of sight by now."""


class PushTarget:
    """Sends. `subject` gives where operators of push services reach those of the site."""

    name = TARGET
    patience = float(DAY)
    """What happened a day ago is no news for a device: the page has it."""
    lease = 90.0
    at_once = 4

    def __init__(
        self,
        http: PinnedHttp,
        *,
        subscriptions: PushReader,
        notices: WritesPushes,
        keys: VapidKeys,
        subject: Callable[[], str],
    ) -> None:
        self._http = http
        self._subscriptions = subscriptions
        self._notices = notices
        self._keys = keys
        self._subject = subject

    def deliver(self, messages: Sequence[Message]) -> Report:
        """Send each. What a push service is not able to take now is tried again."""
        delivered, refused = set(), {}
        for message in messages:
            trouble = self._trouble(message)
            if trouble is None:
                delivered.add(message.id)
            elif trouble:
                refused[message.id] = trouble
        return Report(delivered, refused)

    def _trouble(self, message: Message) -> str | None:
        """Send one. Give why it can never be sent; nothing if it may later, None if no more is to be done."""
        payload = message.payload
        to = self._subscriptions.get(payload["subscription"])
        notice = None if to is None else self._notices.notice(to.user_id, payload["notification"])
        if to is None or notice is None:
            return None
        body = encrypt(orjson.dumps(notice), p256dh=to.p256dh, auth=to.auth)
        headers = {
            "Authorization": self._keys.authorization(to.endpoint, subject=self._subject(), now=time()),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(DAY),
            "Topic": topic(notice["tag"]),
            "Urgency": "normal",
        }
        outcome = self._http.post(to.endpoint, body, headers)
        if outcome.is_good:
            return None
        if outcome.status in GONE:
            self._subscriptions.remove(to)
            log.info("Push subscription %d has ended: its push service answered %d", to.id, outcome.status)
            return None
        said = f"{outcome.status or ''} {outcome.trouble}".strip()
        if outcome.status is None or outcome.status in LATER:
            log.warning("Push subscription %d was not reached (attempt %d): %s", to.id, message.attempts, said)
            return ""
        return said
