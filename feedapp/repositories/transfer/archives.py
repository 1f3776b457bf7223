"""Archives of one person, kept in parts until they are fetched."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import delete, func, insert, select, true, update
from sqlalchemy.dialects.postgresql import insert as upsert

from feedapp import retention
from feedapp.models import PersonalArchive, PersonalArchivePart

if TYPE_CHECKING:
    from sqlalchemy import CursorResult

    from feedapp.extensions import ScopedSession

KEPT = timedelta(days=retention.ARCHIVES.days)


class ArchiveRepository:
    """Archives, in the session's transaction."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def get(self, user_id: int) -> PersonalArchive | None:
        """Give somebody's that is asked for or made, and not over."""
        over = PersonalArchive.made_at <= func.clock_timestamp() - KEPT
        query = select(PersonalArchive).where(PersonalArchive.user_id == user_id, over.is_distinct_from(true()))
        return self._session.scalar(query.execution_options(populate_existing=True))

    def ask(self, user_id: int) -> None:
        """Note that somebody asks for one, unless they wait already."""
        fresh = {"made_at": None, "asked_at": func.clock_timestamp(), "size": 0}
        asked = upsert(PersonalArchive).values(user_id=user_id)
        waits = PersonalArchive.made_at.isnot(None)
        self._session.execute(asked.on_conflict_do_update(index_elements=["user_id"], set_=fresh, where=waits))

    def waiting(self, *, at_most: int) -> list[int]:
        """Give who waits for one, the first come first."""
        query = select(PersonalArchive.user_id).where(PersonalArchive.made_at.is_(None))
        return list(self._session.scalars(query.order_by(PersonalArchive.asked_at).limit(at_most)))

    def begin(self, user_id: int) -> None:
        """Forget the parts of an earlier one."""
        self._session.execute(delete(PersonalArchivePart).where(PersonalArchivePart.user_id == user_id))

    def add(self, user_id: int, number: int, data: bytes) -> None:
        """Keep a part."""
        self._session.execute(insert(PersonalArchivePart).values(user_id=user_id, number=number, data=data))

    def finish(self, user_id: int, *, size: int) -> None:
        """Note that it is whole."""
        made = update(PersonalArchive).where(PersonalArchive.user_id == user_id)
        self._session.execute(made.values(made_at=func.clock_timestamp(), size=size))

    def part(self, user_id: int, number: int) -> bytes | None:
        """Give a part; None after the last one."""
        one = PersonalArchivePart.user_id == user_id, PersonalArchivePart.number == number
        return self._session.scalar(select(PersonalArchivePart.data).where(*one))

    def clean(self) -> int:
        """Forget those that are over; give how many."""
        over = PersonalArchive.made_at <= func.clock_timestamp() - KEPT
        return cast("CursorResult[Any]", self._session.execute(delete(PersonalArchive).where(over))).rowcount
