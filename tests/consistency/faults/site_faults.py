"""What can happen to the app's own processes and to PostgreSQL."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import psycopg2

from tests.consistency.faults.waiting import sleep_until
from tests.consistency.sites.databases import Single

if TYPE_CHECKING:
    from random import Random

    from tests.consistency.faults.waiting import Until
    from tests.consistency.sites.site import Site

MOST_CONNECTIONS = 300


def healthy(site: Site, until: Until, rng: Random) -> None:
    """Nothing is broken."""
    sleep_until(until)


def app_killed(site: Site, until: Until, rng: Random) -> None:
    """A process is killed at random, and started again."""
    while time.monotonic() < until - 1:
        app = rng.choice(site.apps)
        time.sleep(rng.uniform(0.2, 0.6))
        app.kill()
        time.sleep(rng.uniform(0, 0.5))
        app.launch()
        app.wait()
    sleep_until(until)


def app_killed_between_commit_and_delete(site: Site, until: Until, rng: Random) -> None:
    """Each process ends by itself, some times, between a commit and the deletion; it is started again."""
    site.armed.touch()
    while time.monotonic() < until:
        for app in site.apps:
            if app.ended:
                app.kill()
                app.launch()
                app.wait()
        time.sleep(0.05)
    site.armed.unlink()


def postgres_restarted(site: Site, until: Until, rng: Random) -> None:
    """A fast shutdown, and a start."""
    assert isinstance(site.database, Single)
    site.database.server.stop()
    sleep_until(min(until, time.monotonic() + 1))
    site.database.server.start()
    sleep_until(until)


def upgraded(site: Site, until: Until, rng: Random) -> None:
    """One process runs this release, all others the one before; they follow one by one."""
    pause = max(0, until - time.monotonic()) / len(site.apps)
    for app in site.apps[1:]:
        time.sleep(pause)
        app.restart()
    sleep_until(until)


def connections_exhausted(site: Site, until: Until, rng: Random) -> None:
    """Others take all of PostgreSQL's connections, also those of the app."""
    taken: list[Any] = []
    try:
        while time.monotonic() < until:
            with suppress(psycopg2.OperationalError):
                while len(taken) < MOST_CONNECTIONS:
                    taken.append(psycopg2.connect(site.database.direct_url, application_name="greedy"))
            with suppress(psycopg2.Error), taken[0], taken[0].cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'feedapp'"
                )
            time.sleep(0.05)
    finally:
        for connection in taken:
            connection.close()
