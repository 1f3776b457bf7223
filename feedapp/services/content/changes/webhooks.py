"""Webhooks: addresses that admins let the site send changes to. Making, changing, testing, ending; and their log."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from secrets import token_bytes
from typing import TYPE_CHECKING, Any

from feedapp.errors import FieldError, InvalidInputError, NotFoundError, TooManyWebhooksError
from feedapp.repositories.delivery.changes import Mark
from feedapp.repositories.delivery.webhook_queue import TARGET
from feedapp.services import policy
from feedapp.services.content.changes.filling import PING, message, payload_of
from feedapp.services.content.changes.webhook_views import PingView, delivery_of, view_of
from feedapp.writing.targets.signing import NONCE_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from feedapp.models import Webhook
    from feedapp.reading.read_models import Viewer
    from feedapp.reading.viewers import Credentials, ViewerService
    from feedapp.repositories.delivery.changes import ChangeRepository
    from feedapp.repositories.delivery.webhooks import WebhookRepository
    from feedapp.repositories.users import UserRepository
    from feedapp.services.content.changes.webhook_views import DeliveryView, WebhookView
    from feedapp.writing.idempotency import Once
    from feedapp.writing.targets.signing import WebhookSecrets
    from feedapp.writing.unit_of_work import UnitOfWork, Work

WEBHOOK = policy.Thing("webhook")
MOST = 20
FORMER = timedelta(days=1)
"""How long the secret of before signs beside a new one."""
log = logging.getLogger("feedapp.security")


class WebhookService:
    """What admins do with webhooks, and operators, who are asked nothing (`by` is None).

    `private`: whether they may lead to networks of the site's own, and without TLS.
    """

    def __init__(
        self,
        *,
        viewers: ViewerService,
        users: UserRepository,
        unit_of_work: UnitOfWork,
        webhooks: WebhookRepository,
        changes: ChangeRepository,
        secrets: WebhookSecrets,
        private: bool,
    ) -> None:
        self._viewers = viewers
        self._users = users
        self._unit_of_work = unit_of_work
        self._webhooks = webhooks
        self._changes = changes
        self._secrets = secrets
        self._private = private

    def listed(self, by: Credentials | None) -> tuple[Viewer | None, list[WebhookView]]:
        """Give all of them, the oldest first. Raise UnauthenticatedError, ForbiddenError."""
        viewer = self._viewer(by)
        with self._unit_of_work():
            return viewer, [view_of(row) for row in self._webhooks.listed()]

    def one(self, by: Credentials | None, webhook_id: int) -> WebhookView:
        """Give one. Raise NotFoundError, and as `listed`."""
        self._viewer(by)
        with self._unit_of_work():
            return view_of(self._found(webhook_id))

    def issued(self, by: Credentials | None, webhook_id: int) -> WebhookView:
        """Give one with its secret, to whoever has just made that. Raise as `one`."""
        self._viewer(by)
        with self._unit_of_work():
            row = self._found(webhook_id)
            return view_of(row, self._secrets.secret(row.nonce))

    def deliveries(self, by: Credentials | None, webhook_id: int) -> tuple[WebhookView, list[DeliveryView]]:
        """Give one and its log, the latest attempt first. Raise as `one`."""
        self._viewer(by)
        with self._unit_of_work():
            row = self._found(webhook_id)
            return view_of(row), [delivery_of(each) for each in self._webhooks.deliveries(webhook_id)]

    def add(
        self, by: Credentials | None, *, url: str, name: str, kinds: Sequence[str], once: Once | None = None
    ) -> WebhookView:
        """Add one, which is told of what changes from now on. Raise TooManyWebhooksError, InvalidInputError."""
        viewer = self._viewer(by)
        self._check(url)
        bounds = self._changes.bounds()
        with self._unit_of_work() as work:
            work.claim(once, by=None if viewer is None else viewer.id)
            actor = self._acts(viewer)
            row = self._webhooks.add(
                at_most=MOST,
                url=url,
                name=name,
                kinds=list(kinds),
                nonce=token_bytes(NONCE_BYTES),
                lineage=bounds.lineage,
                transaction_id=bounds.end.transaction_id,
                change_id=bounds.end.change_id,
            )
            if row is None:
                raise TooManyWebhooksError(f"This site has {MOST} webhooks, and that is the limit: delete one first.")
            log.info("Webhook %d to %s was made by %s", row.id, url, actor)
            return work.done(view_of(row, self._secrets.secret(row.nonce)))

    def change(
        self,
        by: Credentials | None,
        webhook_id: int,
        *,
        url: str | None = None,
        name: str | None = None,
        kinds: Sequence[str] | None = None,
        enabled: bool | None = None,
    ) -> WebhookView:
        """Change some of it. Enabled, it is tried at once, from where it stands. Raise InvalidInputError; as `one`."""
        viewer = self._viewer(by)
        if url is not None:
            self._check(url)

        def act(_: Work, row: Webhook) -> str:
            given = {"url": url, "name": name, "kinds": None if kinds is None else list(kinds)}
            columns: dict[str, Any] = {column: value for column, value in given.items() if value is not None}
            if enabled:
                columns |= {"disabled_at": None, "failing_since": None, "trouble": "", "queued": None}
            elif enabled is False and row.disabled_at is None:
                columns |= {"disabled_at": datetime.now(UTC), "trouble": "", "queued": None}
            elif url is not None and url != row.url:
                columns |= {"queued": None, "failing_since": None}
            if columns:
                self._webhooks.update(webhook_id, **columns)
            return "changed"

        self._done(viewer, webhook_id, act)
        return self.one(by, webhook_id)

    def renew(self, by: Credentials | None, webhook_id: int, once: Once | None = None) -> WebhookView:
        """Give one another secret; for a day messages are signed by both. Raise as `one`."""
        viewer = self._viewer(by)
        with self._unit_of_work() as work:
            work.claim(once, by=None if viewer is None else viewer.id)
            actor = self._acts(viewer)
            row = self._found(webhook_id)
            nonce = token_bytes(NONCE_BYTES)
            former = {"former_nonce": row.nonce, "former_until": datetime.now(UTC) + FORMER}
            self._webhooks.update(webhook_id, nonce=nonce, **former)
            log.info("Webhook %d got another secret from %s", webhook_id, actor)
            return work.done(view_of(row, self._secrets.secret(nonce)))

    def ping(self, by: Credentials | None, webhook_id: int, once: Once | None = None) -> PingView:
        """Send a message that says nothing, also to one that is disabled. Raise as `one`."""
        viewer = self._viewer(by)
        with self._unit_of_work() as work:
            work.claim(once, by=None if viewer is None else viewer.id)
            self._acts(viewer)
            self._found(webhook_id)
            body = message(PING, {})
            payload = payload_of(webhook_id, PING, body, changes=0, lineage=0, mark=Mark(0, 0))
            work.sends(TARGET, payload)
            return work.done(PingView(payload["key"]))

    def remove(self, by: Credentials | None, webhook_id: int) -> None:
        """Delete one with its log. Raise as `one`."""

        def act(_: Work, __: Webhook) -> str:
            self._webhooks.remove(webhook_id)
            return "deleted"

        self._done(self._viewer(by), webhook_id, act)

    def _done(self, viewer: Viewer | None, webhook_id: int, act: Callable[[Work, Webhook], str]) -> None:
        with self._unit_of_work() as work:
            actor = self._acts(viewer)
            what = act(work, self._found(webhook_id))
            log.info("Webhook %d was %s by %s", webhook_id, what, actor)

    def _viewer(self, by: Credentials | None) -> Viewer | None:
        """Give who asks; None stands for an operator. Raise UnauthenticatedError, ForbiddenError."""
        if by is None:
            return None
        viewer = self._viewers.require(by)
        policy.require(viewer, "edit", WEBHOOK)
        return viewer

    def _acts(self, viewer: Viewer | None) -> str:
        """Ask once more, for the role that somebody has in this transaction; name who acts."""
        if viewer is None:
            return "an operator"
        policy.require_role(self._users.role_of(viewer.id) or "", "edit", WEBHOOK)
        return f"user {viewer.id}"

    def _found(self, webhook_id: int) -> Webhook:
        row = self._webhooks.get(webhook_id)
        if row is None:
            raise NotFoundError("There is no such webhook, or it was deleted.")
        return row

    def _check(self, url: str) -> None:
        if not self._private and not url.startswith("https://"):
            raise InvalidInputError(FieldError("url", "must begin with https://"))
