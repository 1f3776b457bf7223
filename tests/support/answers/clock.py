"""The clock by which pages say how old something is, and authenticators make codes: it stands still during a test.

Else "4 min" becomes "5 min" between two answers that a test compares, or a page that is to be given again has to be
made anew, or a code is of the step before the last. It stands a little ahead of the clock of PostgreSQL, so that what
a test makes an hour old is an hour old on a page too, however long the test takes to look.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from feedapp.blueprints.pages.kit import times

if TYPE_CHECKING:
    from datetime import tzinfo

    import pytest

AHEAD = timedelta(seconds=20)
"""Longer than a test takes from what it writes to its first look, and well below a minute, until which all is new."""
SECONDS = ("feedapp.cache.protocol.reuse.time", "feedapp.services.access.second_factors.time")
"""What asks for seconds since the epoch by a clock that has to agree with the pages', or with a test's own codes."""
_stands_at = datetime.now(UTC)


class StandingTime(datetime):
    """Whose now is the same all the time."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return _stands_at.astimezone(tz)


def time() -> float:
    """Give the moment at which it stands."""
    return _stands_at.timestamp()


def stop(monkeypatch: pytest.MonkeyPatch, at: datetime | None = None) -> None:
    """Let it stand at a moment, or just ahead of now."""
    global _stands_at  # noqa: PLW0603  (there is one clock)
    _stands_at = at or datetime.now(UTC) + AHEAD
    monkeypatch.setattr(times, "datetime", StandingTime)
    for name in SECONDS:
        monkeypatch.setattr(name, time)
