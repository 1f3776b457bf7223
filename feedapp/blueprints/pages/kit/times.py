"""Times as people read them. They come as RFC 3339 texts in UTC."""

from __future__ import annotations

from datetime import UTC, datetime

from feedapp import freshness

MINUTE, HOUR, DAY, WEEK = 60, 3_600, 86_400, 604_800


def age(moment: str, *, now: datetime | None = None) -> str:
    """Say how long ago it was, or the day if that is more than a week ago; and `freshness` how long that is true."""
    now = now or datetime.now(UTC)
    then = datetime.fromisoformat(moment)
    seconds = (now - then).total_seconds()
    if seconds < MINUTE:
        freshness.holds_until(then.timestamp() + MINUTE)
        return "now"
    for unit, limit, name in ((MINUTE, HOUR, "min"), (HOUR, DAY, "h"), (DAY, WEEK, "d")):
        if seconds < limit:
            units = int(seconds // unit)
            freshness.holds_until(then.timestamp() + (units + 1) * unit)
            return f"{units} {name}"
    if then.year == now.year:
        freshness.holds_until(datetime(now.year + 1, 1, 1, tzinfo=UTC).timestamp())
        return f"{then.day} {then:%b}"
    return day(moment)


def day(moment: str) -> str:
    """Give the day: 2 Sep 2018."""
    then = datetime.fromisoformat(moment)
    return f"{then.day} {then:%b} {then.year}"


def exact(moment: str) -> str:
    """Give the whole time: 2 September 2018 at 10:00 UTC."""
    then = datetime.fromisoformat(moment)
    return f"{then.day} {then:%B} {then.year} at {then:%H:%M} UTC"


def stamp(moment: str) -> str:
    """Give the time for a `datetime` attribute, in which HTML allows no millionths of a second."""
    return datetime.fromisoformat(moment).astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
