"""Sends each command to the server that has its key: the one there is, or one of a Redis Cluster.

On a cluster the commands of one call go to all servers concerned before the first answer is read, so a call takes one
round trip there, too. MGET would need all its keys in one slot, so it becomes one GET for each. Nothing is retried, but
ASK is followed if it leads to a server that is trusted. MOVED is not: whose a slot was is part of the run.
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

from feedapp.cache.redis.connections import Address
from feedapp.cache.redis.fences import Fences
from feedapp.cache.redis.wire import exchange, exchange_as_is, exchange_packed, packed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from redis import Redis

    from feedapp.cache.redis.wire import Command, Packed


@dataclass(slots=True, eq=False)
class PreparedRead:
    """A read of many keys that was put into Redis' own form once, to be sent often.

    On a cluster `plan` is how it was divided last, with the owners of the slots that it was divided for.
    """

    keys: tuple[str, ...]
    names: Sequence[str]
    command: bytes
    plan: tuple[object, _Plan] | None = None


class _Plan(NamedTuple):
    """Which of the keys of a read are asked of which server, and what is sent for that."""

    parts: Mapping[Address, list[int]]
    packed: Mapping[Address, Packed]


def prepared_read(keys: tuple[str, ...], names: Sequence[str], fence: str) -> PreparedRead:
    """Write down the MGET; `names` are the whole keys, `fence` is that of the fence of a single server."""
    command = pack_command(("MGET", fence, *names))  # type: ignore[arg-type]  # its stub says a tuple of one
    return PreparedRead(keys, names, command)


class Route(Protocol):
    """The way to all servers of a deployment. What is read raises FenceError if it comes from behind another fence."""

    clients: Mapping[Address | None, Redis]
    """One client for each primary."""
    fences: Fences

    def client_of(self, name: str) -> Redis:
        """Give the client of the server that has the key of that name."""

    def fences_of(self, names: Iterable[str]) -> Mapping[Address | None, str]:
        """Give the fences, by server, that keys of these names are behind."""

    def get_prepared(self, prepared: PreparedRead) -> list[bytes | None]:
        """Read what the keys hold."""

    def send(self, commands: Sequence[Command], *, thorough: bool = False) -> list[Any]:
        """Carry out commands of one key each; an answer that is an error is raised when all were carried out.

        `thorough`: if one server fails, the others get theirs all the same, before the error is raised.
        """


class OneServer:
    """The route to a single server."""

    def __init__(self, client: Redis, fences: Fences) -> None:
        self._client = client
        self.clients: Mapping[Address | None, Redis] = {None: client}
        self.fences = fences

    def client_of(self, _name: str) -> Redis:
        """Give the only one."""
        return self._client

    def fences_of(self, names: Iterable[str]) -> Mapping[Address | None, str]:
        """Give the only one."""
        del names
        return self.fences.names

    def get_prepared(self, prepared: PreparedRead) -> list[bytes | None]:
        """Read all in one MGET that is written already."""
        least = self.fences.least(None)
        pool = self._client.connection_pool
        connection = pool.get_connection()
        try:
            connection.send_packed_command([prepared.command])  # type: ignore[no-untyped-call]
            found: list[bytes | None] = connection.read_response()
        except ResponseError:
            raise
        except BaseException:
            connection.disconnect()  # type: ignore[no-untyped-call]  # its answer may come yet
            raise
        finally:
            pool.release(connection)
        self.fences.check(None, least, found[0])
        return found[1:]

    def send(self, commands: Sequence[Command], *, thorough: bool = False) -> list[Any]:
        """Send all at once, then read all answers."""
        del thorough
        return _checked(exchange(self.clients, {None: commands})[None])


class ClusterServers:
    """The routes to all primaries of a cluster; `owners` names the one of each slot."""

    def __init__(self, clients: Mapping[Address | None, Redis], owners: Sequence[Address], fences: Fences) -> None:
        self.clients = clients
        self._owners = owners
        self.fences = fences

    def client_of(self, name: str) -> Redis:
        """Find it by the slot of the key."""
        return self.clients[_owner(name, self._owners)]

    def fences_of(self, names: Iterable[str]) -> Mapping[Address | None, str]:
        """Find the servers by the slots of the keys."""
        concerned: set[Address | None] = {_owner(name, self._owners) for name in names}
        return {address: name for address, name in self.fences.names.items() if address in concerned}

    def get_prepared(self, prepared: PreparedRead) -> list[bytes | None]:
        """Read each by itself, after the fence of its server; divided as last time if that was for these servers."""
        planned_for, plan = prepared.plan or (None, None)
        if plan is None or planned_for is not self:
            parts = self._divided(prepared.names, self._owners)
            sent = {
                address: packed([("GET", name) for name in (self._fence(address), *(prepared.names[n] for n in part))])
                for address, part in parts.items()
            }
            plan = _Plan(parts, sent)
            prepared.plan = self, plan
        least = {address: self.fences.least(address) for address in plan.parts}
        answered: dict[Address, list[Any]] = {}
        for address, (fence, *found) in exchange_packed(self.clients, plan.packed).items():
            if isinstance(fence, ResponseError):
                raise fence
            self.fences.check(address, least[address], fence)
            answered[address] = list(map(_none_if_foreign, found))
        return self._gathered(plan.parts, answered, lambda number: ("GET", prepared.names[number]))

    def _fence(self, address: Address) -> str:
        """Name the fence of a server; before any is known, ask for a key that is nobody's."""
        return self.fences.names.get(address, "")

    def renewed(self, connect: Callable[[Address | None], Redis]) -> ClusterServers:
        """Give the same servers by other connections."""
        return ClusterServers({address: connect(address) for address in self.clients}, self._owners, Fences({}))

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
        """Follow ASK to a server that is known. Raise redis.ConnectionError for MOVED.

        A slot that moved may come back later, to a server that still has what was deleted elsewhere meanwhile. So its
        owners are part of the run, and it is another one now.
        """
        address = Address(answer.host, answer.port)
        if isinstance(answer, MovedError) or address not in self.clients:
            raise RedisConnectionError(f"the Redis Cluster has changed: {answer}")
        # As text: sent again because its digest is not known, it would come without its ASKING.
        again = exchange_as_is(self.clients, {address: [("ASKING",), command]})[address][-1]
        if isinstance(again, AskError):
            raise RedisConnectionError(f"the Redis Cluster is changing: {again}")
        return again


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
