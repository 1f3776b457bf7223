"""API tokens and browser sessions, of which only hashes are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, text

from feedapp.models import Token

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from feedapp.extensions import ScopedSession


class TokenRepository:
    """Tokens, in the session's transaction. Hashes are hexadecimal SHA-256."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def add(self, *, user_id: int, kind: str, name: str, token_hash: str, expires_at: datetime) -> None:
        """Add a token."""
        values = {
            "user_id": user_id,
            "kind": kind,
            "name": name,
            "hash": bytes.fromhex(token_hash),
            "expires_at": expires_at,
        }
        self._session.execute(insert(Token).values(values))

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

    def remove_by_id(self, token_id: int, *, user_id: int) -> str | None:
        """Remove one of a user's tokens and give its hash; None if they have none of that id."""
        gone = delete(Token).where(Token.id == token_id, Token.user_id == user_id).returning(Token.hash)
        found = self._session.scalar(gone)
        return None if found is None else found.hex()

    def note_uses(self, hashes: Sequence[str], *, at_least: timedelta) -> Sequence[int]:
        """Note that tokens were used just now, where that was last noted longer ago; give whose were noted."""
        noted = text(
            "UPDATE tokens SET last_used_at = clock_timestamp() WHERE id IN ("
            "SELECT id FROM tokens WHERE hash = ANY("
            "SELECT decode(each, 'hex') FROM unnest(CAST(:hashes AS text[])) AS each) "
            "AND coalesce(last_used_at, '-infinity') < clock_timestamp() - :at_least "
            "ORDER BY id FOR NO KEY UPDATE SKIP LOCKED"
            ") RETURNING user_id"
        )
        return self._session.scalars(noted, {"hashes": list(hashes), "at_least": at_least}).all()

    def remove_all_of(self, user_id: int, *, keep: str | None = None) -> Sequence[str]:
        """Remove all tokens of a user, but for the one whose hash is given; give their hashes."""
        gone = delete(Token).where(Token.user_id == user_id)
        if keep is not None:
            gone = gone.where(Token.hash != bytes.fromhex(keep))
        return [token_hash.hex() for token_hash in self._session.scalars(gone.returning(Token.hash))]
