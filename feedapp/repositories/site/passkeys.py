"""Passkeys, and challenges that were answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from feedapp.models import Passkey, UsedChallenge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.extensions import ScopedSession


class PasskeyRepository:
    """Passkeys, in the session's transaction."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def credential_ids(self, user_id: int) -> Sequence[bytes]:
        """Give by what devices know the passkeys of a user."""
        return self._session.scalars(select(Passkey.credential_id).where(Passkey.user_id == user_id)).all()

    def lock(self, credential_id: bytes) -> Passkey | None:
        """Give the passkey that a device names, and keep others from using it until the transaction ends."""
        query = select(Passkey).where(Passkey.credential_id == credential_id).with_for_update()
        return self._session.scalar(query.execution_options(populate_existing=True))

    def add(self, *, user_id: int, credential_id: bytes, public_key: bytes, sign_count: int, name: str) -> bool:
        """Add one. Tell whether that could be done: a device names each only once."""
        values = {
            "user_id": user_id,
            "credential_id": credential_id,
            "public_key": public_key,
            "sign_count": sign_count,
            "name": name,
        }
        added = insert(Passkey).values(values).on_conflict_do_nothing(index_elements=["credential_id"])
        return self._session.scalar(added.returning(Passkey.id)) is not None

    def use(self, passkey_id: int, *, sign_count: int) -> None:
        """Note that one was used, and what its device counts."""
        changed = update(Passkey).where(Passkey.id == passkey_id)
        self._session.execute(changed.values(sign_count=sign_count, used_at=func.clock_timestamp()))

    def remove(self, passkey_id: int, *, user_id: int) -> str | None:
        """Forget one of a user's, and give its name; None if it is not there."""
        gone = delete(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == user_id)
        return self._session.scalar(gone.returning(Passkey.name))


class ChallengeRepository:
    """Challenges that were answered, in the session's transaction."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def use(self, digest: bytes, *, seconds: int) -> bool:
        """Note that one was answered, for so long. Tell whether it was not before; of two at one moment one waits."""
        ends_at = func.clock_timestamp() + func.make_interval(0, 0, 0, 0, 0, 0, seconds)
        used = insert(UsedChallenge).values(hash=digest, ends_at=ends_at)
        noted = used.on_conflict_do_nothing(index_elements=["hash"]).returning(UsedChallenge.hash)
        return self._session.scalar(noted) is not None

    def clean(self, *, at_most: int) -> int:
        """Forget some that would have ended; give how many."""
        gone = text(
            "DELETE FROM used_challenges WHERE hash IN (SELECT hash FROM used_challenges "
            "WHERE ends_at < clock_timestamp() LIMIT :at_most FOR UPDATE SKIP LOCKED) RETURNING hash"
        )
        return len(self._session.scalars(gone, {"at_most": at_most}).all())
