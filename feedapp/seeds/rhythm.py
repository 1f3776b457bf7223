"""When things happen: by day more than by night, on Sundays more than on Tuesdays, and more every month.

Everything is decided on a scale from 0 (the beginning) to 1 (the end) on which people are equally busy throughout, and
only then laid upon the calendar. So another end moves the times of a community, and changes nothing else of it.
"""

from __future__ import annotations

from array import array
from bisect import bisect
from datetime import UTC, datetime, timedelta

from feedapp import times

DAYS = 270
EARLIEST_END = times.EARLIEST + timedelta(days=DAYS)
HOUR = 3_600_000_000
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)  # PostgreSQL's
BY_HOUR = (3, 2, 1, 1, 1, 2, 4, 8, 11, 12, 12, 12, 14, 13, 12, 12, 13, 15, 18, 21, 22, 20, 14, 7)  # UTC
BY_WEEKDAY = (10, 9, 10, 10, 11, 13, 15)
GROWTH = 3.0

WHOLE = DAYS * 24.0
"""The hours between 0 and 1, for those who think of a delay in hours."""


class Calendar:
    """The last `DAYS` days before `end`, which is `EARLIEST_END` or later."""

    def __init__(self, end: datetime) -> None:
        start = end - timedelta(days=DAYS)
        self._start = (start - EPOCH) // timedelta(microseconds=1)
        sums = array("d", [0.0])
        for hour in range(DAYS * 24):
            moment = (start + timedelta(hours=hour)).astimezone(UTC)
            growth = 1 + GROWTH * hour / (DAYS * 24)
            sums.append(sums[-1] + BY_HOUR[moment.hour] * BY_WEEKDAY[moment.weekday()] * growth)
        self._sums = array("d", (each / sums[-1] for each in sums))

    def at(self, moment: float) -> int:
        """Give the microseconds since PostgreSQL's epoch at a moment between 0 and 1."""
        sums = self._sums
        hour = bisect(sums, moment, 0, len(sums) - 1) - 1
        return self._start + int((hour + (moment - sums[hour]) / (sums[hour + 1] - sums[hour])) * HOUR)
