"""The cards of the operator's desk: a figure each, with its last hour, day and week."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from feedapp.languages.catalogues import gettext as _
from feedapp.languages.catalogues import marked
from feedapp.languages.formats import written
from feedapp.observability import snapshots
from feedapp.serialisers.desk.numbers import number, seconds, share, size
from feedapp.services.operations.desk.found import evictions
from feedapp.services.operations.desk.windows import NAMES, percentile, ratio

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from feedapp.services.operations.desk.found import Found
    from feedapp.services.operations.desk.windows import Point, Window

Values = list["float | None"]
READS = ("hits", "misses", "bypasses")
MOST_ROWS = 30
LAST = {"hour": marked("last hour"), "day": marked("last day"), "week": marked("last week")}
"""The windows in words."""


class Line(NamedTuple):
    """One window of a card: its figure, and the values of its sparkline with the times that they belong to."""

    name: str
    figure: str
    values: Values
    rows: Sequence[tuple[str, str]]


class Card(NamedTuple):
    """A figure with its last hour, day and week."""

    key: str
    title: str
    figure: str
    hint: str
    lines: Sequence[Line]


class Measure(NamedTuple):
    """How a card gets its figure: at each point, and for a whole window; `now` is asked for what is so this moment."""

    key: str
    title: str
    hint: str
    text: Callable[[float | None], str]
    at: Callable[[Point], float | None]
    of: Callable[[Window], float | None]
    now: str | None = None


def cards(found: Found) -> list[Card]:
    """Make all cards."""
    made = [_card(measure, found) for measure in MEASURES] if found.windows else []
    return [*made, *(_evicted(found) if found.windows else [])]


def _card(measure: Measure, found: Found) -> Card:
    lines = []
    for name in NAMES:
        window = found.windows[name]
        values = [measure.at(point) for point in window.points]
        lines.append(_line(name, measure.text(measure.of(window)), values, window, measure.text))
    last = next((value for value in reversed(_values(found, measure)) if value is not None), None)
    if measure.now is not None:
        last = {**found.gauges, **found.memory}.get(measure.now, last)
    return Card(measure.key, _(measure.title), measure.text(last), _(measure.hint), lines)


def _values(found: Found, measure: Measure) -> Values:
    """The last minutes: an older figure is not how it is now."""
    return [measure.at(point) for point in found.windows["hour"].points[-3:]]


def _line(name: str, figure: str, values: Values, window: Window, text: Callable[[float | None], str]) -> Line:
    form = marked("HH:mm") if name == "hour" else marked("EEE HH:mm")
    told = [
        (written(point.at, form), text(value))
        for point, value in zip(window.points, values, strict=True)
        if value is not None
    ]
    step = max(1, -(-len(told) // MOST_ROWS))
    return Line(name, figure, values, told[::-1][::step])


def _evicted(found: Found) -> list[Card]:
    lines, now = [], 0
    for name in NAMES:
        window = found.windows[name]
        values: Values = [float(each) for each in evictions(window)]
        lines.append(_line(name, number(sum(filter(None, values))), values, window, number))
        now = int(values[-1] or 0) if name == "hour" and values else now
    return [Card("evictions", _("Evictions"), number(now), _("Values that Redis forgot for lack of memory."), lines)]


def _of_buckets(wanted: float) -> tuple[Callable[[Point], float | None], Callable[[Window], float | None]]:
    return (
        lambda point: percentile(point.counted.get("buckets", []), wanted),
        lambda window: percentile(window.totals.get("buckets", []), wanted),
    )


def _share_of(part: str, *whole: str) -> tuple[Callable[[Point], float | None], Callable[[Window], float | None]]:
    def of(counted: dict[str, float]) -> float | None:
        return ratio(counted.get(part, 0), sum(counted.get(name, 0) for name in whole))

    return lambda point: of(point.counted), lambda window: of(window.totals)


def _gauge(name: str) -> tuple[Callable[[Point], float | None], Callable[[Window], float | None]]:
    """Of a window, the most."""
    return lambda point: point.site.get(name), lambda window: max(
        (point.site[name] for point in window.points if name in point.site), default=None
    )


def _count(name: str) -> tuple[Callable[[Point], float | None], Callable[[Window], float | None]]:
    return (
        lambda point: None if point.rate is None else float(point.counted.get(name, 0)),
        lambda window: float(window.totals.get(name, 0)),
    )


def _rate(window: Window) -> float | None:
    return ratio(float(window.totals.get("requests", 0)), window.seconds)


MEASURES = (
    Measure(
        "requests",
        marked("Requests a second"),
        marked("Without health checks."),
        number,
        lambda point: point.rate,
        _rate,
    ),
    Measure("p50", marked("Latency, p50"), marked("Half of the requests are faster."), seconds, *_of_buckets(0.5)),
    Measure("p95", marked("Latency, p95"), marked("One in twenty is slower."), seconds, *_of_buckets(0.95)),
    Measure("p99", marked("Latency, p99"), marked("One in a hundred is slower."), seconds, *_of_buckets(0.99)),
    Measure("errors", marked("Error rate"), marked("Answers that are 5xx."), share, *_share_of("errors", "requests")),
    Measure("hits", marked("Hit rate"), marked("Reads that Redis answered."), share, *_share_of("hits", *READS)),
    Measure(
        "bypasses",
        marked("Reads past Redis"),
        marked("Since it was not trusted."),
        share,
        *_share_of("bypasses", *READS),
    ),
    Measure(
        "redis_memory",
        marked("Redis memory"),
        marked("The most, in a window."),
        size,
        *_gauge("used_memory"),
        "used_memory",
    ),
    Measure(
        "outbox",
        marked("Outbox"),
        marked("Writes whose keys are not yet deleted."),
        number,
        *_gauge("outbox_depth"),
        "outbox_depth",
    ),
    Measure(
        "outbox_age", marked("Oldest in the outbox"), marked("Its age."), seconds, *_gauge("outbox_age"), "outbox_age"
    ),
    Measure("sign_ups", marked("Sign-ups"), marked("New accounts."), number, *_count("sign_ups")),
    Measure(
        "refused_log_ins",
        marked("Refused log-ins"),
        marked("Wrong passwords and codes."),
        number,
        *_count("refused_log_ins"),
    ),
    Measure(
        "open_reports",
        marked("Open reports"),
        marked("What waits for moderators."),
        number,
        *_gauge("open_reports"),
        "open_reports",
    ),
    Measure(
        "database",
        marked("Size of the database"),
        marked("With indexes."),
        size,
        *_gauge("database_bytes"),
        "database_bytes",
    ),
)


def distribution(window: Window) -> list[tuple[str, int]]:
    """Give how many requests took up to how long."""
    buckets = window.totals.get("buckets", [0] * len(snapshots.BOUNDS))
    names = [f"≤ {seconds(bound)}" for bound in snapshots.BOUNDS[:-1]] + [f"> {seconds(snapshots.BOUNDS[-2])}"]
    return list(zip(names, buckets, strict=True))


def spread(window: Window) -> str:
    """Say how long requests took in words."""
    buckets = window.totals.get("buckets", [])
    half, most, nearly_all = (percentile(buckets, wanted) for wanted in (0.5, 0.95, 0.99))
    if half is None:
        return _("No requests.")
    told = {"half": seconds(half), "most": seconds(most), "nearly_all": seconds(nearly_all)}
    return _("Half took %(half)s at most, 95 %% %(most)s, 99 %% %(nearly_all)s.") % told
