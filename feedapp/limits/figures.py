"""One limit: so many of what, for whom, in which time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

By = Literal["member", "network", "name", "name and network", "text", "site"]
MINUTE, HOUR, DAY = 60, 3_600, 86_400
UNITS = {"second": 1, "minute": MINUTE, "hour": HOUR, "day": DAY}


class Figure(NamedTuple):
    """So many in so many seconds, counted from the first."""

    quota: int
    seconds: int

    def __str__(self) -> str:
        unit, length = max(
            ((name, size) for name, size in UNITS.items() if self.seconds % size == 0), key=lambda each: each[1]
        )
        count = self.seconds // length
        return f"{self.quota:,} in {count} {unit}s" if count > 1 else f"{self.quota:,} a{'n' * (unit == 'hour')} {unit}"


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit. `counts` says in the plural what is counted, for people."""

    name: str
    by: By
    figure: Figure
    counts: str
    newcomers: bool = False
    """Whether it is for those alone who signed up less than its time ago."""


_FIGURE = re.compile(r"([1-9][0-9]{0,8})/([1-9][0-9]{0,4})?(second|minute|hour|day)s?")


def figure(text: str) -> Figure:
    """Read `30/minute` or `10/5minutes`. Raise ValueError."""
    found = _FIGURE.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return Figure(int(found[1]), int(found[2] or 1) * UNITS[found[3]])


class Kind(NamedTuple):
    """Writes that are counted together, by the member who is signed in and by the network."""

    name: str
    endpoints: tuple[str, ...]
    limits: tuple[Limit, ...]


def kind(name: str, counts: str, endpoints: Iterable[str], *, member: int, network: int) -> Kind:
    """Declare one, with so many a minute for each."""
    by_member = Limit(name, "member", Figure(member, MINUTE), counts)
    by_network = Limit(f"{name}-network", "network", Figure(network, MINUTE), counts)
    return Kind(name, tuple(endpoints), (by_member, by_network))
