"""A served site with figures of a week, whose servers and disk may be harmed, and its admin in a browser."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import psycopg2
import pytest

from tests.browser.desk.faults import SMALL_DISK, Watched
from tests.browser.visitors import Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

WRITTEN = """
INSERT INTO figures (span, at, source, totals, details)
SELECT span, at, source, CASE source WHEN 'site' THEN jsonb_build_object(
    'outbox_depth', abs(2 * wave)::int, 'outbox_age', abs(wave), 'messages', 0, 'open_reports', 3, 'redis_trusted', 1,
    'database_bytes', 60000000 + 200 * n, 'used_memory', 40000000 + (9000000 * wave)::int, 'maxmemory', 256000000,
    'evicted_keys', 0)
ELSE jsonb_build_object(
    'requests', n, 'errors', n / 2000, 'seconds', 60, 'hits', 6 * n, 'misses', n / 2, 'sign_ups', n % 3,
    'sql_trips', n / 2, 'sql_seconds', n / 200.0, 'verified', 600,
    'buckets', to_jsonb(ARRAY[n / 8, n / 3, n / 4, n / 8, n / 16, n / 20, n / 40, n / 100, n / 900, 0, 0, 0, 0, 0, 0]))
END, CASE source WHEN 'site' THEN '{}' ELSE jsonb_build_object(
    'routes', jsonb_build_object(
        'GET /public', jsonb_build_object('errors', 0, 'seconds', n / 100.0, 'buckets', ARRAY[0, n / 2, n / 4]),
        'POST /posts', jsonb_build_object('errors', 1, 'seconds', n / 30.0, 'buckets', ARRAY[0, 0, 0, n / 9])),
    'hits', jsonb_build_object('post', 4 * n, 'viewer', 2 * n), 'misses', jsonb_build_object('post', n / 2),
    'verified', jsonb_build_object('post', 500, 'viewer', 100)) END::jsonb
FROM (
    SELECT 'minute' AS span, date_trunc('minute', now()) - make_interval(mins => ago) AS at, source,
        (1500 + 700 * sin(ago / 9.0))::int AS n, sin(ago / 7.0) AS wave
    FROM generate_series(2, 59) AS ago, unnest(ARRAY['web1/1', 'site']) AS source
    UNION ALL
    SELECT 'hour', date_trunc('hour', now()) - make_interval(hours => ago), source,
        (60000 + 45000 * sin(ago / 3.8))::int, sin(ago / 5.0)
    FROM generate_series(1, 167) AS ago, unnest(ARRAY['servers', 'site']) AS source
) AS series
"""


@pytest.fixture(scope="session")
def small_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give a place on a disk of its own, where one can be mounted, else any."""
    place = tmp_path_factory.mktemp("disk")
    command = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK},mode=755", "tmpfs", str(place)]
    is_small = subprocess.run(command, capture_output=True, check=False).returncode == 0
    yield place
    if is_small:
        subprocess.run(["umount", "--lazy", place], check=True)


@pytest.fixture(scope="session")
def watched(small_disk: Path) -> Iterator[Watched]:
    with Watched(small_disk) as site:
        connection = psycopg2.connect(site.servers.database_url)
        with connection, connection.cursor() as cursor:
            cursor.execute(WRITTEN)
        connection.close()
        yield site


@pytest.fixture(scope="module")
def admin(watched: Watched, browser: Browser) -> Iterator[Visitor]:
    context = browser.new_context(base_url=f"http://127.0.0.1:{watched.port}", reduced_motion="reduce")
    visitor = Visitor(context, watched.next_name())
    visitor.refuse_errors()
    visitor.sign_up()
    made = watched.flask("user", "role", str(visitor.name), "admin")
    assert made.returncode == 0, made.stderr
    yield visitor
    context.close()
