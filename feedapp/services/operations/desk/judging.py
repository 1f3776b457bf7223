"""The first sentence of the desk: what is wrong and what to do, or that all is well."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import time
from typing import TYPE_CHECKING

from feedapp.observability.reasons import BY_SQLSTATE, DISK_FULL
from feedapp.services.operations.desk.found import Sentence
from feedapp.services.operations.desk.windows import percentile

if TYPE_CHECKING:
    from collections.abc import Iterator

from feedapp.services.operations.desk.found import Found

SLOW_STATEMENT = 0.1
SLOW_LOOK = 1.0
SLOW_REQUEST = 1.0
MANY_ERRORS = 0.01
ENOUGH = 20
"""Requests without which a share says nothing."""
FULL = 0.97
JUST_NOW = 30.0
"""Seconds for which something that failed is taken for going on: a server whose figures are refused tries each 10 s."""
SEGMENT = 2**24
"""Bytes that PostgreSQL takes at a time, for its log."""
OLD_OUTBOX = 60.0
OLD_BACKUP = timedelta(days=2)


def judge(found: Found) -> list[Sentence]:
    """Say all that is wrong, the worst first; nothing if all is well."""
    sentences = [*_postgresql(found), *_redis(found), *_requests(found), *_data(found)]
    return sorted(sentences, key=lambda each: not each.bad)


def _postgresql(found: Found) -> Iterator[Sentence]:
    health = found.health
    said, remedy = _parted(health.detail)
    if health.postgresql == "unavailable":
        yield Sentence(
            f"PostgreSQL does not answer: {health.detail}",
            "Cached pages are still shown, everything else is refused. Start it, or see its log and DATABASE_URL.",
            bad=True,
        )
    elif health.postgresql == "read-only":
        yield Sentence(said, f"{remedy} Reads go on, nothing can be written.".lstrip(), bad=True)
    elif health.postgresql != "ok":
        yield Sentence(said, remedy, bad=True)
    yield from _disks(found)
    if health.postgresql == "unavailable":
        return
    recent = found.recent
    mean = recent.get("sql_seconds", 0) / max(1, recent.get("sql_trips", 0))
    remedy = "See the slowest statements below, pg_stat_activity for what waits, and its disk and processors."
    if found.took > SLOW_LOOK:
        yield Sentence(f"PostgreSQL is slow: what this page asks of it took {found.took:.1f} s.", remedy)
    elif recent.get("sql_trips", 0) >= ENOUGH and mean > SLOW_STATEMENT:
        yield Sentence(f"PostgreSQL is slow: a request waits {mean:.1f} s for it.", remedy)


def _disks(found: Found) -> Iterator[Sentence]:
    """PostgreSQL's own is known by what it refuses, wherever it runs; others by looking, where the site runs."""
    disks = sorted(found.disks, key=lambda each: not each.is_of_postgresql)
    places = [f"{each.left / 2**20:,.0f} MB are left at {each.place}" for each in disks]
    refused = time() - found.failures.get(BY_SQLSTATE[DISK_FULL], 0.0) < JUST_NOW
    if refused or (disks and disks[0].is_of_postgresql and disks[0].left < SEGMENT):
        where = f" ({places[0]})" if places else ""
        yield Sentence(
            "PostgreSQL's disk is full: what people write is refused.",
            f"Make room on it{where}. Reads go on, and writes work again by themselves once there is room.",
            bad=True,
        )
        places = places[1:]
    for place in places:
        yield Sentence(f"A disk is full: {place}.", "Make room there: what needs that disk fails, or soon will.")


