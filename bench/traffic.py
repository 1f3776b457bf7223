"""Traffic to replay: from an access log, or made with Zipf's law. Who and what are ranks, the most popular first."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from datetime import datetime
from itertools import accumulate
from random import Random
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Kind = Literal["home", "public", "post", "profile", "like", "comment", "publish"]
WRITES: tuple[Kind, ...] = ("like", "comment", "publish")
VIEWS: tuple[tuple[Kind, float], ...] = (("home", 0.5), ("public", 0.2), ("post", 0.2), ("profile", 0.1))
_LINE = re.compile(r'(\S+) \S+ \S+ \[([^]]+)\] "\S+ (\S+)')


class Event(NamedTuple):
    """`moment` goes from 0 to 1; `who` and `what` are ranks, to be taken modulo the number of those there are."""

    moment: float
    kind: Kind
    who: int
    what: int


def zipf(count: int, *, share: int, people: int) -> list[Event]:
    """Make so many events, `share` percent writes: readers and posts popular by Zipf's law, writers by chance."""
    random = Random(f"zipf {share}")
    weights = list(accumulate(1 / (rank + 1) for rank in range(people)))
    kinds, chances = zip(*VIEWS, strict=True)
    events = []
    for number in range(count):
        (who,), (what,) = (random.choices(range(people), cum_weights=weights) for _ in range(2))
        if random.random() * 100 < share:
            events.append(Event(number / count, random.choice(WRITES), random.randrange(people), what))
        else:
            events.append(Event(number / count, random.choices(kinds, chances)[0], who, what))
    return events


def from_log(path: Path, *, share: int, most: int) -> list[Event]:
    """Read a log in the combined form, plain or gzip: its times, its clients and paths by rank.

    The most popular path is the home feed, the second everyone's, then posts and profiles in turn. Every so many
    requests one is made a write, since such logs have none.
    """
    lines = [found.groups() for line in _lines(path) if (found := _LINE.match(line))][:most]
    if not lines:
        raise SystemExit(f"{path} has no line in the combined log format")
    moments = [datetime.strptime(time, "%d/%b/%Y:%H:%M:%S %z").timestamp() for _, time, _ in lines]
    first, last = min(moments), max(moments)
    clients, paths = (
        {name: rank for rank, (name, _) in enumerate(Counter(line[field] for line in lines).most_common())}
        for field in (0, 2)
    )
    events = []
    for number, ((client, _, path_), moment) in enumerate(zip(lines, moments, strict=True)):
        rank = paths[path_]
        kind: Kind = "home" if rank == 0 else "public" if rank == 1 else "profile" if rank % 2 else "post"
        if share and number % (100 // share) == 0:
            kind = WRITES[number // (100 // share) % len(WRITES)]
        events.append(Event((moment - first) / max(1, last - first), kind, clients[client], rank // 2))
    return sorted(events)


def _lines(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", errors="replace") if path.suffix == ".gz" else path.open(errors="replace") as file:
        yield from file
