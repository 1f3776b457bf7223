"""What is kept for how long is what /privacy says: for each figure, its job deletes what is older, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from feedapp import retention
from feedapp.retention import RETENTION, SETTINGS, Kept
from feedapp.schemas.site import SiteChange
from tests.integration.test_joining import run

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from feedapp.wiring import Services
    from tests.support.people import Somebody


ROOT = Path(__file__).resolve().parents[2]


class Aged(NamedTuple):
    """Rows of a table: `rows` puts an old one and a young one in, {old} and {young} are their times."""

    table: str
    rows: str


AGED: dict[Kept, Aged] = {
    retention.NOTIFICATIONS: Aged(
        "notifications",
        "INSERT INTO notifications (recipient_id, actor_id, kind, created_at, unread_since, read_at) "
        "SELECT {ada}, {bob}, 'follow', {old}, NULL::timestamptz, {old} UNION ALL "
        "SELECT {bob}, {ada}, 'follow', {young}, NULL, {young}",
    ),
    retention.DEVICES: Aged(
        "known_devices",
        "INSERT INTO known_devices (user_id, hash, seen_at) "
        "SELECT {ada}, sha256('a'), {old} UNION ALL SELECT {ada}, sha256('b'), {young}",
    ),
    retention.NETWORKS: Aged(
        "seen_networks",
        "INSERT INTO seen_networks (user_id, network, seen_at) "
        "SELECT {ada}, '192.0.2.0/24', {old} UNION ALL SELECT {bob}, '192.0.2.0/24', {young}",
    ),
    retention.REFUSED: Aged(
        "applications",
        "INSERT INTO applications (username, display_name, password_hash, reason, refused_at) "
        "VALUES ('old', 'Old', 'x', 'Beans', {old}), ('young', 'Young', 'x', 'Beans', {young})",
    ),
    retention.CHANGES: Aged(
        "changes",
        "UPDATE changes SET at = CASE WHEN id = (SELECT min(id) FROM changes) THEN {old} ELSE {young} END",
    ),
    retention.MODERATION: Aged(
        "moderation_actions",
        "INSERT INTO moderation_actions (actor, action, thing, thing_id, created_at) "
        "VALUES ('operator', 'hide', 'post', 1, {old}), ('operator', 'hide', 'post', 1, {young})",
    ),
    retention.NAMES: Aged(
        "former_usernames",
        "INSERT INTO former_usernames (digest, user_id, user_key, given_up_at) "
        "VALUES (sha256('a'), 1, gen_random_uuid(), {old}), (sha256('b'), 1, gen_random_uuid(), {young})",
    ),
    retention.ANSWERS: Aged(
        "idempotency_records",
        "INSERT INTO idempotency_records (key, fingerprint, created_at) "
        "VALUES ('a', sha256('a'), {old}), ('b', sha256('b'), {young})",
    ),
    retention.ARCHIVES: Aged(
        "personal_archives",
        "INSERT INTO personal_archives (user_id, made_at) SELECT {ada}, {old} UNION ALL SELECT {bob}, {young}",
    ),
    retention.LINKS: Aged(
        "reset_links",
        "INSERT INTO reset_links (hash, user_id, expires_at) SELECT sha256('a'), {ada}, {old} + interval '1 day' "
        "UNION ALL SELECT sha256('b'), {bob}, {young} + interval '1 day'",
    ),
    retention.FIGURES: Aged(
        "figures WHERE source = 'x'",
        "INSERT INTO figures (span, at, source, totals) "
        "VALUES ('hour', {old}, 'x', '{{}}'), ('hour', {young}, 'x', '{{}}')",
    ),
}
ELSEWHERE = {
    retention.DELETED_ACCOUNTS: "tests/web/api/accounts/test_leaving.py",
    retention.SWEPT: "tests/web/api/moderation/test_sweeps.py",
    retention.PICTURES: "tests/web/api/media/test_media.py",
    retention.SESSIONS: "tests/web/api/limits/test_token_limits.py",
    retention.TOKENS: "tests/web/api/limits/test_token_limits.py",
    retention.WEBHOOKS: "tests/integration/webhooks/test_deliveries.py",
}
"""What its end is written into when it is made, or has tests of its own."""


@pytest.fixture
def job(services: Services) -> Callable[[Kept], None]:
    """Do the periodic job of something that is kept."""
    jobs = {each.name: each for each in services.periodic_jobs.jobs}

    def do(kept: Kept) -> None:
        jobs[kept.job].do()

    return do


def put(engine: Engine, aged: Aged, *, days: int) -> None:
    """Put rows in that are an hour older and younger than so many days."""
    given = {
        "old": f"clock_timestamp() - interval '{days} days 1 hour'",
        "young": f"clock_timestamp() - interval '{days - 1} days 23 hours'",
        "ada": "(SELECT min(id) FROM users)",
        "bob": "(SELECT max(id) FROM users)",
    }
    with engine.begin() as connection:
        if not aged.rows.startswith("UPDATE"):
            connection.exec_driver_sql(f"DELETE FROM {aged.table}")
        connection.exec_driver_sql(aged.rows.format(**given))


def count(engine: Engine, aged: Aged) -> int:
    with engine.connect() as connection:
        return int(connection.exec_driver_sql(f"SELECT count(*) FROM {aged.table}").scalar_one())


@pytest.mark.parametrize("kept", AGED, ids=lambda kept: AGED[kept].table.partition(" ")[0])
def test_what_is_older_is_deleted_and_what_is_younger_stays(
    app: Flask, engine: Engine, people: Callable[..., Somebody], job: Callable[[Kept], None], kept: Kept
) -> None:
    people("ada"), people("bob")
    for days in [kept.days, kept.days // 2 + 1] if kept.setting else [kept.days]:
        if kept is retention.MODERATION and days == retention.FOR_GOOD:
            put(engine, AGED[kept], days=3_000)
            job(kept)
            assert count(engine, AGED[kept]) == 2, "for good, unless an admin says otherwise"
            continue
        if days != kept.days:
            run(app, "site", "set", f"{kept.setting}={days}")
        put(engine, AGED[kept], days=days)
        before = count(engine, AGED[kept])
        job(kept)
        assert count(engine, AGED[kept]) == before - 1


def test_what_everybody_reads_of_the_log_is_gone_with_it(
    app: Flask, client: FlaskClient, engine: Engine, people: Callable[..., Somebody], job: Callable[[Kept], None]
) -> None:
    people("ada")
    run(app, "site", "set", "moderation_log=public", "moderation_days=5")
    put(engine, AGED[retention.MODERATION], days=5)
    assert client.get("/moderation").text.count("<time ") == 2
    job(retention.MODERATION)
    assert client.get("/moderation").text.count("<time ") == 1


def test_each_figure_has_a_job_and_a_test(services: Services) -> None:
    names = {each.name for each in services.periodic_jobs.jobs}
    assert {each.job for each in RETENTION} <= names
    assert set(AGED) | set(ELSEWHERE) == set(RETENTION)
    assert not set(AGED) & set(ELSEWHERE)
    assert all((ROOT / path).exists() for path in ELSEWHERE.values())


def _shown(each: Kept) -> str:
    return f"{each.days} day{'s' * (each.days != 1)}" if each.days else each.none


def test_an_admin_says_other_figures_and_everybody_reads_them(app: Flask, client: FlaskClient) -> None:
    assert {each.setting for each in SETTINGS} == {name for name in SiteChange.model_fields if name.endswith("_days")}
    page = client.get("/privacy").text
    for each in RETENTION:
        assert f"<div><dt>{each.what}</dt><dd>{_shown(each)}</dd></div>" in page
    run(app, "site", "set", *(f"{each.setting}=77" for each in SETTINGS))
    assert client.get("/privacy").text.count("<dd>77 days</dd>") == len(SETTINGS)


@pytest.mark.parametrize("kept", SETTINGS, ids=lambda kept: kept.setting)
@pytest.mark.parametrize("wrong", ["", "-1", "x", "1.5", "99999", "٣"])
def test_a_figure_that_is_none_is_refused(app: Flask, kept: Kept, wrong: str) -> None:
    refused = app.test_cli_runner().invoke(args=["site", "set", f"{kept.setting}={wrong}"])
    assert refused.exit_code != 0
    assert f"from {kept.least} to {kept.most}" in refused.output
