"""What one process counts by itself while Redis is away; the same windows, in its own memory."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.limits import Figure

MOST_KEYS = 20_000
"""Some 5 MB. Beyond that the oldest windows are forgotten: memory must not grow by who asks."""


class ProcessCounts:
    """Windows that begin with the first that is counted, by key."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._windows: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def take(self, keys: Sequence[str], figures: Sequence[Figure]) -> tuple[bool, list[tuple[int, float]]]:
        """Count one for each key, or none if any is used up; tell which, and what is used and the seconds left."""
        now = monotonic()
        with self._lock:
            windows = [self._window(key, figure, now) for key, figure in zip(keys, figures, strict=True)]
            free = all(used < figure.quota for (used, _), figure in zip(windows, figures, strict=True))
            if free:
                windows = [(used + 1, until) for used, until in windows]
                self._windows.update(zip(keys, windows, strict=True))
                while len(self._windows) > MOST_KEYS:
                    self._windows.popitem(last=False)
        return free, [(used, until - now) for used, until in windows]

    def give_back(self, keys: Sequence[str]) -> None:
        """Take one off each key."""
        with self._lock:
            for key in keys:
                used, until = self._windows.get(key, (0, 0.0))
                if used > 0:
                    self._windows[key] = used - 1, until

    def _window(self, key: str, figure: Figure, now: float) -> tuple[int, float]:
        used, until = self._windows.get(key, (0, 0.0))
        if until > now:
            return used, until
        self._windows.pop(key, None)  # the next goes to the end
        return 0, now + figure.seconds
