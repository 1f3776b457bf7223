"""A Redis with a replica, watched by three Sentinels: all embedded servers, on loopback or other addresses."""

from __future__ import annotations

import signal
import socket
import time
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import redis

from feedapp.embedded import Redis
from feedapp.embedded.redis import valkey_program
from feedapp.embedded.server import Server
from tests.support.deployments.debian import PASSWORD, SecureRedis, program
from tests.support.deployments.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from types import TracebackType

PRIMARY = "site"
SENTINELS = 3
READY_SECONDS = 30
SECRET, WATCHER, OF_WATCHER, OF_SENTINELS = "secret", "watcher", "watching", "sentinel"
"""The password of Redis, who Sentinels and replicas log in as there, with which, and the password of Sentinels."""
PERIODS = ("INFO-PERIOD", 200, "ASK-PERIOD", 100, "PUBLISH-PERIOD", 100)
"""Milliseconds: some seconds less than usual until a Sentinel knows of something."""


class Addresses(NamedTuple):
    """Where the first primary, the first replica and all Sentinels listen."""

    first: str = "127.0.0.1"
    second: str = "127.0.0.1"
    sentinels: str = "127.0.0.1"


LOOPBACK = Addresses()


class WatchedServer(Redis):
    """One Redis, which can be cut off from Sentinels and replicas while clients go on."""

    def __init__(self, directory: Path, *, of: WatchedServer | None = None, address: str = LOOPBACK.first) -> None:
        self.port, self.address = free_port(), address
        own = [
            *("--port", str(self.port), "--bind", address, "--repl-diskless-sync-delay", "0"),
            *("--replica-announce-ip", address),
            *("--user", "default", "on", f">{SECRET}", "~*", "&*", "+@all"),
            *("--user", WATCHER, "on", f">{OF_WATCHER}", "~*", "&*", "+@all"),
            *("--masteruser", WATCHER, "--masterauth", OF_WATCHER),
        ]
        super().__init__(directory, arguments=[*own, *(("--replicaof", of.address, str(of.port)) if of else ())])

    @property
    def url(self) -> str:
        """Past the Sentinels."""
        return f"{super().url}&password={SECRET}"

    def ask(self, *command: object) -> Any:
        """Carry out one command."""
        with redis.from_url(self.url, socket_timeout=5) as client:
            return client.execute_command(*command)

    def cut_off(self) -> None:
        """Refuse Sentinels and replicas, as if the network between them were cut. Clients notice nothing."""
        self.ask("ACL", "SETUSER", WATCHER, "off")
        self.ask("CLIENT", "KILL", "USER", WATCHER)

    def let_in(self) -> None:
        """End that."""
        self.ask("ACL", "SETUSER", WATCHER, "on")


class Sentinel(Server):
    """One Sentinel, which writes into its configuration what it learns. `password` is what it logs in with."""

    NAME = "Sentinel"
    LOSES = "nothing is lost"
    START_SECONDS = 15
    STEPS = ((signal.SIGTERM, 1),)

    def __init__(
        self, directory: Path, watched: WatchedServer, *, password: str = OF_WATCHER, address: str = LOOPBACK.sentinels
    ) -> None:
        super().__init__(directory)
        self.port, self.address = free_port(), address
        directory.mkdir(parents=True)
        self._configuration = directory / "sentinel.conf"
        lines = (
            f"port {self.port}",
            f"bind {address}",
            f"sentinel announce-ip {address}",
            f"dir {directory}",
            f"requirepass {OF_SENTINELS}",
            f"sentinel sentinel-pass {OF_SENTINELS}",
            f"sentinel monitor {PRIMARY} {watched.address} {watched.port} {SENTINELS // 2 + 1}",
            f"sentinel auth-user {PRIMARY} {WATCHER}",
            f"sentinel auth-pass {PRIMARY} {password}",
            f"sentinel down-after-milliseconds {PRIMARY} 500",
            f"sentinel failover-timeout {PRIMARY} 3000",
        )
        self._configuration.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def start(self) -> None:
        """Return when it answers."""
        self._run([str(valkey_program()), str(self._configuration), "--sentinel"], death_signal=signal.SIGKILL)
        self.ask("SENTINEL", "DEBUG", *PERIODS)

    def ask(self, *command: object) -> Any:
        """Carry out one command."""
        with redis.Redis(self.address, self.port, password=OF_SENTINELS, socket_timeout=5, protocol=2) as client:
            return client.execute_command(*command)

    def primary(self) -> dict[str, str]:
        """Say what it knows of the primary."""
        told = [each.decode() for each in self.ask("SENTINEL", "MASTER", PRIMARY)]
        return dict(zip(told[::2], told[1::2], strict=True))

    def _is_ready(self) -> bool:
        with socket.socket() as connection:
            return connection.connect_ex((self.address, self.port)) == 0


