"""A whole site for a run: PostgreSQL, Redis, and app processes that can be addressed, cut off and killed one by one."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

import psycopg2

from tests.consistency.sites.app import App
from tests.consistency.sites.databases import Single
from tests.support.deployments import previous as releases
from tests.support.deployments.choices import CHOICES, client_of
from tests.support.deployments.cluster import Cluster
from tests.support.deployments.debian import SecureRedis, pooled
from tests.support.deployments.proxy import Proxy
from tests.support.deployments.sentinel import WatchedRedis

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import TracebackType

    import redis

    from feedapp.embedded import Redis
    from tests.consistency.checking.reversal import Reversal
    from tests.consistency.hosts.network import Host
    from tests.consistency.load.places import Place
    from tests.consistency.load.plan import Plan
    from tests.consistency.sites.databases import Database
    from tests.support.deployments.choices import RedisChoice

ROOT = Path(__file__).resolve().parents[3]
SECRET_KEY = "the secret of a run of the checker"
THREADS = 8


class Setup(NamedTuple):
    """What the site runs on: a Redis by its name in `deployments.choices`, PostgreSQL directly or through pgbouncer.

    `redis_timeout` in milliseconds, as the setting REDIS_TIMEOUT. `hosted`: see HostedSite. `patience`: seconds that
    clients wait for an answer, if not as long as usual.
    """

    redis: str = "embedded"
    pooled: bool = False
    redis_timeout: int = 100
    hosted: bool = False
    patience: float = 0


STANDARD = Setup()


class Site:
    """A context manager; `proxied` puts a Proxy between each app process and Redis, or before each node of a cluster.

    By Sentinel there is none: apps go where Sentinels say.

    `mistake` and `kill_probability` are switches of broken_wsgi.py; without them, loads are watched (watching.py).
    `keyspaces` is how many prefixes the app processes have for their keys in turn. `previous`: it begins as the release
    before, see `upgrade`. `database` makes what it keeps its data in.
    """

    ADDRESSES: Sequence[str] = ()
    """Of the database."""

    def __init__(
        self,
        directory: Path,
        *,
        processes: int,
        setup: Setup = STANDARD,
        proxied: bool = False,
        mistake: str = "",
        kill_probability: float = 0,
        keyspaces: int = 1,
        previous: bool = False,
        database: Callable[[Path, Sequence[str]], Database] = Single,
    ) -> None:
        self.directory = directory
        self._code = releases.unpack(directory / "previous") if previous else ROOT
        self.database = database(directory, self.ADDRESSES)
        make = partial(Cluster, proxied=proxied) if setup.redis == "cluster" else CHOICES[setup.redis]
        self.redis: RedisChoice = make(directory / "redis")
        self.proxies: list[Proxy] = []
        self.apps: list[App] = []
        self.database_url = ""
        """For app processes."""
        self.plan: Plan | None = None
        self.reversal: Reversal | None = None
        """What a scenario says of a PostgreSQL that went back."""
        self._setup, self._processes, self._proxied, self._keyspaces = setup, processes, proxied, keyspaces
        self.armed = directory / "armed"
        """While this file is there, processes kill themselves with `kill_probability`."""
        self._broken = {"FEEDAPP_MISTAKE": mistake, "FEEDAPP_KILL_PROBABILITY": str(kill_probability or "")}
        self._others = ExitStack()

    @property
    def servers(self) -> list[Redis]:
        """Every single Redis there is, such as the nodes of a cluster."""
        if isinstance(self.redis, WatchedRedis):
            return list(self.redis.servers)
        return list(self.redis.nodes) if isinstance(self.redis, Cluster) else [self.redis]

    @property
    def victim(self) -> Redis:
        """The one server that is harmed when one is."""
        return self.servers[0]

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _start(self) -> None:
        self.database.start()
        self.database_url = self.database.url
        if self._setup.pooled:
            self.database_url = self._others.enter_context(pooled(self.database_url, self.directory / "pooler"))
        self.redis.start()
        if isinstance(self.redis, Cluster):
            self.proxies = self.redis.proxies
        self._migrate()
        self.apps += [self._app(number) for number in range(self._processes)]
        for app in self.apps:
            app.launch()
        for app in self.apps:
            app.wait()

    def _app(self, number: int) -> App:
        return self._app_on(number, None)

    def _app_on(self, number: int, host: Host | None) -> App:
        environment = self.environment() | self._broken
        environment["FEEDAPP_KILL_WHILE"] = str(self.armed)
        if self._keyspaces > 1:
            environment["CACHE_KEY_PREFIX"] = f"feedapp-{number % self._keyspaces}:"
        environment["FEEDAPP_WATCHED"] = str(self.directory / f"watched-{number}")
        if self._proxied and not isinstance(self.redis, (Cluster, WatchedRedis)):
            environment["REDIS_URL"] = self._by_proxy(self.redis)
        application = f"{__package__}.{'broken' if any(self._broken.values()) else 'watched'}_wsgi:app"
        return App(number, self.directory, environment, application, host)

    @property
    def places(self) -> list[Place]:
        """Where the load asks."""
        return [app.place for app in self.apps]

    def _by_proxy(self, server: Redis) -> str:
        port = server.port if isinstance(server, SecureRedis) else None
        proxy = Proxy(f"127.0.0.1:{port}" if port else server.url)
        proxy.start()
        self.proxies.append(proxy)
        return server.url.replace(f":{port}/", f":{proxy.port}/") if port else proxy.url

    def environment(self) -> dict[str, str]:
        """Give the settings of an app process that speaks to Redis directly."""
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "TMPDIR", "LANG"}}
        return kept | {
            "PYTHONPATH": str(self._code),
            "PYTHONSAFEPATH": "1",  # not the folder in which this runs
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis.url,
            "REDIS_TIMEOUT": str(self._setup.redis_timeout),
            "SECRET_KEY": SECRET_KEY,
            "RATE_LIMITS": "0",
            "LOG_LEVEL": "WARNING",
            "WEB_THREADS": str(THREADS),
            "WEB_USER": "root",  # if root runs this: processes write down what they do beside the servers' data
        }

    def _migrate(self) -> None:
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"]
        done = subprocess.run(
            command, cwd=self._code, env=self.environment(), capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"the migrations failed:\n{done.stderr}")

    def upgrade(self) -> None:
        """Migrate to this code's schema, and run it in the first process; others do once they are restarted."""
        self._code = ROOT
        self._migrate()
        for app in self.apps:
            app.run_code_of(ROOT)
        self.apps[0].restart()

    def _stop(self) -> None:
        for app in self.apps:
            app.stop()
        for proxy in self.proxies:
            proxy.stop()
        self.redis.stop()
        self._others.close()
        self.database.stop()

    def redis_client(self) -> redis.Redis:
        """Connect to Redis past the apps."""
        return client_of(self.redis)

    def query(self, sql: str) -> Iterator[tuple[object, ...]]:
        """Ask PostgreSQL."""
        connection = psycopg2.connect(self.database.direct_url)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(sql)
                yield from cursor.fetchall()
        finally:
            connection.close()
