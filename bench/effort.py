"""How much is measured: what CI runs, what `make bench` runs, and all of it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from bench.places import VAR
from feedapp.embedded.launch.launch_settings import FILLED_IN, LaunchSettings

SMALL = {"users": 500, "posts": 20_000, "comments": 30_000, "likes": 100_000, "follows": 15_000}
LARGE = {"users": 5_000, "posts": 100_000, "comments": 200_000, "likes": 1_000_000, "follows": 200_000}


@dataclass(frozen=True)
class Effort:
    """`only`: the variants to compare, all if empty. `seconds` is of one run of one variant in one round."""

    name: str
    rounds: int
    seconds: float
    community: dict[str, int]
    parts: tuple[str, ...]
    only: frozenset[str] = frozenset()
    workers: int = field(default_factory=lambda: _defaults().workers)
    threads: int = field(default_factory=lambda: _defaults().threads)
    scale: tuple[int, ...] = (2_000, 20_000)
    operations: int = 20
    replayed: int = 3_000
    crowd: bool = True
    sizes: bool = False
    seeded: dict[str, int] = field(default_factory=LARGE.copy)

    def takes(self, variant: str) -> bool:
        """Tell whether a variant is to be measured."""
        return not self.only or variant in self.only


def _defaults() -> LaunchSettings:
    """Give the product's own defaults, or what WEB_WORKERS and WEB_THREADS say."""
    given = {name: value for name, value in os.environ.items() if name in {"WEB_WORKERS", "WEB_THREADS"}}
    return LaunchSettings.from_environment({**FILLED_IN, **given}, directory=VAR)


RATIOS = frozenset(
    {"bare-json", "json", "json-off", "json-rival", "bare-page", "page", "page-off", "mix-5-on", "mix-5-rival"}
)

ALL = ("site", "hitrate", "scale", "keyspace", "seed")

EFFORTS = {
    each.name: each
    for each in (
        Effort("short", rounds=5, seconds=2, community=SMALL, parts=("site",), only=RATIOS, crowd=False),
        Effort("normal", rounds=3, seconds=2, community=SMALL, parts=ALL[:-1], sizes=True),
        Effort(
            "full",
            rounds=5,
            seconds=3,
            community=LARGE,
            parts=ALL,
            scale=(10_000, 100_000, 1_000_000),
            operations=60,
            replayed=14_000,
            sizes=True,
        ),
    )
}