class SecureSentinel(Server):
    """Debian's, which is reached by TLS and watches a Redis behind TLS by the same certificate."""

    NAME, LOSES, START_SECONDS, STEPS = Sentinel.NAME, Sentinel.LOSES, Sentinel.START_SECONDS, Sentinel.STEPS

    def __init__(self, directory: Path, watched: SecureRedis) -> None:
        super().__init__(directory)
        self.port = free_port()
        directory.mkdir(parents=True)
        self._configuration = directory / "sentinel.conf"
        certificate = watched.certificate
        lines = (
            *("port 0", f"tls-port {self.port}", "bind 127.0.0.1", f"dir {directory}"),
            *("tls-replication yes", "tls-auth-clients no", f"tls-ca-cert-file {certificate}"),
            *(f"tls-cert-file {certificate}", f"tls-key-file {certificate.with_name('key.pem')}"),
            *("sentinel resolve-hostnames yes", "sentinel announce-hostnames yes"),
            *(f"sentinel monitor {PRIMARY} localhost {watched.port} 1", f'sentinel auth-pass {PRIMARY} "{PASSWORD}"'),
        )
        self._configuration.write_text("\n".join(lines) + "\n", encoding="utf-8")
        self.url = watched.url.replace("rediss://", "rediss+sentinel://").replace(
            f"localhost:{watched.port}/", f"localhost:{self.port}/{PRIMARY}/"
        )

    def start(self) -> None:
        """Return when it listens."""
        found = program("redis-server")
        assert found, "redis-server is not installed"
        self._run([str(found), str(self._configuration), "--sentinel"], death_signal=signal.SIGKILL)

    def _is_ready(self) -> bool:
        with socket.socket() as connection:
            return connection.connect_ex(("127.0.0.1", self.port)) == 0


class WatchedRedis:
    """A primary, a replica and their Sentinels; a context manager."""

    def __init__(self, directory: Path, addresses: Addresses = LOOPBACK) -> None:
        self.directory = directory
        first = WatchedServer(directory / "first", address=addresses.first)
        self.servers = [first, WatchedServer(directory / "second", of=first, address=addresses.second)]
        self.sentinels = [
            Sentinel(directory / f"sentinel-{number}", first, address=addresses.sentinels)
            for number in range(SENTINELS)
        ]

    @property
    def url(self) -> str:
        """Write REDIS_URL with all Sentinels."""
        return self.url_by(self.sentinels)

    @staticmethod
    def url_by(sentinels: Sequence[Sentinel]) -> str:
        """Write REDIS_URL with some of them."""
        hosts = ",".join(f"{each.address}:{each.port}" for each in sentinels)
        return f"redis+sentinel://:{SECRET}@{hosts}/{PRIMARY}/0?sentinel_password={OF_SENTINELS}"

    @property
    def primary(self) -> WatchedServer:
        """The one that the Sentinels name."""
        told = int(self.sentinels[0].primary()["port"])
        return next(server for server in self.servers if server.port == told)

    def start(self) -> None:
        """Return when all know of each other, so that a failover is possible."""
        for server in self.servers:
            server.start()
        _until(lambda: self.servers[1].ask("INFO", "replication").get("master_link_status") == "up")
        for sentinel in self.sentinels:
            sentinel.start()
        for sentinel in self.sentinels:
            _until(lambda each=sentinel: _is_complete(each.primary()))

    def await_failover(self, old: WatchedServer) -> None:
        """Return when all Sentinels that run name another primary."""
        for sentinel in self.sentinels:
            if sentinel.pid is not None:
                _until(lambda each=sentinel: each.primary()["port"] != str(old.port))

    def stop(self) -> None:
        """End all of them."""
        for each in (*self.sentinels, *self.servers):
            each.stop()

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _is_complete(told: dict[str, str]) -> bool:
    found = (told["flags"], told["num-slaves"], told["num-other-sentinels"])
    return found == ("master", "1", str(SENTINELS - 1))


def _until(true: Callable[..., bool]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError("the Sentinels did not agree")
        time.sleep(0.02)
