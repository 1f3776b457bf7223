"""Forgetting the answers that are kept for requests with an Idempotency-Key."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from feedapp.repositories.idempotency import IdempotencyRepository
    from feedapp.services.unit_of_work import UnitOfWork


class IdempotencyService:
    """Keeps the records few."""

    def __init__(self, *, unit_of_work: UnitOfWork, records: IdempotencyRepository) -> None:
        self._unit_of_work = unit_of_work
        self._records = records

    def clean(self) -> None:
        """Drop what is older than a day."""
        with self._unit_of_work():
            self._records.clean()
