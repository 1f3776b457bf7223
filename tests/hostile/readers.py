"""Other readers of the site: how long their pages take, before and while something hostile happens."""

from __future__ import annotations

import threading
import time
from statistics import quantiles
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

    from hostile.site import Answer, Site

PATHS = ("/public", "/api/posts?limit=20", "/posts/3")
READERS = 4
PAUSE = 0.01
FLOOR = 0.06
"""Seconds below which nobody calls a page slow: on a machine with two processors that also runs the tests."""
TIMES = 2


class Readers:
    """A context manager: reads and probes go on as long as it lasts."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._is_over = threading.Event()
        self._answers: list[Answer] = []
        self._probes: list[Answer] = []
        self._threads = [threading.Thread(target=self._read, args=(number,)) for number in range(READERS)]
        self._threads.append(threading.Thread(target=self._probe))

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def _read(self, number: int) -> None:
        while not self._is_over.wait(PAUSE):
            self._answers.append(self._site.ask("GET", PATHS[number % len(PATHS)]))

    def _probe(self) -> None:
        while not self._is_over.wait(5 * PAUSE):
            self._probes.append(self._site.ask("GET", "/livez"))

    @property
    def p99(self) -> float:
        """In seconds."""
        return quantiles([each.seconds for each in self._answers], n=100)[98]

    @property
    def statuses(self) -> set[int]:
        return {each.status for each in self._answers}

    def assert_alive(self, *, seconds: float = 1.0) -> None:
        """The process says that it lives, whatever happens."""
        assert {each.status for each in self._probes} == {200}
        assert max(each.seconds for each in self._probes) < seconds


def quiet(site: Site, seconds: float) -> Readers:
    """Measure while nothing happens; what is read is warm afterwards."""
    for path in PATHS:
        site.ask("GET", path)
    with Readers(site) as readers:
        time.sleep(seconds)
    assert readers.statuses == {200}
    return readers


def assert_as_before(before: Readers, during: Readers) -> None:
    """Nobody was refused, and the slow ones of the readers waited no longer than twice as long."""
    told = (
        f"p99 {before.p99 * 1000:.1f} ms before, {during.p99 * 1000:.1f} ms during: {during.p99 / before.p99:.2f} times"
    )
    print(told)  # noqa: T201 (pytest -rA shows it)
    assert during.statuses == {200}
    assert during.p99 < max(TIMES * before.p99, FLOOR)
    during.assert_alive()
