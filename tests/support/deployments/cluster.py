"""A Redis Cluster of embedded servers on loopback, without redis-cli."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Self

import redis

from feedapp.embedded import Redis
from tests.support.deployments.ports import free_port
from tests.support.deployments.proxy import Proxy

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import TracebackType

SLOTS = 16_384
PRIMARIES = 3
NODE_TIMEOUT_MILLISECONDS = 1_000
READY_SECONDS = 30


class Node(Redis):
    """One server of a cluster, which others know by the port of `proxy`, if it has one."""

    def __init__(self, directory: Path, *, proxy: Proxy | None = None, arguments: Sequence[str] = ()) -> None:
        self.port, bus = free_port(), free_port()
        self.proxy = proxy
        announced = ["--cluster-announce-port", str(proxy.port)] if proxy else []
        own = [
            *("--port", str(self.port), "--bind", "127.0.0.1", "--cluster-enabled", "yes", "--cluster-port", str(bus)),
            *("--cluster-config-file", "nodes.conf", "--cluster-node-timeout", str(NODE_TIMEOUT_MILLISECONDS)),
            *("--dbfilename", "copies.rdb", "--cluster-allow-replica-migration", "no"),
            *("--repl-diskless-sync-delay", "0"),
        ]
        self.bus = bus
        super().__init__(directory, arguments=[*own, *announced, *arguments])

    @property
    def address(self) -> str:
        """Where clients find it."""
        return f"127.0.0.1:{self.proxy.port if self.proxy else self.port}"

    def client(self) -> redis.Redis:
        """Speak to this one server, past its proxy."""
        return redis.from_url(self.url, socket_timeout=5)

    def ask(self, *command: object) -> Any:
        """Carry out one command."""
        with self.client() as client:
            return client.execute_command(*command)

    def name(self) -> str:
        """Give its id in the cluster."""
        return text(self.ask("CLUSTER", "MYID"))


class Cluster:
    """Three primaries that share the slots; a context manager. `proxied`: clients reach each by a Proxy."""

    def __init__(self, directory: Path, *, proxied: bool = False, arguments: Sequence[str] = ()) -> None:
        self.directory = directory
        self.nodes: list[Node] = []
        self._proxied, self._arguments = proxied, arguments

    @property
    def url(self) -> str:
        """Write REDIS_URL with all primaries."""
        return f"redis://{','.join(node.address for node in self.nodes)}/0"

    @property
    def proxies(self) -> list[Proxy]:
        """Give the proxies of all nodes."""
        return [node.proxy for node in self.nodes if node.proxy]

    def start(self) -> None:
        """Return when every node knows that all slots are served."""
        for number in range(PRIMARIES):
            self._launch(number)
        for number, node in enumerate(self.nodes):
            first, beyond = (SLOTS * each // PRIMARIES for each in (number, number + 1))
            node.ask("CLUSTER", "SET-CONFIG-EPOCH", number + 1)
            node.ask("CLUSTER", "ADDSLOTSRANGE", first, beyond - 1)
            self.nodes[0].ask("CLUSTER", "MEET", "127.0.0.1", node.port, node.bus)
        self.wait()

    def add_replica(self, of: Node) -> Node:
        """Start a replica; return when it follows."""
        name = of.name()
        replica = self._launch(len(self.nodes))
        replica.ask("CLUSTER", "MEET", "127.0.0.1", of.port, of.bus)
        self._until(lambda: name in text(replica.ask("CLUSTER", "NODES")))
        replica.ask("CLUSTER", "REPLICATE", name)
        self._until(lambda: replica.ask("INFO", "replication").get("master_link_status") == "up")
        return replica

    def wait(self) -> None:
        """Return when every running node says that the cluster is well."""
        for node in self.nodes:
            if node.pid is not None:
                self._until(lambda node=node: "cluster_state:ok" in text(node.ask("CLUSTER", "INFO")))

    def stop(self) -> None:
        """End all nodes."""
        for node in self.nodes:
            node.stop()
            if node.proxy:
                node.proxy.stop()

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

    def _launch(self, number: int) -> Node:
        proxy = None
        if self._proxied:
            proxy = Proxy("")
            proxy.start()
        node = Node(self.directory / f"node-{number}", proxy=proxy, arguments=self._arguments)
        self.nodes.append(node)
        node.start()
        if proxy:
            proxy.backend = node.url
        return node

    @staticmethod
    def _until(true: Any) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not true():
            if time.monotonic() > deadline:
                raise TimeoutError("the Redis Cluster did not come to be")
            time.sleep(0.02)


def text(answer: Any) -> str:
    """Read an answer as text."""
    return str(answer.decode()) if isinstance(answer, bytes) else str(answer)
