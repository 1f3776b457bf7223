"""Which run of Redis the copies belong to, written into Redis itself: one mark on each server of a cluster.

A server that carries no mark of its own run, nor of one whose history its data continue, may hold what was deleted long
ago. So may one that continues a history, but so late that the outbox has forgotten what was deleted since.
"""

from __future__ import annotations

from itertools import count
from time import time
from typing import TYPE_CHECKING

from redis.exceptions import OutOfMemoryError

from feedapp.cache.keys import INCARNATION

if TYPE_CHECKING:
    from feedapp.cache.backend import LeaseRedisCache
    from feedapp.cache.connections import Address
    from feedapp.cache.discovery import Deployment
    from feedapp.cache.keys import Key

FRESH_SECONDS = 40.0
"""A replica's mark must not be older: relays sign every 10 s, and the outbox keeps what was deleted for 60 s."""


def marks(backend: LeaseRedisCache, deployment: Deployment) -> dict[Address | None, Key]:
    """Give each server the first mark that falls to it; all processes find the same."""
    if not deployment.slots:
        return {None: INCARNATION.key(0)}
    found: dict[Address | None, Key] = {}
    for number in count():
        mark = INCARNATION.key(number)
        found.setdefault(deployment.owner_of(backend.name(mark.name)), mark)
        if len(found) == len(deployment.servers):
            return found
    raise AssertionError


def strangers(backend: LeaseRedisCache, deployment: Deployment) -> set[Address | None]:
    """Name the servers whose copies must be dropped; a failover is no reason, its last minute is delivered again."""
    by_server = marks(backend, deployment)
    signed = dict(zip(by_server, backend.get_many(*(mark.name for mark in by_server.values())), strict=True))
    return {
        address
        for address, server in deployment.servers.items()
        for mark in [signed[address] or {}]
        if mark.get("run") != server.run
        and (mark.get("history") not in server.histories or time() - mark.get("signed_at", 0) > FRESH_SECONDS)
    }


def sign(backend: LeaseRedisCache, deployment: Deployment) -> None:
    """Mark every server, for the processes that come after. One whose memory is full stays unmarked."""
    lifetime = INCARNATION.lifetime
    for address, mark in marks(backend, deployment).items():
        server = deployment.servers[address]
        signature = {"run": server.run, "history": server.history, "signed_at": time()}
        try:
            backend.set(mark.name, signature, lifetime)
        except OutOfMemoryError:
            continue
