"""Other readers of the site: how long their pages take, before and while something hostile happens."""

from __future__ import annotations

import threading
import time
from contextlib import closing
from http.client import HTTPConnection
from multiprocessing import get_context
from statistics import quantiles
from typing import TYPE_CHECKING, NamedTuple, Self

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.synchronize import Event
    from types import TracebackType

    from tests.hostile.site import Site

PATHS = ("/public", "/api/posts?limit=20", "/posts/3")
READERS = 4
PAUSE = 0.01
FLOOR = 0.06
"""Seconds below which nobody calls a page slow: on a machine with two processors that also runs the tests."""
TIMES = 2


class Timed(NamedTuple):
    """One answer: status 0 if none came, and seconds until it was read."""

    status: int
    seconds: float


class Readers:
    """A context manager: reads and probes go on as long as it lasts.

    They are a process of their own, since what the test itself does would keep its threads waiting, too.
    """

    def __init__(self, site: Site) -> None:
        context = get_context("spawn")
        self._is_over = context.Event()
        self._begun = context.Event()
        self._told, telling = context.Pipe(duplex=False)
        self._process = context.Process(
            target=_read_until, args=(site.port, self._begun, self._is_over, telling), daemon=True
        )
        self._answers: list[Timed] = []
        self._probes: list[Timed] = []

    def __enter__(self) -> Self:
        self._process.start()
        assert self._begun.wait(30)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_over.set()
        if self._told.poll(60):
            self._answers, self._probes = self._told.recv()
        self._process.join(10)

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


def _read_until(port: int, begun: Event, is_over: Event, telling: Connection) -> None:
    answers: list[Timed] = []
    probes: list[Timed] = []

    def ask(path: str, pause: float, found: list[Timed]) -> None:
        while not is_over.wait(pause):
            found.append(_ask(port, path))

    threads = [threading.Thread(target=ask, args=(PATHS[n % len(PATHS)], PAUSE, answers)) for n in range(READERS)]
    threads.append(threading.Thread(target=ask, args=("/livez", 5 * PAUSE, probes)))
    for each in threads:
        each.start()
    begun.set()
    for each in threads:
        each.join()
    telling.send((answers, probes))


def _ask(port: int, path: str) -> Timed:
    began = time.monotonic()
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            response.read()
        except OSError:
            return Timed(0, time.monotonic() - began)
        return Timed(response.status, time.monotonic() - began)


def quiet(site: Site, seconds: float) -> Readers:
    """Measure while nothing happens; what is read is warm afterwards."""
    for path in PATHS:
        site.ask("GET", path)
    with Readers(site) as readers:
        time.sleep(seconds)
    assert readers.statuses == {200}
    return readers


def assert_as_before(before: Readers, during: Readers, *, floor: float = FLOOR) -> None:
    """Nobody was refused, and the slow ones of the readers waited no longer than twice as long, or than `floor`."""
    told = (
        f"p99 {before.p99 * 1000:.1f} ms before, {during.p99 * 1000:.1f} ms during: {during.p99 / before.p99:.2f} times"
    )
    print(told)  # noqa: T201 (pytest -rA shows it)
    assert during.statuses == {200}
    assert during.p99 < max(TIMES * before.p99, floor)
    during.assert_alive()
