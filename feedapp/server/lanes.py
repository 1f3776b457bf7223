"""Lanes: at most so many threads run the application at a time, the rest wait in a bounded queue."""

from __future__ import annotations

import threading
from collections import deque
from time import monotonic
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Lane(Generic[Item]):
    """A number of places. A thread with a place works until the queue is empty; one without continues to poll."""

    def __init__(self, places: int, most_waiting: int) -> None:
        self.places = places
        self._free = deque(range(places))  # cheaper than a semaphore, which has a lock and a condition
        self._line: deque[Item] = deque()
        self._most = most_waiting
        self._since: dict[int, float] = {}

    def enter(self, item: Item) -> tuple[bool, Item | None]:
        """Put a task into the queue. Give whether there was room, and the caller's next task, if any."""
        if not self._line and self._take():
            return True, item
        if len(self._line) >= self._most:
            return False, None
        self._line.append(item)
        return True, self._claim()

    def next(self) -> Item | None:
        """Give the next task of a caller that has finished one; None if it gives its place back."""
        try:
            item = self._line.popleft()
        except IndexError:
            self._leave()
            return self._claim()
        self._since[threading.get_ident()] = monotonic()
        return item

    def stuck_for(self) -> float:
        """Tell for how many seconds every place has been busy with the same task; 0 if one is free."""
        since = list(self._since.values())
        return monotonic() - max(since) if len(since) >= self.places else 0

    @property
    def is_idle(self) -> bool:
        """Whether nothing runs and nothing waits."""
        return not self._since and not self._line

    def _claim(self) -> Item | None:
        """Take a place for the first in the line. Whoever appends or leaves looks again, so nobody is left behind."""
        while self._line and self._take():
            try:
                return self._line.popleft()
            except IndexError:
                self._leave()
        return None

    def _take(self) -> bool:
        try:
            self._free.pop()
        except IndexError:
            return False
        self._since[threading.get_ident()] = monotonic()
        return True

    def _leave(self) -> None:
        del self._since[threading.get_ident()]
        self._free.append(0)
