"""Runs the real readers and writers of the cache one step at a time, in an order that somebody else decides.

Every call to Redis and every load is a step. An actor is a thread that stops before each of them until it is let on, so
exactly one runs at a time and every interleaving can be played, and played again.
"""

from __future__ import annotations

from threading import Semaphore, Thread, current_thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedapp.cache.backend import LeaseRedisCache

STEPS = {"raw_many", "offer", "fill", "hold", "delete_many"}


class Crashed(BaseException):
    """Raised in an actor to end it where it stands, as a killed process ends."""


class Actor(Thread):
    """One reader or writer. `step` lets it do one thing; `crash` ends it."""

    def __init__(self, act: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self._act = act
        self._go, self._parked = Semaphore(0), Semaphore(0)
        self._crash = False
        self.done = False
        self.error: BaseException | None = None
        self.at = "start"
        self.start()
        self._parked.acquire()

    def run(self) -> None:
        try:
            self.gate("start")
            self._act()
        except Crashed:
            pass
        except BaseException as error:  # noqa: BLE001  (told to the test by `step`)
            self.error = error
        self.done = True
        self._parked.release()

    def gate(self, step: str) -> None:
        """Stop here until let on."""
        self.at = step
        self._parked.release()
        self._go.acquire()
        if self._crash:
            raise Crashed

    def step(self) -> None:
        """Do one thing."""
        self._go.release()
        self._parked.acquire()
        if self.error:
            raise self.error

    def crash(self) -> None:
        """End here."""
        if not self.done:
            self._crash = True
            self.step()
        self.join()


def gate(step: str) -> None:
    """Stop the actor that calls this."""
    actor = current_thread()
    if isinstance(actor, Actor):
        actor.gate(step)


class SteppedBackend:
    """A backend whose calls are steps."""

    def __init__(self, backend: LeaseRedisCache) -> None:
        self._backend = backend

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._backend, name)
        if name not in STEPS:
            return attribute

        def stepped(*arguments: Any, **named: Any) -> Any:
            gate(name)
            return attribute(*arguments, **named)

        return stepped


class Turns:
    """Stands in for the waiting of readers: a turn is a step, and patience is a number of turns."""

    def __init__(self, _patience: float) -> None:
        self._left = 3

    def go_on(self) -> bool:
        self._left -= 1
        return self._left >= 0

    def wait(self) -> None:
        gate("wait")
