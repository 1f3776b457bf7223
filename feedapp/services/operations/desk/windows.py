"""The last hour, day and week out of the ring: points at equal distances, and what they add up to."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from feedapp.observability import snapshots
from feedapp.repositories.figures.ring import SITE
from feedapp.services.operations.desk.counting import EVERY, most, summed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from feedapp.repositories.figures.ring import Entry, RingRepository

MINUTE, HOUR, DAY, WEEK = 60, 3_600, 86_400, 7 * 86_400
NAMES = ("hour", "day", "week")
RECENT = 5
"""Minutes that say how it is just now."""


class Point(NamedTuple):
    """What was counted in one step of a window, and the site's gauges then; both empty where nothing was written."""

    at: datetime
    seconds: float
    counted: dict[str, Any]
    site: dict[str, Any]
    rate: float | None
    """Requests a second; None where nothing was written."""


class Window(NamedTuple):
    """Points, the oldest first, and what servers counted in all of it."""

    name: str
    points: Sequence[Point]
    totals: dict[str, Any]
    details: dict[str, Any]
    seconds: float
    """That something was written of."""
    sizes: dict[str, int]
    """Bytes of each table at its beginning, or as soon as they were known; nothing in the window of an hour."""

    @property
    def recent(self) -> dict[str, Any]:
        """What was counted last: for the window of an hour, in the last minutes."""
        return snapshots.added(point.counted for point in self.points[-RECENT:])


def read(ring: RingRepository, now: datetime | None = None) -> dict[str, Window]:
    """Read all three."""
    now = now or datetime.now(UTC)
    minutes = ring.minutes(seconds=HOUR + MINUTE)
    whole = ring.hours(seconds=WEEK + HOUR)
    hours = [*whole, *_rest(ring.this_hour())]
    return {
        "hour": _window("hour", minutes, now=now, step=MINUTE, count=60),
        "day": _window("day", hours, now=now, step=HOUR, count=24),
        "week": _window("week", hours, now=now, step=HOUR, count=168),
    }


def _rest(minutes: Sequence[Entry]) -> Iterable[Entry]:
    """Make one entry for servers and one for the site of each hour that is not summed up yet."""
    by_hour: dict[datetime, list[Entry]] = defaultdict(list)
    for each in minutes:
        by_hour[each.at.replace(minute=0, second=0, microsecond=0)].append(each)
    for hour, found in by_hour.items():
        first = found[0]
        counted = [each for each in found if each.source != SITE]
        yield first._replace(at=hour, source="servers", **summed(counted))
        yield first._replace(
            at=hour, source=SITE, totals=most(each.totals for each in found if each.source == SITE), details={}
        )


def _window(name: str, entries: Sequence[Entry], *, now: datetime, step: int, count: int) -> Window:
    last = int(now.timestamp()) // step
    slots: dict[int, list[Entry]] = defaultdict(list)
    for each in entries:
        slots[int(each.at.timestamp()) // step].append(each)
    points = [_point(slots.get(slot, []), slot * step, step, now) for slot in range(last - count + 1, last + 1)]
    if step == MINUTE and not points[-1].counted:  # it is not written yet
        points = points[:-1]
    counted = [
        each for slot in range(last - count + 1, last + 1) for each in slots.get(slot, []) if each.source != SITE
    ]
    sizes = (
        each.details["tables"]
        for slot in range(last - count + 1, last + 1)
        for each in slots.get(slot, [])
        if "tables" in each.details
    )
    seconds = sum(point.seconds for point in points if point.rate is not None)
    return Window(name, points, **summed(counted), seconds=seconds, sizes=next(sizes, {}))


def _point(entries: Sequence[Entry], begins: int, step: int, now: datetime) -> Point:
    at = datetime.fromtimestamp(begins, UTC)
    counted = [each for each in entries if each.source != SITE]
    site = [each.totals for each in entries if each.source == SITE]
    seconds = max(1.0, min(float(step), (now - at) / timedelta(seconds=1)))
    rate = _rate(counted, seconds, is_minute=step == MINUTE) if counted else None
    return Point(at, seconds, snapshots.added(each.totals for each in counted), most(site), rate)


def _rate(counted: Sequence[Entry], seconds: float, *, is_minute: bool) -> float:
    """Give requests a second; of minutes by how long each row is, since they are not written on the minute."""
    if not is_minute:
        return float(sum(each.totals.get("requests", 0) for each in counted)) / seconds
    by_source: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for each in counted:
        sums = by_source[each.source]
        sums[0] += each.totals.get("requests", 0)
        sums[1] += each.totals.get("seconds", EVERY)
    return sum(requests / max(length, 1.0) for requests, length in by_source.values())


def percentile(buckets: Sequence[int], share: float) -> float | None:
    """Give the time within which a share of requests was answered, inside its bucket by interpolation."""
    whole = sum(buckets)
    if not whole:
        return None
    wanted, below, lower = share * whole, 0, 0.0
    for count, upper in zip(buckets, snapshots.BOUNDS, strict=False):
        if count and below + count >= wanted:
            top = snapshots.BOUNDS[-2] if upper == snapshots.BOUNDS[-1] else upper
            return lower + (top - lower) * (wanted - below) / count
        below += count
        lower = upper
    return snapshots.BOUNDS[-2]


def ratio(part: float, whole: float) -> float | None:
    """Divide; None by nothing."""
    return part / whole if whole else None
