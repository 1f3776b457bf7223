"""Puts a dump into a database: all of it or nothing, and what was there before stays beside it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg2

from feedapp.services.operations.backup.programs import program, run

if TYPE_CHECKING:
    from datetime import datetime

LOCK_SECONDS = 30
_ASIDE = """
SET lock_timeout = '{seconds}s';
DO $$
DECLARE held text := (SELECT string_agg(format('public.%I', tablename), ', ') FROM pg_tables WHERE schemaname = 'public');
BEGIN
    IF held IS NOT NULL THEN
        EXECUTE 'LOCK TABLE ' || held || ' IN ACCESS EXCLUSIVE MODE';
        ALTER SCHEMA public RENAME TO {aside};
        CREATE SCHEMA public;
    END IF;
END $$;
"""
"""Whoever writes meanwhile ends first, or waits and then writes into the restored tables."""


def load(dump: Path, url: str, *, now: datetime) -> str | None:
    """Load it in one transaction. Give the schema in which the tables of before stand; None if there were none.

    Raise UnavailableError, and nothing has changed.
    """
    aside = f"before_restore_{now:%Y%m%d_%H%M%S}"
    with psycopg2.connect(url) as connected, connected.cursor() as cursor:
        version = connected.server_version // 10_000
        cursor.execute("SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public')")
        is_filled = bool(cursor.fetchone()[0])
    connected.close()
    with tempfile.TemporaryDirectory(prefix="feedapp-restore-") as folder:
        script, before = Path(folder, "dump.sql"), Path(folder, "before.sql")
        before.write_text(_ASIDE.format(seconds=LOCK_SECONDS, aside=aside), encoding="utf-8")
        restoring = program("pg_restore", max(version, _made_by(dump)))
        run([restoring, "--schema=public", "--no-owner", "--no-privileges", f"--file={script}", dump], url)
        quiet = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null", "--no-password"]
        with_it = restoring.with_name("psql")
        loading = with_it if with_it.exists() else program("psql", version)
        run([loading, *quiet, "--single-transaction", f"--file={before}", f"--file={script}"], url)
        run([loading, *quiet, "--command=ANALYZE"], url)
    return aside if is_filled else None


def _made_by(dump: Path) -> int:
    """Give the version of the program that made a dump: an older one cannot read it."""
    told = run([program("pg_restore", 1_0).with_name("pg_restore"), "--list", dump], "postgresql:///")
    return next(
        (int(line.split(":")[1].split(".")[0]) for line in told.splitlines() if "Dumped by pg_dump version" in line), 0
    )
