"""API tokens and browser sessions, of which only hashes are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, text

from feedapp.models import Token

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime, timedelta

    from feedapp.extensions import ScopedSession

ENDS_AT = (
    "CASE tokens.kind WHEN 'session' "
    "THEN least(tokens.expires_at, coalesce(tokens.last_used_at, tokens.created_at) + interval '14 days') "
    "ELSE tokens.expires_at END"
)
"""When a token has expired: a session also ends after 14 days without use."""
_LIVE = f"{ENDS_AT} > clock_timestamp()"


class TokenRepository:
    """Tokens, in the session's transaction. Hashes are hexadecimal SHA-256."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def add(
        self,
        *,
        user_id: int,
        kind: str,
        name: str,
        token_hash: str,
        expires_at: datetime,
        scopes: Sequence[str],
        new_device: bool = False,
        last_used_at: datetime | None = None,
    ) -> None:
        """Add a token; `last_used_at` is that of the one whose place it takes."""
        values = {
            "scopes": list(scopes),
            "user_id": user_id,
            "kind": kind,
            "name": name,
            "hash": bytes.fromhex(token_hash),
            "expires_at": expires_at,
            "new_device": new_device,
            "last_used_at": last_used_at,
        }
        self._session.execute(insert(Token).values(values))

    def described(self, token_hash: str) -> tuple[str, Sequence[str], datetime | None] | None:
        """Give the name of a token, its scopes, and when it was used last; None if it is not there."""
        query = select(Token.name, Token.scopes, Token.last_used_at).where(Token.hash == bytes.fromhex(token_hash))
        found = self._session.execute(query).one_or_none()
        return None if found is None else (found.name, found.scopes, found.last_used_at)

    def lock_if_good(self, token_hash: str) -> bool:
        """Tell whether a token is there and has not expired, and keep it from being revoked until the transaction ends.

        Waits for a revocation that is under way.
        """
        query = text(
            "SELECT expires_at > clock_timestamp() FROM tokens WHERE hash = decode(:hash, 'hex') FOR KEY SHARE"
        )
        return bool(self._session.scalar(query, {"hash": token_hash}))

    def remove(self, token_hash: str) -> int | None:
        """Remove one token and give whose it was; None if it is not there."""
        gone = delete(Token).where(Token.hash == bytes.fromhex(token_hash)).returning(Token.user_id)
        return self._session.scalar(gone)

    def hashes_of(self, user_id: int) -> list[str]:
        """Give the hashes of all tokens of a user."""
        return [found.hex() for found in self._session.scalars(select(Token.hash).where(Token.user_id == user_id))]

    def is_live(self, token_hash: str, *, user_id: int) -> bool:
        """Tell whether that is a token of this user, neither revoked nor ended."""
        found = text(f"SELECT FROM tokens WHERE hash = decode(:hash, 'hex') AND user_id = :user_id AND {_LIVE}")
        return self._session.execute(found, {"hash": token_hash, "user_id": user_id}).first() is not None

    def count_live(self, user_id: int) -> int:
        """Count the valid tokens of a user."""
        count = text(f"SELECT count(*) FROM tokens WHERE user_id = :user_id AND {_LIVE}")  # noqa: S608
        return int(self._session.execute(count, {"user_id": user_id}).scalar_one())

    def remove_longest_unused(self, user_id: int, count: int) -> list[str]:
        """Remove up to so many tokens of a user, sessions first, the longest unused first; give their hashes."""
        gone = text(
            "DELETE FROM tokens WHERE id IN (SELECT id FROM tokens WHERE user_id = :user_id "  # noqa: S608
            f"AND {_LIVE} ORDER BY kind DESC, coalesce(last_used_at, created_at), id LIMIT :count) "
            "RETURNING encode(hash, 'hex')"
        )
        return list(self._session.scalars(gone, {"user_id": user_id, "count": count}))

    def remove_ended(self, *, at_most: int) -> list[tuple[int, str]]:
        """Remove some expired tokens, and give (user id, hash) of each."""
        gone = text(
            f"DELETE FROM tokens WHERE id IN (SELECT id FROM tokens WHERE NOT {_LIVE} "  # noqa: S608
            "ORDER BY id LIMIT :at_most FOR UPDATE SKIP LOCKED) RETURNING user_id, encode(hash, 'hex')"
        )
        return [(user_id, found) for user_id, found in self._session.execute(gone, {"at_most": at_most})]

    def note_uses(self, hashes: Iterable[str], *, at_least: timedelta) -> list[tuple[int, str]]:
        """Note that tokens were used just now, where that was last noted longer ago; give (user id, hash) of those."""
        noted = text(
            "UPDATE tokens SET last_used_at = clock_timestamp() WHERE id IN ("
            "SELECT id FROM tokens WHERE hash = ANY("
            "SELECT decode(each, 'hex') FROM unnest(CAST(:hashes AS text[])) AS each) "
            "AND coalesce(last_used_at, '-infinity') < clock_timestamp() - :at_least "
            "ORDER BY id FOR NO KEY UPDATE SKIP LOCKED"
            ") RETURNING user_id, encode(hash, 'hex')"
        )
        rows = self._session.execute(noted, {"hashes": list(hashes), "at_least": at_least})
        return [(user_id, found) for user_id, found in rows]

    def remove_all_of(self, user_id: int, *, keep: str | None = None) -> Sequence[str]:
        """Remove all tokens of a user except the one with the given hash; give their hashes."""
        gone = delete(Token).where(Token.user_id == user_id)
        if keep is not None:
            gone = gone.where(Token.hash != bytes.fromhex(keep))
        return [token_hash.hex() for token_hash in self._session.scalars(gone.returning(Token.hash))]
