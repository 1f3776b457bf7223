"""Second factors: one authenticator of each user at most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from feedapp.models import SecondFactor

if TYPE_CHECKING:
    from feedapp.extensions import ScopedSession


class SecondFactorRepository:
    """Second factors, in the session's transaction."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def get(self, user_id: int) -> SecondFactor | None:
        """Give a user's, confirmed or not."""
        return self._one(user_id, lock=False)

    def lock(self, user_id: int) -> SecondFactor | None:
        """Do the same, and keep others from using a code until the transaction ends."""
        return self._one(user_id, lock=True)

    def begin(self, user_id: int, nonce: bytes) -> bool:
        """Put one that is not confirmed yet. Tell whether that could be done: one that is confirmed stays."""
        added = insert(SecondFactor).values({"user_id": user_id, "nonce": nonce})
        put = added.on_conflict_do_update(
            index_elements=["user_id"], set_={"nonce": nonce}, where=SecondFactor.confirmed_at.is_(None)
        )
        return self._session.scalar(put.returning(SecondFactor.user_id)) is not None

    def use(self, user_id: int, step: int) -> None:
        """Note the step of a code that was used, which confirms one that was not."""
        confirmed = func.coalesce(SecondFactor.confirmed_at, func.clock_timestamp())
        changed = update(SecondFactor).where(SecondFactor.user_id == user_id)
        self._session.execute(changed.values(last_step=step, confirmed_at=confirmed))

    def remove(self, user_id: int) -> None:
        """Forget a user's."""
        self._session.execute(delete(SecondFactor).where(SecondFactor.user_id == user_id))

    def _one(self, user_id: int, *, lock: bool) -> SecondFactor | None:
        query = select(SecondFactor).where(SecondFactor.user_id == user_id)
        if lock:
            query = query.with_for_update()
        return self._session.scalar(query.execution_options(populate_existing=True))
