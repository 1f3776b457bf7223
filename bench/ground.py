"""PostgreSQL and Redis of the benchmark's own, with the tables and a seeded community."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import psutil
import psycopg2
import redis

from bench.places import ROOT, SECRET_KEY, VAR
from feedapp.cache.catalogue.keys import FENCE, INCARNATION
from feedapp.embedded import Servers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

MARKS = tuple((template.form % "").encode() for template in (FENCE, INCARNATION))
PORTION = 5_000


class Ground:
    """Both servers and what the harness asks of them directly."""

    def __init__(self, servers: Servers, directory: Path) -> None:
        self.directory = directory
        self.database_url = servers.database_url
        self.redis_url = servers.redis_url
        self.redis = redis.from_url(servers.redis_url)
        self._addresses = servers.addresses()

    def database(self, name: str) -> str:
        """Make another database beside the first, with the tables; give its address."""
        self.run(f"CREATE DATABASE {name}", autocommit=True)
        url = urlsplit(self.database_url)._replace(path=f"/{name}").geturl()
        self.flask("db", "upgrade", database_url=url)
        return url

    def flask(self, *arguments: str, database_url: str | None = None) -> None:
        """Run one of the product's own commands."""
        settings = {
            "DATABASE_URL": database_url or self.database_url,
            "REDIS_URL": self.redis_url,
            "SECRET_KEY": SECRET_KEY,
        }
        subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *arguments],
            cwd=ROOT,
            env={**os.environ, **settings},
            check=True,
            capture_output=True,
        )

    def run(self, sql: str, *, database_url: str | None = None, autocommit: bool = False) -> None:
        """Run a statement."""
        connection = psycopg2.connect(database_url or self.database_url)
        connection.autocommit = autocommit
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql)
            connection.commit()
        finally:
            connection.close()

    def query(self, sql: str, *, database_url: str | None = None) -> list[tuple[Any, ...]]:
        """Ask PostgreSQL."""
        connection = psycopg2.connect(database_url or self.database_url)
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql)
                rows: list[tuple[Any, ...]] = cursor.fetchall()
                return rows
        finally:
            connection.close()

    def seed(self, **sizes: int) -> None:
        """Migrate, and load a believable community."""
        self.flask("db", "upgrade")
        self.flask("seed", "--quiet", *(f"--{name}={size}" for name, size in sizes.items()))
        # As on a site that has run for a while; autovacuum would do it at some moment in the middle of the measuring.
        self.run("VACUUM (ANALYZE)", autocommit=True)

    def commands(self) -> int:
        """Count the commands that Redis has been sent; those inside its scripts are counted, too."""
        stats: dict[str, dict[str, int]] = self.redis.info("commandstats")
        own = {"cmdstat_info", "cmdstat_hello", "cmdstat_client|setinfo", "cmdstat_select", "cmdstat_flushdb"}
        return sum(each["calls"] for name, each in stats.items() if name not in own)

    def redis_processes(self) -> list[psutil.Process]:
        """Give Redis's process."""
        return [psutil.Process(self._addresses.redis_pid)]

    def sql_processes(self) -> list[psutil.Process]:
        """Give PostgreSQL's processes."""
        root = psutil.Process(self._addresses.postgres_pid)
        return [root, *root.children(recursive=True)]


def forget(store: redis.Redis) -> None:
    """Empty Redis but for the marks of feedapp's runs: without them nothing would be read from it for a moment."""
    doomed = [name for name in store.scan_iter(count=10_000) if not any(mark in name for mark in MARKS)]
    for first in range(0, len(doomed), PORTION):
        store.unlink(*doomed[first : first + PORTION])


@contextmanager
def ground(name: str, *, redis_arguments: Sequence[str] = ()) -> Iterator[Ground]:
    """Start both in an empty directory of their own; end them and remove it afterwards."""
    directory = VAR / name
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    try:
        with Servers(directory / "servers", durable=True, redis_arguments=redis_arguments) as servers:
            yield Ground(servers, directory)
    finally:
        shutil.rmtree(directory / "servers", ignore_errors=True)
