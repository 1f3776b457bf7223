"""What cannot be done right now, and may work later."""

from __future__ import annotations

from feedapp.errors.base import DomainError


class TryLaterError(DomainError):
    """The site is busy. Try again after `Retry-After` seconds."""

    code = "busy"
    status = 503
    title = "Busy right now"
    retry_after = 1


class TooManyAttemptsError(TryLaterError):
    """Too many attempts in too short a time."""

    code = "too_many_attempts"
    status = 429
    title = "Too many attempts"

    def __init__(self, detail: str, *, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class UnconfirmedError(DomainError):
    """The change was saved, but others may not see it yet. Check before you send it again."""

    code = "unconfirmed"
    status = 503
    title = "Saved, but not visible everywhere yet"
    retry_after = 5

    def __init__(self) -> None:
        super().__init__("This was saved, but others may not see it for a moment. Check before you send it again.")


class UnavailableError(DomainError):
    """PostgreSQL does not answer. Nothing was changed, and you can send the same request again."""

    code = "unavailable"
    status = 503
    title = "Not available right now"
    retry_after: int = 2
