"""What Redis does when its memory is full, and whether it has enough."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from feedapp.services.operations.doctor.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

NEARLY_FULL = 0.9
RANDOM = "allkeys-random"
NONE = "noeviction"
SHORT = 300.0
"""Seconds that a value should stay, on average, before it has to make room for another."""
ENOUGH = 1_000
"""Evictions without which their pace says nothing."""
EVICT = (
    "Set maxmemory-policy to allkeys-lru: `redis-cli CONFIG SET maxmemory-policy allkeys-lru`, and the same in "
    "redis.conf."
)
MORE = "Give it more: `redis-cli CONFIG SET maxmemory 256mb`, and the same in redis.conf."


def memory_fault(name: str, about: dict[str, Any]) -> Iterator[Fault]:
    """Judge what INFO says."""
    policy, most, used = about["maxmemory_policy"], int(about["maxmemory"]), int(about["used_memory"])
    if policy == RANDOM:
        yield Fault(
            f"{name} evicts anything: maxmemory-policy is {RANDOM}, so also what is in use and what counts attempts to "
            "log in.",
            EVICT,
        )
    elif policy == NONE and most and used > NEARLY_FULL * most:
        yield Fault(
            f"{name} is full ({used / most:.0%} of maxmemory) and evicts nothing ({NONE}), so nothing new is cached "
            "and the site is slow.",
            EVICT,
        )
    elif most and used > NEARLY_FULL * most and (stays := _stays(about)) < SHORT:
        yield Fault(
            f"{name} has too little memory: of {most / 1024**2:,.0f} MB (maxmemory) all are in use, and a value stays "
            f"{stays:,.0f} s on average before it is evicted, so pages are made anew much too often.",
            MORE,
        )


def _stays(about: dict[str, Any]) -> float:
    """Estimate for how many seconds a value stays: as many as there are, by how many have to go a second."""
    evicted, uptime = int(about.get("evicted_keys", 0)), max(1, int(about.get("uptime_in_seconds", 1)))
    keys = sum(int(each["keys"]) for name, each in about.items() if name.startswith("db") and isinstance(each, dict))
    return keys * uptime / evicted if evicted >= ENOUGH else float("inf")
