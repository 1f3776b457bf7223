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

from hashlib import sha256
from itertools import count
from secrets import randbits
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import OutOfMemoryError

from feedapp.cache.keys import FENCE, INCARNATION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from feedapp.cache.backend import LeaseRedisCache
    from feedapp.cache.connections import Address
    from feedapp.cache.discovery import Deployment, Server
    from feedapp.cache.keys import Template

COUNT_BITS = 32
NAME_BITS = 30
TAKE_OVER = 3.0
"""Seconds after which a fence that nobody has signed is taken over: whoever put it up died while dropping copies."""


class FenceError(RedisConnectionError):
    """What answers is not the keyspace that is trusted."""


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


def keys_on(backend: LeaseRedisCache, deployment: Deployment, template: Template) -> dict[Address | None, str]:
    """Give each server the first key of a numbered template that falls to it; all processes find the same."""
    if not deployment.slots:
        return {None: template.key(0).name}
    found: dict[Address | None, str] = {}
    for each in count():
        name = template.key(each).name
        found.setdefault(deployment.owner_of(backend.name(name)), name)
        if len(found) == len(deployment.servers):
            return found
    raise AssertionError


class Joining(NamedTuple):
    """What `FenceKeeper.join` came to: the run, and the servers whose copies were dropped."""

    run: Run
    emptied: set[Address | None]


class FenceKeeper:
    """Joins the run that is under way on the servers, or begins a new one."""

    def __init__(self, backend: LeaseRedisCache) -> None:
        self._backend = backend
        self._unsigned: dict[tuple[Address | None, int], float] = {}

    def join(self, deployment: Deployment, *, database: str, cleaned: float) -> Joining:
        """Find out the run of a deployment, dropping the copies on servers where they may be of another one.

        `database` names the history of PostgreSQL; the outbox has forgotten what was deleted before `cleaned`, by
        PostgreSQL's clock. Raise redis.RedisError, FenceError if somebody else is at it.
        """
        fences = keys_on(self._backend, deployment, FENCE)
        found = dict(zip(fences, self._backend.raw_many(list(fences.values())), strict=True))
        signatures = self._signatures(deployment)
        standing, emptied = {}, set[Any]()
        for address, server in deployment.servers.items():
            signed, value = signatures[address], number(found[address])
            base = value >> COUNT_BITS << COUNT_BITS
            fits = _fits(signed, base, server, deployment.slots_of(address), database=database, cleaned=cleaned)
            if not fits:
                self._await_signature(address, base, signed)
                value = base = self._put_up(fences[address], found[address])
                self._backend.clear(only={address})
                emptied.add(address)
            standing[address] = value
        names = sorted(each >> COUNT_BITS for each in standing.values())
        told = f"{deployment.fingerprint} {database} {names}"
        run = Run(sha256(told.encode()).hexdigest()[:32], deployment, database, standing)
        return Joining(run, emptied)

    def sign(self, run: Run, *, now: float) -> None:
        """Say on every server what its fence stands for, at `now` by PostgreSQL's clock.

        A server whose memory is full stays as it was signed last.
        """
        for address, key in keys_on(self._backend, run.deployment, INCARNATION).items():
            server = run.deployment.servers[address]
            signature = {
                "fence": run.fences[address] >> COUNT_BITS << COUNT_BITS,
                "run": server.run,
                "history": server.history,
                "slots": run.deployment.slots_of(address),
                "database": run.database,
                "signed_at": now,
            }
            try:
                self._backend.set_raw(key, orjson.dumps(signature))
            except OutOfMemoryError:
                continue

    def _signatures(self, deployment: Deployment) -> dict[Address | None, dict[str, Any]]:
        marks = keys_on(self._backend, deployment, INCARNATION)
        stored = self._backend.raw_many(list(marks.values()))
        return {address: _read(raw) for address, raw in zip(marks, stored, strict=True)}

    def _await_signature(self, address: Address | None, base: int, signed: Mapping[str, Any]) -> None:
        """Leave a fence alone that somebody has just put up and not signed yet: they are dropping copies."""
        if not base or signed.get("fence") == base:
            return
        since = self._unsigned.setdefault((address, base), monotonic())
        if monotonic() - since < TAKE_OVER:
            raise FenceError("another process is dropping old copies")

    def _put_up(self, name: str, seen: bytes | None) -> int:
        base = (randbits(NAME_BITS) | 1) << COUNT_BITS
        if not self._backend.replace_raw(name, str(base).encode(), seen):
            raise FenceError("another process was faster to put up a fence")
        return base


def _fits(signed: Mapping[str, Any], base: int, server: Server, slots: str, *, database: str, cleaned: float) -> bool:
    """Tell whether the copies on a server are of the run that goes on.

    A failover is no reason to drop them: its last minute is delivered again. To be out of use for longer than the
    outbox remembers is one, as for a replica that lagged, or a database that was swapped away. So are slots that came
    from elsewhere: their keys may have been here before, and be old.
    """
    return (
        bool(base)
        and signed.get("fence") == base
        and signed.get("database") == database
        and (signed.get("run") == server.run or signed.get("history") in server.histories)
        and signed.get("signed_at", 0) >= cleaned
        and _within(slots, str(signed.get("slots", "")))
    )


def _within(slots: str, signed: str) -> bool:
    """Tell whether ranges of slots, as in `0-10 12-20`, were all there when it was signed."""

    def ranges(text: str) -> set[int]:
        return {slot for each in text.split() for slot in range(*_bounds(each))}

    return slots == signed or ranges(slots) <= ranges(signed)


def _bounds(text: str) -> tuple[int, int]:
    first, _, last = text.partition("-")
    return int(first), int(last) + 1


def _read(raw: bytes | None) -> dict[str, Any]:
    try:
        found = orjson.loads(raw or b"{}")
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}
