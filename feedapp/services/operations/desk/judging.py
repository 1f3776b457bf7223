"""The first sentence of the desk: what is wrong and what to do, or that all is well."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

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
OLD_OUTBOX = 60.0
OLD_BACKUP = timedelta(days=2)


def judge(found: Found) -> list[Sentence]:
    """Say all that is wrong, the worst first; nothing if all is well."""
    sentences = [*_postgresql(found), *_redis(found), *_requests(found), *_data(found)]
    return sorted(sentences, key=lambda each: not each.bad)


def _postgresql(found: Found) -> Iterator[Sentence]:
    health = found.health
    if health.postgresql == "unavailable":
        yield Sentence(
            f"PostgreSQL does not answer: {health.detail}",
            "Cached pages are still shown, everything else is refused. Start it, or see its log and DATABASE_URL.",
            bad=True,
        )
    elif health.postgresql != "ok":
        yield Sentence(health.detail, "Reads go on, nothing can be written.", bad=True)
    elif health.redis == "ok" and health.detail:  # what is left is a full disk
        yield Sentence(health.detail, "Make room for PostgreSQL; until then nothing can be written.", bad=True)
    if health.postgresql == "unavailable":
        return
    recent = found.recent
    mean = recent.get("sql_seconds", 0) / max(1, recent.get("sql_trips", 0))
    if found.took > SLOW_LOOK or (recent.get("sql_trips", 0) >= ENOUGH and mean > SLOW_STATEMENT):
        seconds = max(found.took, mean)
        yield Sentence(
            f"PostgreSQL is slow: it took {seconds:.1f} s to answer.",
            "See the slowest statements below, pg_stat_activity for what waits, and its disk.",
        )


def _redis(found: Found) -> Iterator[Sentence]:
    health = found.health
    if health.redis == "unavailable":
        yield Sentence(
            f"Redis is away since {_clock(found.trust_since)}; reads come from PostgreSQL.",
            "Start it, or mend REDIS_URL. Nothing is lost or wrong meanwhile, it is slower.",
        )
    elif health.redis != "ok":
        yield Sentence(
            f"Redis is there and not trusted since {_clock(found.trust_since)}; reads come from PostgreSQL.",
            "It is trusted by itself within seconds. If not, the log says why: a full disk, a full memory, a replica.",
        )
    else:
        others = [each for each in found.processes if each.trusted is False]
        if others:
            yield Sentence(
                f"{len(others)} of {len(found.processes)} processes do not use Redis.",
                "See which below, and in their log why.",
            )
        yield from _memory(found)


def _memory(found: Found) -> Iterator[Sentence]:
    used, most = found.memory.get("used_memory", 0), found.memory.get("maxmemory", 0)
    evicted = found.evicted
    if evicted:
        yield Sentence(
            f"Redis evicts: it had to forget {evicted:,} values in the last hour.",
            "It is full, and pages are loaded again sooner than they need be: give it more memory (maxmemory).",
        )
    elif most and used >= FULL * most:
        yield Sentence(
            f"Redis is full: {used / 2**20:,.1f} of {most / 2**20:,.1f} MB.",
            "Give it more memory, or maxmemory-policy allkeys-lfu: with noeviction nothing new is cached.",
        )


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


def _clock(moment: float) -> str:
    at = datetime.fromtimestamp(moment, UTC)
    is_today = datetime.now(UTC) - at < timedelta(hours=20)
    return f"{at:%H:%M} UTC" if is_today else f"{at:%d %B, %H:%M} UTC"
