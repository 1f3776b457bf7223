"""How long a reader waits for what somebody else is loading or writing."""

from __future__ import annotations

from random import uniform
from time import monotonic, sleep
from typing import TYPE_CHECKING

from feedapp import blocking, deadline, timing
from feedapp.cache.catalogue import envelope

if TYPE_CHECKING:
    from collections.abc import Iterable

FIRST, LONGEST = 0.002, 0.02


class Backoff:
    """`go_on` until `patience` is over, `wait` a little more each time."""

    def __init__(self, patience: float) -> None:
        self._begun = monotonic()
        self._patience = patience
        self._pause = FIRST

    def go_on(self, stored: Iterable[bytes | None]) -> bool:
        """Tell whether to look again at keys that hold these."""
        waited, patience = monotonic() - self._begun, min(self._patience, timing.FOR_WRITERS)
        if waited >= patience and not any(map(envelope.is_hold, stored)):
            patience = self._patience
        return waited < patience and deadline.limited(patience) > 0

    def wait(self) -> None:
        """Sleep, with jitter."""
        blocking.about_to_block()
        sleep(self._pause * uniform(0.5, 1.5))  # noqa: S311  (jitter)
        self._pause = min(2 * self._pause, LONGEST)
