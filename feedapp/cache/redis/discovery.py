"""Finds out who answers at REDIS_URL: one server, or the primaries of a Redis Cluster and the slots that each serves.

Whether it is a cluster is asked of the server, not of the settings: a cluster that is taken for a single server, or the
other way round, cannot be configured.
"""

from __future__ import annotations

from contextlib import closing
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from redis.crc import key_slot
from redis.exceptions import ClusterDownError, RedisError
from redis.exceptions import ConnectionError as RedisConnectionError

from feedapp.cache.redis.connections import Address, connect, url_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from redis.connection import AbstractConnection

SLOTS = 16_384
OLDEST = 7
"""Of Redis, which `SET … NX GET` needs. Valkey says 7, whatever its own version is."""


class TooOldError(RedisConnectionError):
    """A Redis that lacks what feedapp needs."""

    def __init__(self, version: str) -> None:
        super().__init__(f"Redis {OLDEST} or newer is needed, or Valkey, and Redis {version} answers")
        self.version = version


class Server(NamedTuple):
    """Which run of a server answers: its own id, its history of writes, and all histories that its data continue."""

    run_id: str
    history: str
    histories: frozenset[str]
    is_primary: bool
    is_clustered: bool

    @property
    def run(self) -> str:
        """Name the run: another id after a restart, another history after it was a replica for a while."""
        return f"{self.run_id}:{self.history}"

    def is_same(self, about: Mapping[str, str]) -> bool:
        """Tell whether what INFO replication says fits this run: a primary still, and not one that copied another."""
        return about.get("role") == "master" and about.get("master_replid") == self.history


class Deployment(NamedTuple):
    """All primaries by address, and whose each slot is. A single server stands under None and has no slots.

    `primary` is where Sentinels say that the single server is; None if REDIS_URL itself says so.
    """

    servers: Mapping[Address | None, Server]
    slots: Sequence[Address]
    primary: Address | None = None

    def owner_of(self, name: str) -> Address | None:
        """Say which server has the key of that name."""
        return self.slots[key_slot(name.encode())] if self.slots else None

    def slots_of(self, address: Address | None) -> str:
        """Give the slots of one server as ranges, as in `0-10 12-20`; "" for a single server."""
        ranges: list[list[int]] = []
        for slot, owner in enumerate(self.slots):
            if owner != address:
                continue
            if ranges and ranges[-1][1] == slot - 1:
                ranges[-1][1] = slot
            else:
                ranges.append([slot, slot])
        return " ".join(f"{first}-{last}" for first, last in ranges)

    @property
    def fingerprint(self) -> str:
        """Name the runs of all servers together, and whose each slot is: its owner has the deletions."""
        if not self.slots:
            return self.servers[None].run
        told = sorted(f"{address} {server.run} {self.slots_of(address)}" for address, server in self.servers.items())
        return sha256("\n".join(told).encode()).hexdigest()


def discover(url: str, seeds: Iterable[Address | None], *, timeout: float) -> Deployment:
    """Ask the first seed that answers. Raise redis.RedisError if none does, or if not every slot has its primary."""
    error: RedisError = RedisConnectionError("no address")
    several = len(list(seeds)) > 1
    for seed in seeds:
        try:
            return _discover(url, seed, timeout=timeout, several=several)
        except RedisError as failure:
            error = failure
    raise error


def _discover(url: str, seed: Address | None, *, timeout: float, several: bool) -> Deployment:
    with closing(connect(url_of(url, seed), timeout=timeout)) as client:
        connection = client.connection_pool.get_connection()
        server = ask_server(connection)
        if not server.is_clustered:
            if several:
                raise RedisConnectionError("REDIS_URL has several addresses, but they are not of a Redis Cluster")
            return Deployment({None: server}, ())
        connection.send_command("CLUSTER", "SLOTS")  # type: ignore[no-untyped-call]
        slots = _owners(connection.read_response(), seed)
    servers: dict[Address | None, Server] = {}
    for address in dict.fromkeys(slots):
        with closing(connect(url_of(url, address), timeout=timeout)) as client:
            servers[address] = ask_server(client.connection_pool.get_connection())
        if not servers[address].is_primary:
            raise ClusterDownError(f"{address} is said to be a primary and is not")
    return Deployment(servers, slots)


def _owners(answer: Any, seed: Address | None) -> tuple[Address, ...]:
    """Read CLUSTER SLOTS: for each range its first and last slot, then its primary and replicas."""
    owners: list[Address | None] = [None] * SLOTS
    for first, last, (host, port, *_), *_ in answer:
        name = host.decode() if isinstance(host, bytes) else host
        # An unknown name ("?", "" or nothing) stands for the host that was asked.
        known = name if name and name != "?" else (seed.host if seed else "localhost")
        owners[first : last + 1] = [Address(known, port)] * (last + 1 - first)
    found = tuple(owner for owner in owners if owner is not None)
    if len(found) < SLOTS:
        raise ClusterDownError("not every slot of the Redis Cluster is served")
    return found


def ask_server(connection: AbstractConnection) -> Server:
    """Ask a connection which server it leads to, in one round trip. Raise redis.ConnectionError if it is too old."""
    asked = [("INFO", section) for section in ("server", "replication", "cluster")]
    connection.send_packed_command(connection.pack_commands(asked))  # type: ignore[no-untyped-call]
    about: dict[str, str] = {}
    for _ in asked:
        about |= parsed(connection.read_response())
    version = about.get("redis_version", "0")
    if int(version.partition(".")[0]) < OLDEST:
        raise TooOldError(version)
    history = about.get("master_replid", "")
    histories = frozenset({history, about.get("master_replid2", "")}) - {"", "0" * 40}
    return Server(
        about["run_id"],
        history,
        histories,
        is_primary=about.get("role") == "master",
        is_clustered=about.get("cluster_enabled") == "1",
    )


def parsed(answer: object) -> dict[str, str]:
    """Read what INFO says."""
    lines = answer.decode().splitlines() if isinstance(answer, bytes) else str(answer).splitlines()
    return dict(line.split(":", 1) for line in lines if ":" in line)
