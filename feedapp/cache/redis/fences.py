"""Which run the copies in Redis belong to: a fence on each server, which every read asks for beside its keys.

A *run* is one keyspace of one Redis over one history of one PostgreSQL. What was copied in another run (before a backup
was restored, in a Redis that lagged when it took over, under another prefix) must never be served in this one.

Each server has two keys. The **fence** is a number: a random name in its upper bits, and below it the count of the
deletions since. Who reads expects the name, and no lower count than was seen before: SWAPDB, a flush, a server that
became the copy of another all show at the next read, in the same trip. The **incarnation** says what the fence was put
up for. Where it does not fit what is found, or there is none, whoever returns puts up a new fence first, so that nobody
goes on reading behind the old one, then drops the copies, then signs.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from redis.exceptions import ConnectionError as RedisConnectionError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from feedapp.cache.catalogue.declarations import Template
    from feedapp.cache.redis.connections import Address
    from feedapp.cache.redis.discovery import Deployment

COUNT_BITS = 32
NAME_BITS = 30


class FenceError(RedisConnectionError):
    """What answers is not the keyspace that is trusted."""


class ContendedError(FenceError):
    """Another process is returning to the same Redis at this moment: it is worth trying again at once."""


class Run(NamedTuple):
    """One keyspace of one deployment over one history of PostgreSQL; `name` is what the outbox calls it."""

    name: str
    deployment: Deployment
    database: str
    fences: Mapping[Address | None, int]


class Fences:
    """What is expected of the servers of one route. Nothing is, until `expect` says what."""

    def __init__(self, names: Mapping[Address | None, str]) -> None:
        self.names = names
        """The whole key of each server's fence."""
        self._least: dict[Address | None, int] = {}

    def expect(self, fences: Mapping[Address | None, int]) -> None:
        """From now on, let nothing pass that comes from behind another fence."""
        self._least = dict(fences)

    def least(self, address: Address | None) -> int:
        """Give what the fence of a server may not be below; ask before sending, since threads overtake each other."""
        return self._least.get(address, 0)

    def check(self, address: Address | None, least: int, found: bytes | None) -> None:
        """Raise FenceError unless a server's fence has the name that is expected and a count that may be."""
        if not least:
            return
        value = number(found)
        if value < least or value >> COUNT_BITS != least >> COUNT_BITS:
            raise FenceError("Redis holds another keyspace than the one that was trusted")
        if value > self._least.get(address, value):
            self._least[address] = value


def number(found: bytes | None) -> int:
    """Read a fence; 0 for what is none."""
    return int(found) if found is not None and found.isdigit() else 0


def keys_on(whole: Callable[[str], str], deployment: Deployment, template: Template) -> dict[Address | None, str]:
    """Give each server the first key of a numbered template that falls to it; all processes find the same.

    `whole` gives a key as it stands in Redis.
    """
    if not deployment.slots:
        return {None: template.key(0).name}
    found: dict[Address | None, str] = {}
    for each in count():
        name = template.key(each).name
        found.setdefault(deployment.owner_of(whole(name)), name)
        if len(found) == len(deployment.servers):
            return found
    raise AssertionError


def name_of(fence: int) -> int:
    """Give a fence's random name, without the count."""
    return fence >> COUNT_BITS
