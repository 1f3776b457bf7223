"""/admin and `flask status`: what they say when all is well, and in each fault; who sees them; the repair."""

from __future__ import annotations

import json
import logging
import re
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from feedapp.observability import metrics, troubles
from feedapp.observability.reasons import BY_SQLSTATE, DISK_FULL
from feedapp.services.operations.desk import judging
from feedapp.services.operations.desk.disks import Disk
from feedapp.services.operations.health import Health
from tests.integration.desk.test_ring import put
from tests.integration.observed.conftest import redis_away
from tests.web.pages.browsing import Browser

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy import Engine

    from feedapp.wiring import Services


@pytest.fixture(autouse=True)
def nothing_counted(services: Services, engine: Engine) -> None:
    """What earlier tests did in this process is not of this site."""
    services.counting.finish()
    metrics.FAILED_LAST.clear()
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM figures; DELETE FROM server_states"))


@pytest.fixture
def admin(app: Flask, people: Any, services: Services) -> Browser:
    somebody = people("ada")
    services.roles.assign(username="ada", role="admin")
    return Browser(app, somebody.session)


def verdict(admin: Browser) -> str:
    answer = admin.get("/admin")
    assert answer.status_code == 200
    assert "script>" not in answer.text.partition("<main")[2]
    assert "style=" not in answer.text
    (found,) = re.findall(r'<section class="verdict".*?</section>', answer.text, re.DOTALL)
    return str(found)


def test_all_is_well_and_each_figure_has_its_picture_its_text_and_its_table(
    admin: Browser, services: Services, engine: Engine
) -> None:
    services.counting.finish()
    services.counting.site()
    assert "All is well." in verdict(admin)
    page = admin.get("/admin").text
    cards = re.findall(r'<li class="gauge">.*?</li>', page, re.DOTALL)
    assert len(cards) >= 12
    for card in cards:
        assert card.count('<svg class="spark"') == 3
        assert len(re.findall(r'aria-label="[^"]+, last (hour|day|week): ', card)) >= 3
        assert card.count("<details>") == 1
    tables = ("Slowest routes", "Hits and misses", "Values verified", "Processes", "Periodic jobs", "Largest tables")
    for title in tables:
        assert title in page
    for link in ("/admin/reports", "/admin/people", "/admin/site", "/admin/log"):
        assert f'href="{link}"' in page


def test_each_window_can_be_chosen_and_any_other_is_the_hour(admin: Browser) -> None:
    for window, shown in (("day", "day"), ("week", "week"), ("century", "hour")):
        assert f"How long requests took, last {shown}" in admin.get(f"/admin?window={window}").text
    assert admin.get("/admin?repaired=²").status_code == 200


def test_without_redis_it_answers_and_says_since_when(admin: Browser, services: Services) -> None:
    health = Health("ok", "unavailable", "Redis is away.")
    with redis_away(services), patch.object(services.health, "check", lambda: health):
        said = verdict(admin)
    assert re.search(r"Redis is away since \d\d:\d\d UTC; reads come from PostgreSQL\.", said)
    assert "Start it" in said


def test_untrusted_is_told_apart_from_away(admin: Browser, services: Services) -> None:
    with redis_away(services):
        assert "Redis is there and not trusted since" in verdict(admin)


FAULTS = {
    "PostgreSQL is a replica": Health("read-only", "ok", "PostgreSQL is a replica and accepts no writes."),
    "does not answer": Health("unavailable", "ok", "No connection."),
}


@pytest.mark.parametrize("said", FAULTS)
def test_what_readiness_finds_is_said_first(admin: Browser, services: Services, said: str) -> None:
    with patch.object(services.health, "check", lambda: FAULTS[said]):
        first = verdict(admin).partition('class="said">')[2].partition("</p>")[0]
    assert said in first or FAULTS[said].detail in first


class DiskFullError(Exception):
    """As psycopg2 raises it."""

    pgcode = DISK_FULL


