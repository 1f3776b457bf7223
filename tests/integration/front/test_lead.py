"""One leader whatever happens, by itself: followers, the watch, what is told of waits."""

from __future__ import annotations

import threading
from random import Random
from time import monotonic, sleep
from typing import TYPE_CHECKING, ClassVar

from feedapp import blocking
from feedapp.server import leader
from feedapp.server.leader import Lead

if TYPE_CHECKING:
    import pytest


class Follower(threading.Thread):
    """Leads by turns with others, waits or hangs, and notes whether another led meanwhile."""

    leading: ClassVar[list[int]] = []
    wrong: ClassVar[list[int]] = []

    def __init__(self, lead: Lead, number: int, until: float) -> None:
        super().__init__()
        self._lead, self._number, self._until = lead, number, until
        self._random = Random(number)
        self.turns = 0

    def run(self) -> None:
        while monotonic() < self._until:
            self._lead.follow()
            if self._leads_to_the_end():
                self._lead.leave()

    def _leads_to_the_end(self) -> bool:
        while monotonic() < self._until:
            self.turns += 1
            self.leading.append(self._number)
            if len(self.leading) != 1:
                self.wrong.append(self._number)
            self.leading.remove(self._number)
            self._lead.begin()
            chance = self._random.random()
            if chance < 0.2:
                self._lead.hand_over()
            if chance < 0.4:
                sleep(self._random.random() * 0.001)
            if not self._lead.end():
                return False
        return True


def test_there_is_one_leader_whatever_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Six threads lead by turns, and the watch is as quick as it can be."""
    monkeypatch.setattr(leader, "TICK_SECONDS", 0.0002)
    lead = Lead()
    threading.Thread(target=lead.watch, daemon=True).start()
    followers = [Follower(lead, number, monotonic() + 1.5) for number in range(6)]
    for each in followers:
        each.start()
    for each in followers:
        each.join(10)
        assert not each.is_alive()
    lead.stop_watching()
    assert not Follower.wrong
    assert all(each.turns > 10 for each in followers)
    assert lead._right.acquire(timeout=1), "the right was lost"


class LateLead(Lead):
    """Whose leader begins with an event just when the watch goes to sleep, and still sees it awake."""

    @property
    def _is_watched(self) -> bool:
        return self._is_awake

    @_is_watched.setter
    def _is_watched(self, value: bool) -> None:
        if not value and self._count == 1:
            self.begin()
        self._is_awake = value


def test_an_event_that_begins_while_the_watch_goes_to_sleep_is_watched() -> None:
    lead = LateLead()
    threading.Thread(target=lead.watch, daemon=True).start()
    lead.follow()
    lead.begin()
    assert lead.end()
    assert lead._right.acquire(timeout=5), "its leader hangs, and is not replaced"
    lead.stop_watching()


def test_only_waits_that_are_never_short_are_told() -> None:
    told: list[bool] = []
    blocking.listen(lambda: told.append(True))
    try:
        for shortest, expected in ((blocking.WORTH_TELLING * 2, True), (blocking.WORTH_TELLING / 2, False)):
            pace = blocking.Pace()
            for number in range(blocking.WINDOW):
                pace.before()
                pace.after(shortest if number == 7 else 1.0)
            told.clear()
            pace.before()
            assert bool(told) == expected
    finally:
        blocking.listen(lambda: None)
