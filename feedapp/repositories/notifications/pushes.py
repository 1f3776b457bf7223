"""Push subscriptions: browsers that are told at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from feedapp.extensions import ScopedSession

MOST = 10
"""Browsers of one person: the one that was added first makes room."""
_ADD = text(
    "INSERT INTO push_subscriptions AS known (token_id, user_id, endpoint, p256dh, auth) "
    "SELECT id, user_id, :endpoint, :p256dh, :auth FROM tokens "
    "WHERE hash = decode(:hash, 'hex') AND kind = 'session' AND user_id = :user FOR KEY SHARE "
    "ON CONFLICT (token_id) DO UPDATE SET endpoint = excluded.endpoint, p256dh = excluded.p256dh, auth = excluded.auth "
    "RETURNING id"
)
_TRIM = text(
    "DELETE FROM push_subscriptions WHERE user_id = :user AND id <= (SELECT id FROM push_subscriptions "
    "WHERE user_id = :user ORDER BY id DESC OFFSET :most LIMIT 1)"
)
_REMOVE_OF = text(
    "DELETE FROM push_subscriptions USING tokens WHERE token_id = tokens.id AND hash = decode(:hash, 'hex') "
    "RETURNING token_id"
)
_GET = text(
    "SELECT push.id, push.user_id, endpoint, p256dh, auth FROM push_subscriptions AS push "
    "JOIN tokens ON tokens.id = token_id AND expires_at > now() WHERE push.id = :id"
)
_REMOVE = text("DELETE FROM push_subscriptions WHERE id = :id AND endpoint = :endpoint")


class Keys(NamedTuple):
    """What a browser gives: the address at its push service, its public key (65 bytes), and a secret (16)."""

    endpoint: str
    p256dh: bytes
    auth: bytes


class Subscription(NamedTuple):
    """A browser, whose it is, and what it has given."""

    id: int
    user_id: int
    endpoint: str
    p256dh: bytes
    auth: bytes


class PushRepository:
    """In the session's transaction."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def add(self, user_id: int, token_hash: str, keys: Keys) -> bool:
        """Let a session's browser be told, in the place of what it gave before. False if the session has ended."""
        given = {"user": user_id, "hash": token_hash, **keys._asdict()}
        if self._session.execute(_ADD, given).one_or_none() is None:
            return False
        self._session.execute(_TRIM, {"user": user_id, "most": MOST})
        return True

    def remove_of(self, token_hash: str) -> bool:
        """Tell a session's browser no more; False if it was not told."""
        return self._session.execute(_REMOVE_OF, {"hash": token_hash}).one_or_none() is not None


class PushReader:
    """What is looked up when a push leaves, outside of requests. `engine` is in autocommit."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, subscription_id: int) -> Subscription | None:
        """Give a browser; None once its session has ended."""
        with self._engine.connect() as connection:
            row = connection.execute(_GET, {"id": subscription_id}).one_or_none()
        return (
            None if row is None else Subscription(row.id, row.user_id, row.endpoint, bytes(row.p256dh), bytes(row.auth))
        )

    def remove(self, subscription: Subscription) -> None:
        """Forget one that its push service does not know any more, unless it has another address by now."""
        with self._engine.connect() as connection:
            connection.execute(_REMOVE, {"id": subscription.id, "endpoint": subscription.endpoint})
