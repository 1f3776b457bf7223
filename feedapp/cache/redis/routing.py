"""The way to the server, or the servers, that have the keys; `cluster.py` has the one to a Redis Cluster.

A batch of keys is one script on a single server, and one for each key on a cluster, where the keys of a page lie in as
many slots. What is decided for a key is the same script's in both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from feedapp.cache.redis.batches import trips
from feedapp.cache.redis.wire import Wire, checked, packed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from redis import Redis

    from feedapp.cache.redis.batches import Batch
    from feedapp.cache.redis.connections import Address
    from feedapp.cache.redis.fences import Fences
    from feedapp.cache.redis.wire import Command, Packed


@dataclass(slots=True, eq=False)
class PreparedRead:
    """A read of many keys that was put into Redis' own form once, to be sent often.

    On a cluster `plan` is how it was divided last, with the owners of the slots that it was divided for.
    """

    keys: tuple[str, ...]
    names: Sequence[str]
    packed: Packed
    plan: tuple[object, Plan] | None = None


class Plan(NamedTuple):
    """Which of the keys of a read are asked of which server, and what is sent for that."""

    parts: Mapping[Address, list[int]]
    packed: Mapping[Address, Packed]


def prepared_read(keys: tuple[str, ...], names: Sequence[str], fence: str) -> PreparedRead:
    """Write down the MGET; `names` are the whole keys, `fence` is that of the fence of a single server."""
    return PreparedRead(keys, names, packed([("MGET", fence, *names)]))


class Route(Protocol):
    """The way to all servers of a deployment. What is read raises FenceError if it comes from behind another fence."""

    clients: Mapping[Address | None, Redis]
    """One client for each primary."""
    wire: Wire
    fences: Fences

    def client_of(self, name: str) -> Redis:
        """Give the client of the server that has the key of that name."""

    def get_prepared(self, prepared: PreparedRead) -> list[bytes | None]:
        """Read what the keys hold."""

    def send(self, commands: Sequence[Command]) -> list[Any]:
        """Carry out commands of one key each; an answer that is an error is raised when all were carried out."""

    def run(self, *batches: Batch) -> list[list[Any]]:
        """Run scripts on many keys, in one trip for each thousand of them; give the answers by batch and key.

        If one server fails, the others count their deletions all the same, before the error is raised.
        """


class OneServer:
    """The route to a single server."""

    def __init__(self, client: Redis, fences: Fences) -> None:
        self._client = client
        self.clients: Mapping[Address | None, Redis] = {None: client}
        self.wire = Wire(self.clients)
        self.fences = fences

    def client_of(self, _name: str) -> Redis:
        """Give the only one."""
        return self._client

    def get_prepared(self, prepared: PreparedRead) -> list[bytes | None]:
        """Read all in one MGET that is written already."""
        least = self.fences.least(None)
        found: list[bytes | None] = checked(self.wire.send({None: prepared.packed})[None])[0]
        self.fences.check(None, least, found[0])
        return found[1:]

    def send(self, commands: Sequence[Command]) -> list[Any]:
        """Send all at once, then read all answers."""
        return checked(self.wire.send({None: packed(commands)})[None])

    def run(self, *batches: Batch) -> list[list[Any]]:
        """Send one script for all keys; several if they are very many, so that Redis never stands still for it."""
        answers: list[list[Any]] = [[] for _ in batches]
        fence = self.fences.names[None]
        for trip in trips(batches):
            least = self.fences.least(None)
            for (number, part), found in zip(trip, self.send([part.command(fence) for _, part in trip]), strict=True):
                if part.fencing is None:
                    answers[number] += found
                else:
                    self.fences.check(None, least, found[1])
                    answers[number] += found[0]
        return answers
