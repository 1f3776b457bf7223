"""Webhooks: those of the site, in the session's transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select, text, update

from feedapp.models import User, Webhook, WebhookDelivery

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from feedapp.extensions import ScopedSession


class WebhookRepository:
    """Webhooks, and the log of what was delivered to them."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def listed(self) -> Sequence[Webhook]:
        """Give them all, the oldest first."""
        return self._session.scalars(select(Webhook).order_by(Webhook.id)).all()

    def get(self, webhook_id: int) -> Webhook | None:
        """Give one as it is now, and keep others from changing it until the transaction ends."""
        query = select(Webhook).where(Webhook.id == webhook_id).with_for_update()
        return self._session.scalar(query.execution_options(populate_existing=True))

    def add(self, *, at_most: int, **columns: Any) -> Webhook | None:
        """Add one; None if there are too many."""
        self._session.execute(text("LOCK TABLE webhooks IN SHARE ROW EXCLUSIVE MODE"))  # they are counted
        if (self._session.scalar(select(func.count()).select_from(Webhook)) or 0) >= at_most:
            return None
        return self._session.scalar(insert(Webhook).values(**columns).returning(Webhook))

    def update(self, webhook_id: int, **columns: Any) -> None:
        """Set columns of one."""
        self._session.execute(update(Webhook).where(Webhook.id == webhook_id).values(**columns))

    def remove(self, webhook_id: int) -> bool:
        """Delete one with its log. Tell whether there was one."""
        gone = delete(Webhook).where(Webhook.id == webhook_id).returning(Webhook.id)
        return self._session.scalar(gone) is not None

    def deliveries(self, webhook_id: int) -> Sequence[WebhookDelivery]:
        """Give what is kept of its log, the latest first."""
        of_it = select(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook_id)
        return self._session.scalars(of_it.order_by(WebhookDelivery.id.desc())).all()

    def hopeless(self, *, failing_before: datetime) -> Sequence[Webhook]:
        """Give and lock those that are to be disabled: they fail for long, or want no more."""
        is_hopeless = (Webhook.failing_since < failing_before) | (Webhook.trouble != "")
        query = select(Webhook).where(Webhook.disabled_at.is_(None), is_hopeless).with_for_update()
        return self._session.scalars(query.execution_options(populate_existing=True)).all()

    def sweep(self, *, before: datetime) -> int:
        """Delete lines of the log that are older; give how many."""
        gone = delete(WebhookDelivery).where(WebhookDelivery.at < before).returning(WebhookDelivery.id)
        return len(self._session.scalars(gone).all())

    def admins(self) -> Sequence[int]:
        """Give who runs the site, at most twenty: those who came first."""
        query = select(User.id).where(User.role == "admin").order_by(User.id).limit(20)
        return self._session.scalars(query).all()
