"""Words that people do not want to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from feedapp.models import MutedWord

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.extensions import ScopedSession


class MutedWordRepository:
    """Words, in the session's transaction."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def of(self, user_id: int) -> Sequence[str]:
        """Give somebody's words, in no particular order."""
        return self._session.scalars(select(MutedWord.word).where(MutedWord.user_id == user_id)).all()

    def replace(self, user_id: int, words: Sequence[str]) -> None:
        """Set all of somebody's words. The user is locked."""
        self._session.execute(delete(MutedWord).where(MutedWord.user_id == user_id))
        if words:
            self._session.execute(insert(MutedWord), [{"user_id": user_id, "word": word} for word in words])
