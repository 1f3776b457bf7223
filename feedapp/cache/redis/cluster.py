"""Sends each command to the server of a Redis Cluster that has its key.

The commands of one call go to all servers concerned before the first answer is read, so a call takes one round trip
here, too. MGET would need all its keys in one slot, so it becomes one GET for each; a script of many keys becomes one
of one key for each, so a slot that moves takes no more than one key's script with it. Nothing is retried, but ASK is
followed if it leads to a server that is trusted. MOVED is not: whose a slot was is part of the run.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from redis.crc import key_slot
from redis.exceptions import AskError, MovedError, RedisError, ResponseError
from redis.exceptions import ConnectionError as RedisConnectionError

from feedapp.cache.redis import scripts
from feedapp.cache.redis.batches import trips
from feedapp.cache.redis.connections import Address
from feedapp.cache.redis.fences import Fences
from feedapp.cache.redis.routing import Plan
from feedapp.cache.redis.wire import Wire, checked, packed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from redis import Redis

    from feedapp.cache.redis.batches import Batch
    from feedapp.cache.redis.routing import PreparedRead
    from feedapp.cache.redis.wire import Command


class ClusterServers:
    """The routes to all primaries of a cluster; `owners` names the one of each slot."""

    def __init__(self, clients: Mapping[Address | None, Redis], owners: Sequence[Address], fences: Fences) -> None:
        self.clients = clients
        self.wire = Wire(clients)
        self._owners = owners
        self.fences = fences

    def client_of(self, name: str) -> Redis:
        """Find it by the slot of the key."""
        return self.clients[_owner(name, self._owners)]

    def renewed(self, connect: Callable[[Address | None], Redis]) -> ClusterServers:
        """Give the same servers by other connections."""
        return ClusterServers({address: connect(address) for address in self.clients}, self._owners, Fences({}))

    def get_prepared(self, prepared: PreparedRead) -> list[bytes | None]:
        """Read each by itself, after the fence of its server; divided as last time if that was for these servers."""
        planned_for, plan = prepared.plan or (None, None)
        if plan is None or planned_for is not self:
            parts = self._divided(prepared.names, self._owners)
            # Before any fence is known, ask for a key that is nobody's.
            fences = {address: self.fences.names.get(address, "") for address in parts}
            sent = {
                address: packed([("GET", name) for name in (fences[address], *(prepared.names[n] for n in part))])
                for address, part in parts.items()
            }
            plan = Plan(parts, sent)
            prepared.plan = self, plan
        least = {address: self.fences.least(address) for address in plan.parts}
        answered: dict[Address, list[Any]] = {}
        for address, found in self.wire.send(plan.packed).items():
            fence, *answered[address] = map(_none_if_foreign, found)
            if isinstance(fence, ResponseError):
                raise fence
            self.fences.check(address, least[address], fence)
        return self._gathered(plan.parts, answered, lambda number: ("GET", prepared.names[number]))

    def send(self, commands: Sequence[Command], *, thorough: bool = False) -> list[Any]:
        """Send to all servers, then read from all. `thorough`: if one fails, the others get theirs all the same."""
        parts = self._divided([name_in(command) for command in commands], self._owners)
        sent = {address: packed([commands[number] for number in part]) for address, part in parts.items()}
        try:
            answered = self.wire.send(sent)
        except RedisError:
            for address, part in sent.items() if thorough else ():
                with suppress(RedisError):
                    self.wire.send({address: part})
            raise
        return self._gathered(parts, answered, commands.__getitem__)

    def run(self, *batches: Batch) -> list[list[Any]]:
        """Send the scripts key by key, and ask the fences of the servers concerned; a deletion counts on all."""
        answers: list[list[Any]] = [[] for _ in batches]
        for trip in trips(batches):
            asked = self._asked([part for _, part in trip])
            least = {address: self.fences.least(address) for address in asked}
            single = [(number, one.command()) for number, part in trip for one in part.parts(1)]
            thorough = any(part.fencing == "count" for _, part in trip)
            found = self.send([*(command for _, command in single), *asked.values()], thorough=thorough)
            for address, fence in zip(asked, found[len(single) :], strict=True):
                self.fences.check(address, least[address], fence)
            for (number, _), answer in zip(single, found, strict=False):
                answers[number] += answer
        return answers

    def _asked(self, parts: Sequence[Batch]) -> Mapping[Address | None, Command]:
        """Say what is asked of the fences beside these."""
        fences = self.fences.names
        if any(part.fencing == "count" for part in parts):
            return {address: ("EVAL", scripts.COUNT, 1, fence) for address, fence in fences.items()}
        concerned = {_owner(name, self._owners) for part in parts if part.fencing for name in part.names}
        return {address: ("GET", fence) for address, fence in fences.items() if address in concerned}

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
                answers[number] = self._redirected(command(number), answer) if moved else _none_if_foreign(answer)
        return checked(answers)

    def _redirected(self, command: Command, answer: Any) -> Any:
        """Follow ASK to a server that is known. Raise redis.ConnectionError for MOVED.

        A slot that moved may come back later, to a server that still has what was deleted elsewhere meanwhile. So its
        owners are part of the run, and it is another one now.
        """
        address = Address(answer.host, answer.port)
        if isinstance(answer, MovedError) or address not in self.clients:
            raise RedisConnectionError(f"the Redis Cluster has changed: {answer}")
        # As text: sent again because its digest is not known, it would come without its ASKING.
        again = self.wire.send({address: packed([("ASKING",), command], by_digest=False)})[address][-1]
        if isinstance(again, AskError):
            raise RedisConnectionError(f"the Redis Cluster is changing: {again}")
        return _none_if_foreign(again)


def name_in(command: Command) -> str | bytes:
    """Give the one key of a command."""
    name: str | bytes = command[3 if command[0] == "EVAL" else 1]
    return name


def _owner(name: str | bytes, owners: Sequence[Address]) -> Address:
    return owners[key_slot(name if isinstance(name, bytes) else name.encode())]


def _none_if_foreign(answer: Any) -> Any:
    """Read a key that holds a list, a set or the like as MGET does: it is nothing of ours."""
    return None if isinstance(answer, ResponseError) and "WRONGTYPE" in str(answer) else answer
