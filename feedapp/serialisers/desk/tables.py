"""The tables of the operator's desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from feedapp.languages.catalogues import gettext as _
from feedapp.languages.catalogues import marked
from feedapp.languages.formats import written
from feedapp.serialisers.desk.cards import LAST, READS
from feedapp.serialisers.desk.numbers import NOTHING, clock, nines, number, seconds, share, size
from feedapp.services.operations.desk.windows import percentile, ratio

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.services.operations.desk.found import Found
    from feedapp.services.operations.desk.windows import Window

MOST = 12


class Grid(NamedTuple):
    """A table below the cards."""

    key: str
    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    hint: str = ""


def grids(found: Found, name: str) -> list[Grid]:
    """Make the tables, over one of the windows where they are of one."""
    made = []
    if found.windows:
        window = found.windows[name]
        made += [_routes(window), _templates(window), _verified(found.windows["week"], found.walk)]
    made += [_statements(found), _processes(found), _jobs(found), _tables(found)]
    return made


def _routes(window: Window) -> Grid:
    routes = window.details.get("routes", {})
    rows = sorted(
        (
            (each.get("seconds", 0.0) / max(1, count), route, count, each)
            for route, each in routes.items()
            if (count := sum(each.get("buckets", [])))
        ),
        reverse=True,
        key=lambda row: row[0],
    )
    return Grid(
        "routes",
        _("Slowest routes, %(last)s") % {"last": _(LAST[window.name])},
        (_("Route"), _("Requests"), _("Mean"), "p95", _("Errors")),
        [
            (
                route,
                number(count),
                seconds(mean),
                seconds(percentile(each["buckets"], 0.95)),
                number(each.get("errors", 0)),
            )
            for mean, route, count, each in rows[:MOST]
        ],
    )


def _templates(window: Window) -> Grid:
    details = window.details
    hits, misses, past = (details.get(name, {}) for name in READS)
    rows = []
    for name in sorted({*hits, *misses, *past}, key=lambda each: -(hits.get(each, 0) + misses.get(each, 0))):
        counts = [table.get(name, 0) for table in (hits, misses, past)]
        rows.append((name, *(number(count) for count in counts), share(ratio(counts[0], sum(counts)))))
    return Grid(
        "templates",
        _("Hits and misses, %(last)s") % {"last": _(LAST[window.name])},
        (_("Key template"), _("Hits"), _("Misses"), _("Past Redis"), _("Hit rate")),
        rows,
    )


def _verified(window: Window, walk: dict[str, float]) -> Grid:
    verified, stale = window.details.get("verified", {}), window.details.get("stale", {})
    rows = [
        (
            name,
            number(verified.get(name, 0)),
            number(stale.get(name, 0)),
            nines(verified.get(name, 0), stale.get(name, 0)),
        )
        for name in sorted({*verified, *stale}, key=lambda each: (-stale.get(each, 0), each))
    ]
    whole = sum(verified.values()), sum(stale.values())
    rows.insert(0, (_("all"), number(whole[0]), number(whole[1]), nines(*whole)))
    return Grid(
        "staleness",
        _("Values verified, last week"),
        (_("Key template"), _("Compared"), _("Wrong"), _("Nines")),
        rows,
        _("Cached values are compared with PostgreSQL all the time; last, all %(keys)s there were within %(time)s.")
        % {"keys": number(walk["keys"]), "time": seconds(walk["seconds"])}
        if walk
        else _("Cached values are compared with PostgreSQL all the time."),
    )


def _statements(found: Found) -> Grid:
    missing = _(
        "The extension pg_stat_statements is not there, or not for this user: it takes shared_preload_libraries, "
        "CREATE EXTENSION and GRANT pg_read_all_stats."
    )
    hint = "" if found.statements is not None else missing
    rows = [
        (each.query, number(each.calls), seconds(each.mean), seconds(each.seconds)) for each in found.statements or ()
    ]
    return Grid("statements", _("Slowest statements"), (_("Statement"), _("Calls"), _("Mean"), _("In all")), rows, hint)


def _processes(found: Found) -> Grid:
    return Grid(
        "processes",
        _("Processes"),
        (_("Host"), _("Process"), _("Version"), _("Memory"), _("Files"), _("Connections"), "Redis", _("Since")),
        [
            (
                each.host,
                each.pid,
                each.version,
                size(each.memory),
                number(each.files),
                _("%(some)s of %(all)s") % {"some": each.pool, "all": each.pool_max},
                NOTHING if each.trusted is None else _("trusted") if each.trusted else _("not used"),
                clock(each.started),
            )
            for each in found.processes
        ],
        _("Those of this server as they are now; others tell of theirs once a minute."),
    )


def _jobs(found: Found) -> Grid:
    rows = [(each.name.replace("_", " "), clock(each.last), number(each.failed)) for each in found.jobs]
    return Grid("jobs", _("Periodic jobs"), (_("Job"), _("Last done"), _("Failed")), rows)


def _tables(found: Found) -> Grid:
    before = [found.windows[name].sizes if found.windows else {} for name in ("day", "week")]
    rows = [
        (
            each.name,
            size(each.bytes),
            number(each.rows),
            *(_growth(each.bytes, sizes.get(each.name)) for sizes in before),
        )
        for each in found.tables
    ]
    hint = _("How much they grew is known from the first whole hour on.")
    return Grid(
        "tables",
        _("Largest tables"),
        (_("Table"), _("Size"), _("Rows, about"), _("Grew, last day"), _("Grew, last week")),
        rows,
        hint,
    )


def _growth(now: int, before: int | None) -> str:
    if before is None:
        return NOTHING
    return f"{'+' if now >= before else '-'}{size(abs(now - before))}"


def backup(found: Found) -> str:
    """Say when the last backup was made."""
    if found.last_backup is None:
        return _("None was made yet.")
    return written(found.last_backup, marked("dd MMMM y, HH:mm 'UTC'"))
