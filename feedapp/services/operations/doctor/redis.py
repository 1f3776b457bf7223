"""Redis: reachable, new enough, evicts what it should, writes nothing to a disk, and its clock."""

from __future__ import annotations

import time
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any

from redis.exceptions import RedisError

from feedapp.cache.redis.connections import addresses, connect, url_of
from feedapp.cache.redis.discovery import OLDEST, discover
from feedapp.cache.redis.sentinels import Sentinels, Told
from feedapp.services.operations.doctor.faults import Fault
from feedapp.services.operations.doctor.postgresql import clock_fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from redis import Redis

PATIENCE = 2.0
NEARLY_FULL = 0.9
RANDOM = "allkeys-random"
NONE = "noeviction"
FEWEST_SENTINELS = 3


class RedisChecks:
    """Asks every server by connections of its own, whatever the cache thinks of it."""

    def __init__(self, url: str) -> None:
        self._url = url

    def check(self) -> Iterator[Fault]:
        """Ask all of them."""
        try:
            sentinels, url = Sentinels.of(self._url, timeout=PATIENCE), self._url
            if sentinels is None:
                deployment = discover(url, addresses(url), timeout=PATIENCE)
            else:
                url = sentinels.redis_url
                with closing(sentinels):
                    yield from sentinel_faults(list(sentinels.ask_all()))
                    deployment = sentinels.discover()
            for address in deployment.servers:
                name = "Redis" if address is None or len(deployment.servers) == 1 else f"Redis at {address}"
                with closing(connect(url_of(url, address or deployment.primary), timeout=PATIENCE)) as client:
                    yield from self._one(client, name)
        except (RedisError, OSError) as error:
            told = " ".join(str(error).split())
            yield Fault(f"Redis does not answer: {told}.", "Start it, or mend REDIS_URL; until then the site is slow.")

    def _one(self, client: Redis, name: str) -> Iterator[Fault]:
        about: dict[str, Any] = client.info()
        yield from version_fault(name, str(about["redis_version"]))
        yield from eviction_fault(name, about)
        yield from _disk_fault(name, about, _save(client))
        began = time.time()
        seconds, microseconds = client.time()
        yield from clock_fault(name, began, seconds + microseconds / 1e6, time.time())


def sentinel_faults(told: Sequence[tuple[str, Told | RedisError]]) -> Iterator[Fault]:
    """Those that do not answer, those that contradict each other, and a primary that nobody could replace."""
    heard = {where: each for where, each in told if isinstance(each, Told)}
    for where, error in told:
        if isinstance(error, RedisError):
            said = " ".join(str(error).split())
            yield Fault(f"The Sentinel at {where} does not help: {said}.", "Start it, or mend REDIS_URL.")
    if len(told) < FEWEST_SENTINELS:
        yield Fault(
            f"REDIS_URL names {len(told)} of the Sentinels: without these, feedapp finds no primary.",
            f"Name at least {FEWEST_SENTINELS}, on different machines.",
        )
    if len({each.primary for each in heard.values()}) > 1:
        named = ", ".join(f"{where} says {each.primary}" for where, each in heard.items())
        yield Fault(
            f"The Sentinels name different primaries: {named}.",
            "Look for a network that is cut; after a failover it takes them a moment.",
        )
    elif heard and not any(each.replicas for each in heard.values()):
        yield Fault("The primary of Redis has no replica that could take its place.", "Add one, or use redis:// alone.")


def version_fault(name: str, version: str) -> Iterator[Fault]:
    """Valkey says 7, whatever its own version is."""
    if int(version.partition(".")[0]) < OLDEST:
        yield Fault(f"An old version: {name} {version}.", f"Upgrade it to {OLDEST} or newer, or to Valkey.")


def eviction_fault(name: str, about: dict[str, Any]) -> Iterator[Fault]:
    """What it does when its memory is full."""
    policy, most, used = about["maxmemory_policy"], int(about["maxmemory"]), int(about["used_memory"])
    if policy == RANDOM:
        yield Fault(
            f"{name} evicts anything: maxmemory-policy is {RANDOM}, so also what is in use and what counts attempts.",
            "Set maxmemory-policy to allkeys-lru.",
        )
    elif policy == NONE and most and used > NEARLY_FULL * most:
        yield Fault(
            f"{name} is full ({used / most:.0%} of maxmemory) and evicts nothing ({NONE}), so nothing new is cached.",
            "Set maxmemory-policy to allkeys-lru.",
        )


def _disk_fault(name: str, about: dict[str, Any], save: str) -> Iterator[Fault]:
    ways = [way for way, is_so in (("appendonly yes", about["aof_enabled"]), (f"save {save}", save)) if is_so]
    if ways:
        yield Fault(
            f"{name} writes to a disk that it does not need: {' and '.join(ways)}. It holds copies only.",
            'Set save to "" and appendonly to no.',
        )


def _save(client: Redis) -> str:
    """Give the setting; "" too where it may not be asked (a managed Redis), since it cannot be changed there."""
    with suppress(RedisError):
        return str(client.config_get("save").get("save", "")).strip()
    return ""
