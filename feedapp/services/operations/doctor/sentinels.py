"""Sentinels that watch a Redis: whether they answer, agree, and could do anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redis.exceptions import RedisError

from feedapp.cache.redis.sentinels import Told
from feedapp.services.operations.doctor.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FEWEST = 3


def sentinel_faults(told: Sequence[tuple[str, Told | RedisError]]) -> Iterator[Fault]:
    """Those that do not answer, those that contradict each other, and a primary that nobody could replace."""
    heard = {where: each for where, each in told if isinstance(each, Told)}
    for where, error in told:
        if isinstance(error, RedisError):
            said = " ".join(str(error).split())
            yield Fault(
                f"The Sentinel at {where} does not help: {said}. With too few of them a primary that fails is not "
                "replaced.",
                "Start it there (`systemctl start redis-sentinel`), or mend its address and sentinel_password in "
                "REDIS_URL.",
            )
    if len(told) < FEWEST:
        yield Fault(
            f"REDIS_URL names {len(told)} of the Sentinels: without these, feedapp finds no primary.",
            f"Name {FEWEST} or more, on different machines: redis+sentinel://one:26379,two:26379,three:26379/name.",
        )
    if len({each.primary for each in heard.values()}) > 1:
        named = ", ".join(f"{where} says {each.primary}" for where, each in heard.items())
        yield Fault(
            f"The Sentinels name different primaries: {named}. Until they agree, processes that ask different ones go "
            "past Redis.",
            "After a failover it takes them a moment. If it stays so, a network between them is cut: compare "
            "`redis-cli -p 26379 SENTINEL MASTERS` on each.",
        )
    elif heard and not any(each.replicas for each in heard.values()):
        yield Fault(
            "The primary of Redis has no replica that could take its place: if it fails, nothing is cached.",
            "Start one (`replicaof HOST PORT` in its redis.conf), or use redis:// without Sentinels.",
        )
