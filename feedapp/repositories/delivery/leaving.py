"""What should have left the site and has not, and where pushes go: for `doctor`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text

from feedapp.postgres import database

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Engine

_STUCK = (
    "SELECT count(*) AS messages, coalesce(max(attempts), 0) AS attempts, "
    "coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::float8 AS age FROM outbox_messages "
    "WHERE target = ANY(%(targets)s) AND attempts >= 3 AND created_at < clock_timestamp() - interval '10 minutes'"
)
_WEBHOOKS = (
    "SELECT id, name, split_part(split_part(url, '://', 2), '/', 1) AS host, "
    "coalesce(extract(epoch FROM clock_timestamp() - failing_since), 0)::float8 AS age, "
    "disabled_at IS NOT NULL AS is_disabled, coalesce(nullif(trouble, ''), (SELECT trim(concat(attempt.status, ' ', "
    "attempt.trouble)) FROM webhook_deliveries AS attempt WHERE webhook_id = webhooks.id "
    "ORDER BY attempt.id DESC LIMIT 1), '') AS trouble FROM webhooks "
    "WHERE (disabled_at IS NULL AND failing_since < clock_timestamp() - interval '1 hour') "
    "OR (disabled_at IS NOT NULL AND trouble <> '') ORDER BY id LIMIT 20"
)
_PUSH_SERVICES = (
    "SELECT substring(endpoint FROM '^[a-z]+://[^/]+') AS origin FROM push_subscriptions "
    "GROUP BY 1 ORDER BY count(DISTINCT user_id) DESC, 1 LIMIT 3"
)
_MADE_BEFORE = (
    "SELECT (SELECT count(*) FROM push_subscriptions AS push JOIN tokens ON tokens.id = token_id "
    "WHERE push.created_at < ending.at AND expires_at > now()) AS devices, "
    "(SELECT count(*) FROM second_factors WHERE confirmed_at < ending.at) AS authenticators "
    "FROM (SELECT coalesce(to_timestamp(%(since)s), 'infinity') AS at) AS ending"
)
_FORGET = text("DELETE FROM push_subscriptions WHERE created_at < to_timestamp(:before)")


class Stuck(NamedTuple):
    """Messages that were tried several times: how many, how often at most, the seconds that the oldest waits."""

    messages: int
    attempts: int
    age: float


class FailingWebhook(NamedTuple):
    """One that fails since `age` seconds, or was disabled; `trouble` is why."""

    id: int
    name: str
    host: str
    age: float
    is_disabled: bool
    trouble: str


class LeavingRepository:
    """One statement each, in autocommit."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def contact(self) -> str:
        """Give the site's contact, past the cache: a command need not come to trust Redis for that."""
        found = database.read(self._engine, "SELECT contact FROM site_settings", {})
        return str(found[0].contact) if found else ""

    def stuck(self, targets: Sequence[str]) -> Stuck:
        """Give what waits for these targets although it was tried."""
        (found,) = database.read(self._engine, _STUCK, {"targets": list(targets)})
        return Stuck(*found)

    def failing_webhooks(self) -> list[FailingWebhook]:
        """Give those that have not been reached for an hour, and those that were disabled for that."""
        return [FailingWebhook(*found) for found in database.read(self._engine, _WEBHOOKS, {})]

    def push_services(self) -> list[str]:
        """Give the schemes and hosts of those push services that most members have, the most frequent first."""
        return [str(found.origin) for found in database.read(self._engine, _PUSH_SERVICES, {})]

    def made_before(self, since: float | None) -> tuple[int, int]:
        """Count devices that are told and authenticators in use, those from before a time, or all."""
        (found,) = database.read(self._engine, _MADE_BEFORE, {"since": since})
        return int(found.devices), int(found.authenticators)

    def forget_devices(self, *, before: float) -> None:
        """Tell devices no more that asked before this time."""
        with self._engine.connect() as connection:
            connection.execute(_FORGET, {"before": before})
