"""What is done about webhooks by periodic jobs: their queues are filled, hopeless ones disabled, old logs deleted."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from feedapp import retention
from feedapp.repositories.delivery.webhook_queue import TARGET

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedapp.repositories.delivery.webhooks import WebhookRepository
    from feedapp.services.content.changes.filling import WebhookFilling
    from feedapp.writing.mail.mailer import Mailer
    from feedapp.writing.unit_of_work import UnitOfWork

PATIENCE = timedelta(days=3)
"""How long a webhook may fail before it is disabled."""
KEPT = timedelta(days=retention.WEBHOOKS.days)
"""How long lines of the log are kept, if there are not more than a hundred later ones."""
log = logging.getLogger("feedapp.security")


class WebhookCare:
    """The periodic jobs about webhooks."""

    def __init__(
        self,
        *,
        unit_of_work: UnitOfWork,
        webhooks: WebhookRepository,
        mailer: Mailer,
        filling: WebhookFilling,
        wake: Callable[[list[str]], None],
    ) -> None:
        self._filling = filling
        self._wake = wake
        self._unit_of_work = unit_of_work
        self._webhooks = webhooks
        self._mailer = mailer

    def fill(self) -> int:
        """Queue what comes next for each webhook, and have it sent; give for how many there was something."""
        queued = self._filling.fill_all()
        if queued:
            self._wake([TARGET])
        return queued

    def disable_hopeless(self) -> int:
        """Disable those that failed for too long, or want no more, and tell the admins by mail; give how many."""
        with self._unit_of_work() as work:
            rows = self._webhooks.hopeless(failing_before=datetime.now(UTC) - PATIENCE)
            admins = self._webhooks.admins() if rows else ()
            for row in rows:
                trouble = row.trouble or f"It could not be reached for {PATIENCE.days} days."
                self._webhooks.update(row.id, disabled_at=datetime.now(UTC), trouble=trouble, queued=None)
                log.error("Webhook %d to %s was disabled: %s", row.id, row.url, trouble)
                for admin in admins:
                    facts = {"name": row.name, "url": row.url, "why": trouble, "id": str(row.id)}
                    self._mailer.to_member(work, admin, "webhook_disabled", **facts)
            return len(rows)

    def sweep(self) -> int:
        """Delete old lines of the log; give how many."""
        with self._unit_of_work():
            return self._webhooks.sweep(before=datetime.now(UTC) - KEPT)
