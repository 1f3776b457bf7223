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

    def parts(self, size: int) -> Iterator[Batch]:
        """Divide it by so many keys."""
        if len(self.names) <= size:
            yield from [self] if self.names else []
            return
        for start in range(0, len(self.names), size):
            part = slice(start, start + size)
            yield self._replace(names=self.names[part], own=self.own[part])

    def command(self, fencing: Fencing = None, fence: str = "") -> Command:
        """Write it down as one command; with `fencing`, the answers come in a pair with the fence."""
        own = chain.from_iterable(self.own)
        if fencing is None:
            return ("EVAL", self.script, len(self.names), *self.names, *self.shared, *own)
        script = behind_fence(self.script, counts=fencing == "count")
        return ("EVAL", script, len(self.names) + 1, *self.names, fence, *self.shared, *own)
