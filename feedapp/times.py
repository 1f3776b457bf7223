"""The times that a community may have: one rule for what is seeded, what is imported and what is exported."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo

EARLIEST = datetime(1, 1, 2, tzinfo=UTC)
"""A day after Python's own, so that a session of PostgreSQL in any time zone shows a year that Python has."""
AHEAD = timedelta(hours=1)
"""How far the clock of another machine may go before ours."""
_TIME = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)(?:[Tt ](?P<minute>(?:[01]\d|2[0-3]):[0-5]\d):(?P<second>[0-5]\d|60)"
    r"(?:\.(?P<fraction>\d+))?(?P<zone>[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)?)?",
    re.ASCII,
)


def read(text: str, *, now: datetime, default_zone: tzinfo | None = None) -> datetime:
    """Read a time as RFC 3339 has it, in UTC, and check it.

    With a `default_zone` the zone, or all but the date, may be left out. A leap second is the first moment of the next
    day, as PostgreSQL and the clocks of computers have it. Raise ValueError, whose text goes on from the field's name.
    """
    found = _TIME.fullmatch(text)
    if found is None or (found["minute"] is None and default_zone is None):
        raise ValueError("is not a time such as 2018-09-02T10:00:00Z")
    if found["zone"] is None and default_zone is None:
        raise ValueError("has no time zone: end it with Z if it is UTC")
    is_leap = found["second"] == "60"
    second, fraction = "59" if is_leap else found["second"] or "00", (found["fraction"] or "")[:6]
    zone = (found["zone"] or "").upper()
    try:
        local = datetime.fromisoformat(f"{found['date']}T{found['minute'] or '00:00'}:{second}.{fraction:0<6}{zone}")
        moment = (local if local.tzinfo else local.replace(tzinfo=default_zone)).astimezone(UTC)
        if is_leap:
            moment = _after_leap_second(moment)
    except (ValueError, OverflowError):
        raise ValueError("is a time that does not exist") from None
    return checked(moment, now=now)


def checked(moment: datetime, *, now: datetime) -> datetime:
    """Give a time back if a community may have it. Raise ValueError as `read` does."""
    if moment > now + AHEAD:
        raise ValueError("is in the future")
    if moment < EARLIEST:
        raise ValueError(f"is before {EARLIEST.date()}, the earliest that can be kept")
    return moment


def _after_leap_second(before: datetime) -> datetime:
    """There are some at the end of a month in UTC only."""
    after = before + timedelta(seconds=1)
    if (after.day, after.hour, after.minute) != (1, 0, 0):
        raise ValueError
    return after


def seconds_by_name(text: str) -> dict[str, int]:
    """Read whole seconds by name, as in `post=600 feed=300`. Raise ValueError with what cannot be read."""
    found = {}
    for part in text.replace(",", " ").split():
        name, _, seconds = part.partition("=")
        if not name or not seconds.isascii() or not seconds.isdigit() or int(seconds) < 1:
            raise ValueError(f"{part!r}: write name=seconds, as in post=600 feed=300")
        found[name] = int(seconds)
    return found