def _redis(found: Found) -> Iterator[Sentence]:
    health = found.health
    silent = [each for each in found.processes if each.trusted is False]
    since = _clock(min([found.trust_since, *(each.since for each in silent if each.since)]))
    full = _is_full(found)
    if health.redis == "unavailable":
        yield Sentence(
            f"Redis is away since {since}; reads come from PostgreSQL.",
            "Start it, or mend REDIS_URL. Nothing is lost or wrong meanwhile, it is slower.",
        )
        return
    yield from full
    if health.redis != "ok" and health.postgresql == "ok":  # without PostgreSQL it cannot be trusted again
        why = found.trust_lost.partition(" (")[0]
        yield Sentence(
            f"Redis is there and not trusted since {since}{f': {why}' if why else ''}; reads come from PostgreSQL.",
            "It is trusted by itself within seconds. If not: does REDIS_URL lead to a replica, is its memory full, may "
            "its user delete? The log says what it refuses.",
        )
    elif health.redis == "ok" and silent:
        yield Sentence(
            f"Processes that do not use Redis: {len(silent)} of {len(found.processes)}.",
            "See which below, and in their log why. Processes of other hosts tell it once a minute.",
        )
    if not full and (evicted := found.evicted):
        yield Sentence(
            f"Redis evicts: it had to forget {evicted:,} values in the last hour.",
            "Its memory is full, so pages are loaded again sooner than they need be: give it more (maxmemory).",
        )


def _is_full(found: Found) -> list[Sentence]:
    """One that evicts is always nearly full, and that is well."""
    used, most = found.memory.get("used_memory", 0), found.memory.get("maxmemory", 0)
    if not most or used < FULL * most or not found.memory.get("keeping"):
        return []
    return [
        Sentence(
            f"Redis is full: {used / 2**20:,.1f} of {most / 2**20:,.1f} MB, and it evicts nothing.",
            "Nothing new is cached. Give it more memory (maxmemory), or set maxmemory-policy to allkeys-lru.",
        )
    ]


def _requests(found: Found) -> Iterator[Sentence]:
    recent = found.recent
    requests, errors = recent.get("requests", 0), recent.get("errors", 0)
    if requests >= ENOUGH and errors > MANY_ERRORS * requests:
        yield Sentence(
            f"{100 * errors / requests:.1f} % of requests fail.",
            "See which routes below, and the ERROR lines of the log.",
            bad=True,
        )
    slow = percentile(recent.get("buckets", []), 0.95)
    if requests >= ENOUGH and slow is not None and slow > SLOW_REQUEST:
        yield Sentence(
            f"The site is slow: one request in twenty takes {slow:.1f} s or longer.",
            "See the slowest routes and statements below.",
        )


def _data(found: Found) -> Iterator[Sentence]:
    age = found.gauges.get("outbox_age", 0)
    if age > OLD_OUTBOX and found.health.redis == "ok":
        yield Sentence(
            f"{found.gauges.get('outbox_depth', 0):,} writes wait in the outbox, the oldest for {age:.0f} s.",
            "Redis refuses their deletion, or a process cannot reach it: the log says why.",
        )
    wrong = found.stale_today
    if wrong:
        yield Sentence(
            f"The verifier found {wrong:,} wrong values in Redis in the last day.",
            "See `Stale value` in the log. Who else writes to this Redis, or to PostgreSQL past the site?",
        )
    if found.drifted:
        yield Sentence(
            f"Counters of {found.drifted:,} people or posts have drifted.", "Repair them by the button below."
        )
    if found.last_backup is not None and datetime.now(UTC) - found.last_backup > OLD_BACKUP:
        yield Sentence(
            f"The last backup is from {found.last_backup:%d %B %Y}.", "Make one: flask --app wsgi backup DIRECTORY"
        )
    for gap in found.gaps:
        yield Sentence(f"{gap} could not be read.", "What is shown below is incomplete.")


def _parted(detail: str) -> tuple[str, str]:
    """Part what is wrong from what to do about it, as health checks write it."""
    said, _, remedy = detail.rstrip(".").partition(": ")
    return f"{said}.", f"{remedy[:1].upper()}{remedy[1:]}." if remedy else ""


def _clock(moment: float) -> str:
    at = datetime.fromtimestamp(moment, UTC)
    is_today = datetime.now(UTC) - at < timedelta(hours=20)
    return f"{at:%H:%M} UTC" if is_today else f"{at:%d %B, %H:%M} UTC"
