"""Sends each command to the server that has its key: the one there is, or one of a Redis Cluster.

On a cluster the commands of one call go to all servers concerned before the first answer is read, so a call takes one
round trip there, too. MGET would need all its keys in one slot, so it becomes one GET for each. Nothing is retried, but
MOVED and ASK are followed if they lead to a server that is trusted.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from hiredis import pack_command
from redis.crc import key_slot
from redis.exceptions import AskError, MovedError, RedisError, ResponseError
from redis.exceptions import ConnectionError as RedisConnectionError

from feedapp.cache.connections import Address
from feedapp.cache.exchange import exchange, exchange_as_is

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from redis import Redis

    from feedapp.cache.exchange import Command

KEY_AT = {"EVAL": 3}
"""Where in a command its key stands, if not after its name."""
REDIRECTS = 3


class PreparedRead(NamedTuple):
    """A read of many keys that was put into Redis' own form once, to be sent often."""

    keys: tuple[str, ...]
    names: Sequence[str]
    command: bytes


def prepared_read(keys: tuple[str, ...], names: Sequence[str]) -> PreparedRead:
    """Write down the MGET; `names` are the whole keys."""
    command = pack_command(("MGET", *names))  # type: ignore[arg-type]  # its stub says a tuple of one
    return PreparedRead(keys, names, command)


class Route(Protocol):
    """The way to all servers of a deployment."""

    clients: Mapping[Address | None, Redis]
    """One client for each primary."""

    def client_of(self, name: str) -> Redis:
        """Give the client of the server that has the key of that name."""

    def get_all(self, names: Sequence[str]) -> list[bytes | None]:
        """Read what the keys hold."""

    def get_prepared(self, prepared: PreparedRead) -> list[bytes | None]:
        """Read what the keys hold."""

    def send(self, commands: Sequence[Command], *, thorough: bool = False) -> list[Any]:
        """Carry out commands of one key each; an answer that is an error is raised when all were carried out.

        `thorough`: if one server fails, the others get theirs all the same, before the error is raised.
        """


class OneServer:
    """The route to a single server."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self.clients: Mapping[Address | None, Redis] = {None: client}

    def client_of(self, _name: str) -> Redis:
        """Give the only one."""
        return self._client

    def get_all(self, names: Sequence[str]) -> list[bytes | None]:
        """Read all in one MGET."""
        return self.get_prepared(prepared_read((), names))

    def get_prepared(self, prepared: PreparedRead) -> list[bytes | None]:
        """Read all in one MGET that is written already."""
        pool = self._client.connection_pool
        connection = pool.get_connection()
        try:
            connection.send_packed_command([prepared.command])  # type: ignore[no-untyped-call]
            found: list[bytes | None] = connection.read_response()
        finally:
            pool.release(connection)
        return found

    def send(self, commands: Sequence[Command], *, thorough: bool = False) -> list[Any]:
        """Send all at once, then read all answers."""
        del thorough
        return _checked(exchange(self.clients, {None: commands})[None])


class ClusterServers:
    """The routes to all primaries of a cluster; `owners` names the one of each slot."""

    def __init__(self, clients: Mapping[Address | None, Redis], owners: Sequence[Address]) -> None:
        self.clients = clients
        self._owners = list(owners)

    def client_of(self, name: str) -> Redis:
        """Find it by the slot of the key."""
        return self.clients[self._owner(name)]

    def get_all(self, names: Sequence[str]) -> list[bytes | None]:
        """Read each by itself."""
        return self.send([("GET", name) for name in names])

    def get_prepared(self, prepared: PreparedRead) -> list[bytes | None]:
        """Read each by itself; which server has it may have changed since."""
        return self.get_all(prepared.names)

    def renewed(self, connect: Callable[[Address | None], Redis]) -> ClusterServers:
        """Give the same servers by other connections."""
        return ClusterServers({address: connect(address) for address in self.clients}, self._owners)

    def send(self, commands: Sequence[Command], *, thorough: bool = False) -> list[Any]:
        """Send to all servers, then read from all."""
        parts: dict[Address, list[int]] = defaultdict(list)
        for number, command in enumerate(commands):
            parts[self._owner(command[KEY_AT.get(command[0], 1)])].append(number)
        answers: list[Any] = [None] * len(commands)
        by_server = {address: [commands[number] for number in part] for address, part in parts.items()}
        try:
            answered = exchange(self.clients, by_server)
        except RedisError:
            for address, part in by_server.items() if thorough else ():
                with suppress(RedisError):
                    exchange(self.clients, {address: part})
            raise
        for address, found in answered.items():
            for number, answer in zip(parts[address], found, strict=True):
                answers[number] = answer
        for number, answer in enumerate(answers):
            if isinstance(answer, AskError):
                answers[number] = self._redirected(commands[number], answer)
        return _checked(answers)

    def _redirected(self, command: Command, answer: Any) -> Any:
        """Follow MOVED and ASK, as long as they lead to servers that are known."""
        for _ in range(REDIRECTS):
            address = Address(answer.host, answer.port)
            if address not in self.clients:
                raise RedisConnectionError(f"the Redis Cluster has changed: {answer}")
            if isinstance(answer, MovedError):
                self._owners[answer.slot_id] = address
                asked = [command]
            else:
                asked = [("ASKING",), command]
            # As text: sent again because its digest is not known, it would come without its ASKING.
            answer = exchange_as_is(self.clients, {address: asked})[address][-1]
            if not isinstance(answer, AskError):
                return answer
        raise RedisConnectionError(f"the Redis Cluster is changing: {answer}")

    def _owner(self, name: str | bytes) -> Address:
        return self._owners[key_slot(name if isinstance(name, bytes) else name.encode())]


def _checked(answers: list[Any]) -> list[Any]:
    for answer in answers:
        if isinstance(answer, ResponseError):
            raise answer
    return answers
