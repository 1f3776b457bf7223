"""Times as people read them. They come as RFC 3339 texts in UTC."""

from __future__ import annotations

from datetime import UTC, datetime

from markupsafe import Markup

from feedapp import freshness
from feedapp.languages import formats
from feedapp.languages.catalogues import gettext as _
from feedapp.languages.catalogues import marked

MINUTE, HOUR, DAY, WEEK = 60, 3_600, 86_400, 604_800
UNITS = (
    (MINUTE, HOUR, marked("%(count)s min")),
    (HOUR, DAY, marked("%(count)s h")),
    (DAY, WEEK, marked("%(count)s d")),
)

# Patterns of CLDR, which every language writes its own way.
THIS_YEAR, SHORT = marked("d MMM"), marked("d MMM y")
LONG = marked("d MMMM y 'at' HH:mm 'UTC'")

DATED = Markup('<time datetime="{}" title="{}">{}</time>')
TIMED = Markup('<time datetime="{}" data-whole>{}</time>')


def age(moment: str, *, now: datetime | None = None) -> str:
    """Say how long ago it was, or the day if that is more than a week ago; and `freshness` how long that is true."""
    now = now or datetime.now(UTC)
    then = datetime.fromisoformat(moment)
    seconds = (now - then).total_seconds()
    if seconds < MINUTE:
        freshness.holds_until(then.timestamp() + MINUTE)
        return _("now")
    for unit, limit, text in UNITS:
        if seconds < limit:
            units = int(seconds // unit)
            freshness.holds_until(then.timestamp() + (units + 1) * unit)
            return _(text) % {"count": units}
    if then.year == now.year:
        freshness.holds_until(datetime(now.year + 1, 1, 1, tzinfo=UTC).timestamp())
        return formats.written(then, THIS_YEAR)
    return day(moment)


def day(moment: str) -> str:
    """Give the day: 2 Sep 2018."""
    then = datetime.fromisoformat(moment)
    return formats.written(then, SHORT)


def exact(moment: str) -> str:
    """Give the whole time: 2 September 2018 at 10:00 UTC."""
    then = datetime.fromisoformat(moment)
    return formats.written(then, LONG)


def stamp(moment: str) -> str:
    """Give the time for a `datetime` attribute, in which HTML allows no millionths of a second."""
    return datetime.fromisoformat(moment).astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def dated(moment: str) -> Markup:
    """Write the day as HTML, with the whole time."""
    return DATED.format(stamp(moment), exact(moment), day(moment))


def timed(moment: str) -> Markup:
    """Write the whole time as HTML."""
    return TIMED.format(stamp(moment), exact(moment))
