"""Stored answers for Idempotency-Keys: whether there is one, and deleting old ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from feedapp.repositories.idempotency import IdempotencyRepository
    from feedapp.writing.unit_of_work import UnitOfWork


class IdempotencyService:
    """Keeps the records few."""

    def __init__(self, *, unit_of_work: UnitOfWork, records: IdempotencyRepository) -> None:
        self._unit_of_work = unit_of_work
        self._records = records

    def is_answered(self, key: str, *, by: int | None) -> bool:
        """Tell whether a request with this key was carried out, for a user or for nobody."""
        with self._unit_of_work():
            found = self._records.get(user_id=by, key=key)
            return found is not None and found.status is not None

    def clean(self) -> int:
        """Drop what is older than a day; give how many that were."""
        with self._unit_of_work():
            return self._records.clean()
