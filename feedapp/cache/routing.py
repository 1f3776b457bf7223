"""Sends each command to the server that has its key: the one there is, or one of a Redis Cluster.

On a cluster the commands of one call go to all servers concerned before the first answer is read, so a call takes one
round trip there, too. MGET would need all its keys in one slot, so it becomes one GET for each. Nothing is retried, but
MOVED and ASK are followed if they lead to a server that is trusted.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from hiredis import pack_command
from redis.crc import key_slot
from redis.exceptions import AskError, MovedError, RedisError, ResponseError
from redis.exceptions import ConnectionError as RedisConnectionError

from feedapp.cache.connections import Address
from feedapp.cache.exchange import exchange, exchange_as_is, exchange_packed, packed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from redis import Redis

    from feedapp.cache.exchange import Command, Packed

REDIRECTS = 3


@dataclass(slots=True, eq=False)
class PreparedRead:
    """A read of many keys that was put into Redis' own form once, to be sent often.

    On a cluster `plan` is how it was divided last, with the owners of the slots that it was divided for.
    """

    keys: tuple[str, ...]
    names: Sequence[str]
    command: bytes
    plan: tuple[Sequence[Address], _Plan] | None = None


class _Plan(NamedTuple):
    """Which of the keys of a read are asked of which server, and what is sent for that."""

    parts: Mapping[Address, list[int]]
    packed: Mapping[Address, Packed]


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
        return self.clients[_owner(name, self._owners)]

    def get_all(self, names: Sequence[str]) -> list[bytes | None]:
        """Read each by itself."""
        return self.get_prepared(prepared_read((), names))

    def get_prepared(self, prepared: PreparedRead) -> list[bytes | None]:
        """Read each by itself, from the servers that had them last time if no slot has moved since."""
        owners, plan = prepared.plan or ((), None)
        if plan is None or owners is not self._owners:
            owners = self._owners
            parts = self._divided(prepared.names, owners)
            sent = {address: packed([("GET", prepared.names[n]) for n in part]) for address, part in parts.items()}
            plan = _Plan(parts, sent)
            prepared.plan = owners, plan
        answered = {
            address: list(map(_none_if_foreign, found))
            for address, found in exchange_packed(self.clients, plan.packed).items()
        }
        return self._gathered(plan.parts, answered, lambda number: ("GET", prepared.names[number]))

    def renewed(self, connect: Callable[[Address | None], Redis]) -> ClusterServers:
        """Give the same servers by other connections."""
        return ClusterServers({address: connect(address) for address in self.clients}, self._owners)

    def send(self, commands: Sequence[Command], *, thorough: bool = False) -> list[Any]:
        """Send to all servers, then read from all."""
        parts = self._divided([name_in(command) for command in commands], self._owners)
        by_server = {address: [commands[number] for number in part] for address, part in parts.items()}
        try:
            answered = exchange(self.clients, by_server)
        except RedisError:
            for address, part in by_server.items() if thorough else ():
                with suppress(RedisError):
                    exchange(self.clients, {address: part})
            raise
        return self._gathered(parts, answered, commands.__getitem__)

    @staticmethod
    def _divided(names: Sequence[str | bytes], owners: Sequence[Address]) -> Mapping[Address, list[int]]:
        """Say which of the keys each server has, by their numbers."""
        parts: dict[Address, list[int]] = defaultdict(list)
        for number, name in enumerate(names):
            parts[_owner(name, owners)].append(number)
        return parts

    def _gathered(
        self,
        parts: Mapping[Address, list[int]],
        answered: Mapping[Address, list[Any]],
        command: Callable[[int], Command],
    ) -> list[Any]:
        """Put the answers in order; what has moved is asked again. `command` gives that of a number."""
        answers: list[Any] = [None] * sum(map(len, parts.values()))
        for address, found in answered.items():
            for number, answer in zip(parts[address], found, strict=True):
                moved = isinstance(answer, AskError)
                answers[number] = self._redirected(command(number), answer) if moved else answer
        return _checked(answers)

    def _redirected(self, command: Command, answer: Any) -> Any:
        """Follow MOVED and ASK, as long as they lead to servers that are known."""
        for _ in range(REDIRECTS):
            address = Address(answer.host, answer.port)
            if address not in self.clients:
                raise RedisConnectionError(f"the Redis Cluster has changed: {answer}")
            if isinstance(answer, MovedError):
                owners = list(self._owners)
                owners[answer.slot_id] = address
                self._owners = owners
                asked = [command]
            else:
                asked = [("ASKING",), command]
            # As text: sent again because its digest is not known, it would come without its ASKING.
            answer = exchange_as_is(self.clients, {address: asked})[address][-1]
            if not isinstance(answer, AskError):
                return answer
        raise RedisConnectionError(f"the Redis Cluster is changing: {answer}")


def name_in(command: Command) -> str | bytes:
    """Give the one key of a command."""
    name: str | bytes = command[3 if command[0] == "EVAL" else 1]
    return name


def _owner(name: str | bytes, owners: Sequence[Address]) -> Address:
    return owners[key_slot(name if isinstance(name, bytes) else name.encode())]


def _none_if_foreign(answer: Any) -> Any:
    """Read a key of another type as MGET does."""
    return None if is_foreign(answer) else answer


def is_foreign(error: object) -> bool:
    """Tell whether a command failed since its key holds a list, a set or the like: nothing of ours."""
    return isinstance(error, ResponseError) and "WRONGTYPE" in str(error)


def _checked(answers: list[Any]) -> list[Any]:
    for answer in answers:
        if isinstance(answer, ResponseError):
            raise answer
    return answers
