"""API tokens and browser sessions, of which only hashes are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert

from feedapp.models import Token

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from feedapp.extensions import ScopedSession


class TokenRepository:
    """Tokens, in the session's transaction. Hashes are hexadecimal SHA-256."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def add(self, *, user_id: int, kind: str, token_hash: str, expires_at: datetime) -> None:
        """Add a token."""
        values = {"user_id": user_id, "kind": kind, "hash": bytes.fromhex(token_hash), "expires_at": expires_at}
        self._session.execute(insert(Token).values(values))

    def remove(self, token_hash: str) -> None:
        """Remove one token, if it is there."""
        self._session.execute(delete(Token).where(Token.hash == bytes.fromhex(token_hash)))

    def remove_all_of(self, user_id: int, *, keep: str | None = None) -> Sequence[str]:
        """Remove all tokens of a user, but for the one whose hash is given; give their hashes."""
        gone = delete(Token).where(Token.user_id == user_id)
        if keep is not None:
            gone = gone.where(Token.hash != bytes.fromhex(keep))
        return [token_hash.hex() for token_hash in self._session.scalars(gone.returning(Token.hash))]
