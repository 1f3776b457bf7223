"""What goes wrong again and again is logged when it begins and when it has ended, not each time.

A trouble has ended when it has not happened for a while. `settle` looks for that; a serving process calls it now and
then, and whatever happens next does. When each happened last is a figure, too, so that all processes can tell.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from threading import Lock
from time import monotonic, time
from typing import TYPE_CHECKING

from feedapp.observability import metrics
from feedapp.observability.reasons import KINDS, reason

if TYPE_CHECKING:
    from collections.abc import Callable

QUIET = 5.0
"""Seconds without it, after which a trouble is over."""
REMINDER = 60.0
"""Seconds after which one that goes on is logged again."""


@dataclass
class _Trouble:
    log: logging.Logger
    began: float
    last: float
    said_at: float
    unsaid: int = 0


class Troubles:
    """Those of one process, by what failed and why."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._open: dict[tuple[str, str], _Trouble] = {}

    def happened(
        self, log: logging.Logger, what: str, error: BaseException | str, *, level: int = logging.WARNING
    ) -> None:
        """Log that `what` failed, and why, unless that was logged and is still going on."""
        why = reason(error)
        metrics.FAILED_LAST.labels(why.kind if why.kind in KINDS else "other").set(time())
        self.settle()
        now = self._clock()
        with self._lock:
            trouble = self._open.get((what, why.kind))
            if trouble is not None and now - trouble.said_at < REMINDER:
                trouble.unsaid += 1
                trouble.last = now
                return
            if trouble is None:
                self._open[what, why.kind] = _Trouble(log, now, now, now)
                more = ""
            else:
                more = f" (still so after {now - trouble.began:.0f} s, {trouble.unsaid} more since the last line)"
                trouble.said_at = trouble.last = now
                trouble.unsaid = 0
        log.log(level, "%s: %s%s", what, why, more)

    def settle(self) -> None:
        """Log those that have ended, but for what happened only once."""
        if not self._open:
            return
        now = self._clock()
        with self._lock:
            over = {key: each for key, each in self._open.items() if now - each.last >= QUIET}
            for key in over:
                del self._open[key]
        for (what, kind), each in over.items():
            if each.last == each.began:
                continue  # it happened once, and that was said
            lasted = each.last - each.began
            each.log.warning("%s: over after %.0f s, %d more were not logged: %s", what, lasted, each.unsaid, kind)

    def is_open(self, kind: str) -> bool:
        """Tell whether anything fails for that reason just now."""
        self.settle()
        return any(each == kind for _, each in list(self._open))


TROUBLES = Troubles()
happened = TROUBLES.happened
settle = TROUBLES.settle
