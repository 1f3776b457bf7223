"""Joins the current run of Redis or begins another: sets fences, drops copies of other runs, signs what a fence is for.

See `feedapp/cache/redis/fences.py` for what a run and a fence are.
"""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from itertools import count
from secrets import randbits
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
from redis.exceptions import OutOfMemoryError

from feedapp import timing
from feedapp.cache.catalogue.keys import FENCE, INCARNATION
from feedapp.cache.redis import signatures
from feedapp.cache.redis.fences import COUNT_BITS, NAME_BITS, ContendedError, FenceError, Run, keys_on, name_of, number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from feedapp.cache.redis.backend import LeaseRedisCache
    from feedapp.cache.redis.connections import Address
    from feedapp.cache.redis.discovery import Deployment

ATTEMPTS = 5


class Joining(NamedTuple):
    """The result of `FenceKeeper.join`: the run, and the servers whose copies were dropped."""

    run: Run
    emptied: set[Address | None]


class FenceKeeper:
    """Joins the current run on the servers, or begins a new one."""

    def __init__(self, backend: LeaseRedisCache) -> None:
        self._backend = backend
        self._unsigned: dict[Address | None, tuple[object, float]] = {}
        self._made_room: dict[Address | None, float] = {}

    def join(self, deployment: Deployment, *, database: str, cleaned: float) -> Joining:
        """Find the run of a deployment; drop the copies on servers where they may belong to another run.

        `database` names the history of PostgreSQL; the outbox has forgotten what was deleted before `cleaned`, by
        PostgreSQL's clock. Raise redis.RedisError, or ContendedError if another process is doing the same.
        """
        fences = keys_on(self._backend.name, deployment, FENCE)
        marks = keys_on(self._backend.name, deployment, INCARNATION)
        found = self._read(fences)
        signed_by = self._read(marks)
        standing, emptied = {}, set[Any]()
        for address, server in deployment.servers.items():
            signed, value = signatures.read(signed_by[address]), number(found[address])
            base = value >> COUNT_BITS << COUNT_BITS
            fits = signatures.fits(
                signed, base, server, deployment.slots_of(address), database=database, cleaned=cleaned
            )
            if not fits:
                self._await_signature(address, base, signed_by[address])
                value = base = self._put_up(address, fences[address], found[address])
                self._backend.clear(only={address}, beat=self._beat(fences[address], marks[address], base))
                emptied.add(address)
            standing[address] = value
        names = sorted(each >> COUNT_BITS for each in standing.values())
        told = f"{deployment.fingerprint} {database} {names}"
        run = Run(sha256(told.encode()).hexdigest()[:32], deployment, database, standing)
        return Joining(run, emptied)

    def sign(self, run: Run, *, now: float) -> None:
        """Sign on every server what its fence is for, at `now` by PostgreSQL's clock.

        A server whose memory is full keeps its last signature. Raise ContendedError if another fence is there: signing
        over it would make it look like a fence without an owner.
        """
        standing = self._read(keys_on(self._backend.name, run.deployment, FENCE))
        if any(name_of(number(standing[each])) != name_of(value) for each, value in run.fences.items()):
            raise ContendedError("another process has put up another fence")
        for address, key in keys_on(self._backend.name, run.deployment, INCARNATION).items():
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

    def _read(self, names: Mapping[Address | None, str]) -> dict[Address | None, bytes | None]:
        return dict(zip(names, self._backend.raw_many(list(names.values())), strict=True))

    def _await_signature(self, address: Address | None, base: int, mark: bytes | None) -> None:
        """Leave an unsigned fence alone while its owner is still dropping copies."""
        if not base or signatures.read(mark).get("fence") == base:
            return
        seen, now = (base, mark), monotonic()
        before, since = self._unsigned.get(address, (None, now))
        if seen != before:
            since = now
            self._unsigned[address] = seen, since
        if now - since < timing.TAKE_OVER:
            raise ContendedError("another process is dropping old copies")

    def _put_up(self, address: Address | None, name: str, seen: bytes | None) -> int:
        """Replace the fence that was seen with a new one, however many deletions it has counted since."""
        base = (randbits(NAME_BITS) | 1) << COUNT_BITS
        for _ in range(ATTEMPTS):
            try:
                if self._backend.replace_raw(name, str(base).encode(), seen):
                    return base
            except OutOfMemoryError:
                self._make_room(address, name)
            (standing,) = self._backend.raw_many([name])
            if name_of(number(standing)) not in {name_of(number(seen)), 0}:
                break
            seen = standing
        raise ContendedError("another process was faster to put up a fence")

    def _make_room(self, address: Address | None, name: str) -> None:
        """Drop the copies in a full Redis before setting the new fence; without a fence, readers stop, too."""
        now = monotonic()
        if now - self._made_room.get(address, -timing.MAKING_ROOM) < timing.MAKING_ROOM:
            raise FenceError("Redis is full, and refuses to store even a number")
        self._made_room[address] = now
        self._backend.delete(name)
        self._backend.clear(only={address})

    def _beat(self, fence: str, mark: str, base: int) -> Callable[[], None]:
        """Make the function that says, each second, that this process is still dropping copies behind its new fence."""
        beaten, beats = monotonic(), count()

        def beat() -> None:
            nonlocal beaten
            if monotonic() - beaten < timing.BEAT:
                return
            if name_of(number(self._backend.raw_many([fence])[0])) != name_of(base):
                raise ContendedError("another process has put up another fence")
            with suppress(OutOfMemoryError):
                self._backend.set_raw(mark, orjson.dumps({"dropping": base, "beat": next(beats)}))
            beaten = monotonic()

        return beat
