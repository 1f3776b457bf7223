"""Idempotency: a request with an Idempotency-Key may be sent again and is carried out once.

The record of such a request, with its answer, is written in the same transaction as its effect. So either both exist or
neither, whichever process dies when, and the same request sent to any process finds the first answer.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import OperationalError

from feedapp.errors import InProgressError, KeyReusedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedapp.repositories.idempotency import IdempotencyRepository

LOCK_NOT_AVAILABLE = "55P03"


@dataclass(frozen=True, slots=True)
class Answer:
    """The stored part of an answer. It must contain no secret, and no text that somebody may delete."""

    status: int
    body: bytes = b""
    location: str | None = None


@dataclass(frozen=True, slots=True)
class Once:
    """A request with a key: its fingerprint, and how it is answered. `render` must not read anything."""

    key: str
    fingerprint: bytes
    render: Callable[[Any], Answer]


class RepeatedError(Exception):
    """The request was carried out before; this is its answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__("carried out before")
        self.answer = answer


class Claims:
    """The claim that one transaction has on a key."""

    def __init__(self, records: IdempotencyRepository) -> None:
        self._records = records
        self._claimed: tuple[int, Once] | None = None

    def claim(self, once: Once | None, *, by: int | None) -> None:
        """Claim the key for a user, None for nobody. Raise RepeatedError, KeyReusedError, InProgressError.

        Waits for a duplicate in another transaction. None for `once` claims nothing.
        """
        if once is None:
            return
        try:
            record_id = self._records.claim(user_id=by, key=once.key, fingerprint=once.fingerprint)
        except OperationalError as error:
            if getattr(error.orig, "pgcode", None) == LOCK_NOT_AVAILABLE:
                raise _in_progress() from None
            raise
        if record_id is not None:
            self._claimed = record_id, once
            return
        found = self._records.get(user_id=by, key=once.key)
        if found is None or found.status is None:
            raise _in_progress()
        if not hmac.compare_digest(found.fingerprint, once.fingerprint):
            raise KeyReusedError("This Idempotency-Key was used for another request: use a new key for this one.")
        raise RepeatedError(Answer(found.status, found.body or b"", found.location))

    def settle(self, outcome: object) -> None:
        """Record the answer, if a key was claimed."""
        if self._claimed is not None:
            record_id, once = self._claimed
            answer = once.render(outcome)
            self._records.answer(record_id, status=answer.status, location=answer.location, body=answer.body)


def _in_progress() -> InProgressError:
    return InProgressError("This request is being carried out right now: send it again in a moment to get its answer.")