def test_a_full_disk_is_said_for_half_a_minute_whichever_process_met_it(
    admin: Browser, services: Services, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    troubles.happened(logging.getLogger(__name__), "A write failed", DiskFullError())
    said = verdict(admin)
    assert "PostgreSQL&#39;s disk is full: what people write is refused." in said.partition("</p>")[0]
    assert "Make room on it" in said
    metrics.FAILED_LAST.clear()
    assert "All is well." in verdict(admin)
    state = {"troubles": {BY_SQLSTATE[DISK_FULL]: time.time() - 20}, "disks": [["/srv", 3 * 2**20, True, False]]}
    with engine.begin() as connection:
        insert = text("INSERT INTO server_states (source, state) VALUES ('web9/x', CAST(:state AS jsonb))")
        connection.execute(insert, {"state": json.dumps(state)})
    assert "disk is full: what people write is refused." in verdict(admin)
    monkeypatch.setattr(judging, "JUST_NOW", 10.0)
    assert "A disk is full: 3 MB are left at /srv." in verdict(admin)
    own = [Disk("/var/lib/postgresql", 2**20, is_full=True, is_of_postgresql=True)]
    monkeypatch.setattr(services.desk._disks, "look", lambda **_: own)
    assert "Make room on it (1 MB are left at /var/lib/postgresql)." in verdict(admin)


def test_a_cause_without_a_name_is_no_figure_of_its_own() -> None:
    troubles.happened(logging.getLogger(__name__), "Something failed", f"for a reason of its own, {time.time()}")
    reasons = {sample.labels["reason"] for metric in metrics.FAILED_LAST.collect() for sample in metric.samples}
    assert reasons == {"other"}


def test_what_postgresql_does_not_answer_is_left_out_and_named(admin: Browser, services: Services) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OperationalError("SELECT", {}, Exception("canceled"))

    with patch.object(services.desk._ring, "minutes", refuse):
        assert "The figures of before could not be read." in verdict(admin)


def now_put(engine: Engine, source: str, totals: str, *, back: int = 1) -> None:
    put(engine, datetime.now(UTC) - timedelta(minutes=back), source, totals)


def test_a_redis_that_evicts_or_is_full_is_said(admin: Browser, services: Services, engine: Engine) -> None:
    memory = {"used_memory": 99, "maxmemory": 100, "evicted_keys": 0, "keeping": 1, "uptime_in_seconds": 9_999}
    with patch.object(services.backend, "memory", lambda: memory):
        assert "Redis is full" in verdict(admin)
    with patch.object(services.backend, "memory", lambda: memory | {"keeping": 0}):  # one that evicts is always full
        assert "All is well." in verdict(admin)
    with patch.object(
        services.backend, "memory", lambda: memory | {"keeping": 0, "evicted_keys": 7, "uptime_in_seconds": 60}
    ):
        assert "it had to forget 7 values" in verdict(admin)
    now_put(engine, "site", '{"evicted_keys": 4}', back=9)
    with patch.object(services.backend, "memory", lambda: memory | {"keeping": 0, "evicted_keys": 9}):
        assert "it had to forget 5 values" in verdict(admin)
    now_put(engine, "site", '{"evicted_keys": 10}', back=5)
    now_put(engine, "site", '{"evicted_keys": 1510}')
    assert "Redis evicts: it had to forget 1,506 values in the last hour." in verdict(admin)


def test_slow_and_failing_requests_stale_values_an_old_outbox_and_an_old_backup_are_said(
    admin: Browser, engine: Engine
) -> None:
    buckets = [0] * 11 + [100] + [0] * 3
    now_put(engine, "site", '{"evicted_keys": 10}', back=5)
    now_put(engine, "site", '{"evicted_keys": 11}')
    now_put(engine, "one", f'{{"requests": 100, "errors": 5, "seconds": 60, "buckets": {buckets}, "stale": 2}}')
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO backups (kind, bytes, finished_at) VALUES ('dump', 1, '2026-01-02')"))
        connection.execute(
            text("INSERT INTO outbox (keys, created_at) VALUES ('{x}', clock_timestamp() - interval '5 minutes')")
        )
    said = verdict(admin)
    assert "5.0 % of requests fail." in said.partition("</p>")[0]  # what turns people away comes first
    wrong = ["Redis evicts", "The site is slow", "The verifier found 2 wrong values", "1 writes wait"]
    wrong.append("from 02 January 2026")
    for part in wrong:
        assert part in said, part


def test_slow_statements_are_said(admin: Browser, engine: Engine) -> None:
    now_put(engine, "one", '{"requests": 30, "sql_trips": 30, "sql_seconds": 60, "seconds": 60}')
    assert "PostgreSQL is slow: a request waits 2.0 s for it." in verdict(admin)


def test_processes_that_do_not_use_redis_are_said_and_shown(admin: Browser, engine: Engine) -> None:
    processes = '{"1": {"trusted": 1, "version": "7.7", "memory": 5000000}, "2": {"trusted": 0, "version": "7.7"}}'
    state = f'{{"host": "web9", "processes": {processes}, "jobs": {{"verifier": 1795800000}}}}'
    with engine.begin() as connection:
        insert = text("INSERT INTO server_states (source, state) VALUES ('web9/x', CAST(:state AS jsonb))")
        connection.execute(insert, {"state": state})
    assert "Processes that do not use Redis: 1 of 3." in verdict(admin)  # the third is this one, as it is now
    page = admin.get("/admin").text
    for shown in ("web9", "7.7", "5.0 MB", "not used", "verifier"):
        assert shown in page


def test_drifted_counters_are_said_and_a_button_repairs_them(
    admin: Browser, services: Services, engine: Engine
) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE user_counters SET posts = 9"))
    for _ in range(4):
        services.drift.look()
    assert "Counters of 1 people or posts have drifted." in verdict(admin)
    assert 'action="/admin/counters/repair"' in admin.get("/admin").text
    answer = admin.post("/admin/counters/repair")
    assert answer.headers["Location"] == "/admin?repaired=1#counters"
    assert "1 counter was wrong and is right now." in admin.get("/admin?repaired=1").text
    assert "All is well." in verdict(admin)
    assert admin.get("/admin/counters/repair").headers["Location"] == "/admin#counters"


def test_whoever_is_no_admin_is_refused(app: Flask, people: Any, services: Services) -> None:
    bob = people("bob")
    services.roles.assign(username="bob", role="moderator")
    assert Browser(app, bob.session).get("/admin").status_code == 403
    assert Browser(app).get("/admin").status_code == 303


def test_the_same_in_a_terminal(app: Flask, services: Services, engine: Engine) -> None:
    services.counting.finish()
    services.counting.site()
    told = app.test_cli_runner().invoke(args=["status"])
    assert told.exit_code == 0, told.output
    assert told.output.startswith("All is well.\n")
    for title in ("Requests a second", "Latency, p99", "Redis memory", "Sign-ups", "Processes", "Largest tables"):
        assert title in told.output
    buckets = [0] * 11 + [100] + [0] * 3
    now_put(engine, "one", f'{{"requests": 100, "errors": 5, "seconds": 60, "buckets": {buckets}}}')
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM figures WHERE source NOT IN ('one', 'site')"))
    told = app.test_cli_runner().invoke(args=["status", "--window", "day"])
    assert told.exit_code == 1
    assert told.output.startswith("5.0 % of requests fail.\n  See which routes below")
