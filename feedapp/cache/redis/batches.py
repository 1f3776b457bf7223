"""One script for many keys: what is decided for each of them, however it is sent."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from feedapp.cache.redis.scripts import behind_fence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from feedapp.cache.redis.wire import Command

MOST_IN_SCRIPT = 500
"""Keys: Redis does nothing else meanwhile, for a millisecond at most."""
MOST_IN_TRIP = 1_000
"""Keys: an answer has to come within the time-out of a connection."""

Fencing = Literal["watch", "count"] | None
"""Whether the fence is read along with the keys, or counted up for a deletion."""


class Batch(NamedTuple):
    """A script, its keys (whole), the arguments for all of them, and those of each key, equally many."""

    script: str
    names: Sequence[str]
    shared: tuple[Any, ...] = ()
    own: Sequence[tuple[Any, ...]] = ()
    fencing: Fencing = None

    def parts(self, size: int) -> Iterator[Batch]:
        """Divide it by so many keys."""
        if len(self.names) <= size:
            yield from [self] if self.names else []
            return
        for start in range(0, len(self.names), size):
            part = slice(start, start + size)
            yield self._replace(names=self.names[part], own=self.own[part])

    def command(self, fence: str | None = None) -> Command:
        """Write it down as one command; with a fence to be asked, the answers come in a pair with that."""
        own = chain.from_iterable(self.own)
        if self.fencing is None or fence is None:
            return ("EVAL", self.script, len(self.names), *self.names, *self.shared, *own)
        script = behind_fence(self.script, counts=self.fencing == "count")
        return ("EVAL", script, len(self.names) + 1, *self.names, fence, *self.shared, *own)


def trips(batches: Sequence[Batch]) -> Iterator[list[tuple[int, Batch]]]:
    """Divide batches into what goes by one trip: parts for a script each, and the number of the batch they are of."""
    trip, size = list[tuple[int, Batch]](), 0
    for number, batch in enumerate(batches):
        for part in batch.parts(MOST_IN_SCRIPT):
            if trip and size + len(part.names) > MOST_IN_TRIP:
                yield trip
                trip, size = [], 0
            trip.append((number, part))
            size += len(part.names)
    if trip:
        yield trip
