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
FIRST_WITH_TRANSACTION_TIMEOUT = 17
_ASIDE = """
SET lock_timeout = '{seconds}s';
DO $$
DECLARE
    held text := (SELECT string_agg(format('public.%I', tablename), ', ') FROM pg_tables WHERE schemaname = 'public');
BEGIN
    IF held IS NOT NULL THEN
        EXECUTE 'LOCK TABLE ' || held || ' IN ACCESS EXCLUSIVE MODE';
        ALTER SCHEMA public RENAME TO {aside};
        CREATE SCHEMA public;
    END IF;
END $$;
"""
"""Whoever writes meanwhile ends first, or waits and then writes into the restored tables."""


def load(dump: Path, url: str, *, made_by: int, now: datetime) -> str | None:
    """Load it in one transaction, and give the schema of the tables of before, if there were any.

    `made_by` is the version of the pg_dump that made it.

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
        restoring = program("pg_restore", made_by)
        run([restoring, "--schema=public", "--no-owner", "--no-privileges", f"--file={script}", dump], url)
        _understood(script, version)
        quiet = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null", "--no-password"]
        with_it = restoring.with_name("psql")
        loading = with_it if with_it.exists() else program("psql", version)
        run([loading, *quiet, "--single-transaction", f"--file={before}", f"--file={script}"], url)
        run([loading, *quiet, "--command=ANALYZE"], url)
    return aside if is_filled else None


def _understood(script: Path, version: int) -> None:
    """Take out a setting that newer programs write and older servers do not know."""
    if version < FIRST_WITH_TRANSACTION_TIMEOUT:
        whole = script.read_bytes()
        script.write_bytes(whole.replace(b"\nSET transaction_timeout = 0;\n", b"\n", 1))
