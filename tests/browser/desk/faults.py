"""What can happen to the servers of a site, done to them for real: each is a context manager."""

from __future__ import annotations

import subprocess
from contextlib import contextmanager, suppress
from itertools import count
from typing import TYPE_CHECKING
from urllib.parse import quote

import redis

from feedapp.embedded import Postgres, postgres
from tests.hostile.site import FLASK, ROOT, Site
from tests.support.deployments.proxy import Proxy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LAG = 0.08
"""Seconds that a statement takes longer each way."""
SMALL_DISK = "230m"


class Standby(Postgres):
    """One that may be a replica: it counts as started when it can be read from."""

    def _is_ready(self) -> bool:
        with suppress(OSError, IndexError):
            lines = (self._data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
            return lines[0] == str(self.pid) and lines[-1].strip() in {"ready", "standby"}
        return False

    @property
    def signal(self) -> Path:
        """The file that makes it a replica when it starts."""
        return self._data / "standby.signal"


class Watched(Site):
    """A served site whose way to PostgreSQL can be made slow."""

    community = ("--users", "5", "--posts", "20", "--comments", "20", "--likes", "20", "--follows", "5")

    def __init__(self, directory: Path) -> None:
        super().__init__(directory, RATE_LIMITS="0")
        postgres.SETTINGS["wal_level"] = "replica"
        self.postgres = self.servers.postgres = Standby(directory / "var" / "postgres", durable=False)
        self.link: Proxy | None = None
        self._names = (f"person_{number}" for number in count(1))

    def next_name(self) -> str:
        """Give a name that nobody has."""
        return next(self._names)

    def _environment(self) -> dict[str, str]:
        if self.link is None:
            self.link = Proxy(f"unix://{quote(str(self.postgres.sockets))}/.s.PGSQL.5432")
            self.link.start()
        address = f"postgresql://postgres@127.0.0.1:{self.link.port}/{postgres.DATABASE}"
        return super()._environment() | {"DATABASE_URL": address}

    def _stop(self) -> None:
        super()._stop()
        if self.link:
            self.link.stop()

    def redis(self) -> redis.Redis:
        """Speak to Redis past the site."""
        return redis.from_url(self.servers.redis_url, socket_timeout=5)

    def flask(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the site."""
        return subprocess.run(
            [*FLASK, *arguments], cwd=ROOT, env=self._environment(), check=False, capture_output=True, text=True
        )


@contextmanager
def redis_away(site: Watched) -> Iterator[None]:
    server = site.servers.redis
    assert server
    server.kill()
    try:
        yield
    finally:
        server.start()


@contextmanager
def redis_full(site: Watched) -> Iterator[None]:
    with site.redis() as client:
        before = client.config_get("maxmemory*")
        client.config_set("maxmemory-policy", "noeviction")
        client.config_set("maxmemory", client.info("memory")["used_memory"])
        try:
            yield
        finally:
            for name, value in before.items():
                client.config_set(name, value)


@contextmanager
def redis_evicting(site: Watched) -> Iterator[None]:
    with site.redis() as client:
        before = client.config_get("maxmemory")["maxmemory"]
        client.config_set("maxmemory", client.info("memory")["used_memory"] + 1_000_000)
        for number in range(3_000):
            client.set(f"other:{number}", bytes(1_000))
        assert client.info("stats")["evicted_keys"]
        try:
            yield
        finally:
            client.config_set("maxmemory", before)
            client.config_resetstat()


@contextmanager
def postgresql_slow(site: Watched) -> Iterator[None]:
    assert site.link
    site.link.delay = LAG
    try:
        yield
    finally:
        site.link.delay = 0


@contextmanager
def postgresql_replica(site: Watched) -> Iterator[None]:
    site.postgres.stop()
    site.postgres.signal.touch()
    site.postgres.start()
    try:
        yield
    finally:
        site.postgres.stop()
        site.postgres.signal.unlink()
        site.postgres.start()


@contextmanager
def disk_full(site: Watched) -> Iterator[None]:
    filler = site.directory / "filler"
    for size in (1 << 20, 1 << 12, 512):
        with suppress(OSError), filler.open("ab", buffering=0) as file:
            while file.write(bytes(size)):
                pass
    try:
        yield
    finally:
        filler.unlink()
