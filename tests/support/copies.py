"""What stands in Redis."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redis import Redis

PREFIX = "test:"


def forget_everything(redis: Redis) -> None:
    """Delete every key but the marks of the run, without which Redis would not be trusted."""
    if doomed := held(redis):
        for name in doomed:
            redis.delete(name)


def held(redis: Redis) -> list[str]:
    """Name the keys that stand in Redis beside the marks of the run."""
    names = [name.decode() for name in redis.scan_iter("*", count=1_000)]  # of a cluster KEYS would ask one server
    return [name for name in names if not name.startswith((f"{PREFIX}fence:", f"{PREFIX}incarnation:"))]
