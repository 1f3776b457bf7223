"""Who may run the application: at most so many threads at a time, the rest in a line of bounded length."""

from __future__ import annotations

import threading
from collections import deque
from time import monotonic
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Lane(Generic[Item]):
    """So many places. A thread that has one works until the line is empty; one that gets none goes on to poll."""

    def __init__(self, places: int, most_waiting: int) -> None:
        self.places = places
        self._free = deque(range(places))  # cheaper than a semaphore, which has a lock and a condition
        self._line: deque[Item] = deque()
        self._most = most_waiting
        self._since: dict[int, float] = {}

    def enter(self, item: Item) -> tuple[bool, Item | None]:
        """Put it in the line. Give whether the line had room for it, and what the caller has to do now, if anything."""
        if not self._line and self._take():
            return True, item
        if len(self._line) >= self._most:
            return False, None
        self._line.append(item)
        return True, self._claim()

    def next(self) -> Item | None:
        """Give what the caller, who has done one thing, has to do next; None if its place is given back."""
        try:
            item = self._line.popleft()
        except IndexError:
            self._leave()
            return self._claim()
        self._since[threading.get_ident()] = monotonic()
        return item

    def stuck_for(self) -> float:
        """Tell for how many seconds every place has been taken by one and the same thing; 0 if one is free."""
        since = list(self._since.values())
        return monotonic() - max(since) if len(since) >= self.places else 0

    @property
    def is_idle(self) -> bool:
        """Whether nobody works and nobody waits."""
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
