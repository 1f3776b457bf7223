"""Runs the real readers and writers of the cache one step at a time, in an order that somebody else decides.

Every call to Redis and every load is a step. An actor is a greenlet that stops before each of them until it is let on,
so exactly one runs at a time and every interleaving can be played, and played again.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext, suppress
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from greenlet import getcurrent, greenlet
from redis.exceptions import TimeoutError as RedisTimeoutError

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedapp.cache.redis.backend import LeaseRedisCache

TRIPS = {"raw_many", "offer", "fill", "fill_and_offer", "hold", "delete_many"}


class Crashed(BaseException):
    """Raised in an actor to end it where it stands, as a killed process ends."""


class Actor(greenlet):  # type: ignore[misc]  # it comes without types
    """One reader or writer. `step` lets it do one thing; `crash` ends it; `time_out` breaks off its trip to Redis."""

    def __init__(self, act: Callable[[], Any]) -> None:
        super().__init__(act)
        self.at = "start"
        self.loses_patience = False

    @property
    def done(self) -> bool:
        """Whether it is through, or was ended."""
        return bool(self.dead)

    def gate(self, step: str) -> None:
        """Stop here until let on."""
        self.at = step
        assert self.parent, "somebody lets it on"
        self.parent.switch()

    def step(self) -> None:
        """Do one thing. What the actor raises is raised here."""
        self.parent = getcurrent()
        self.switch()

    def time_out(self) -> None:
        """Give up the trip to Redis that comes next: its packet arrives later, or never."""
        self.loses_patience = True
        self.step()

    def crash(self) -> None:
        """End here."""
        self.parent = getcurrent()
        with suppress(Crashed):
            self.throw(Crashed)


def gate(step: str) -> None:
    """Stop the actor that calls this."""
    actor = getcurrent()
    if isinstance(actor, Actor):
        actor.gate(step)


class Steadfast:
    """A trust in Redis that nothing shakes: what the protocol itself is worth, without it."""

    for_reads = for_writes = to_be_tried = True
    state = "trusted"
    run = SimpleNamespace(name="the only one")

    def failed(self, error: Exception) -> None:
        """Take no note."""

    refused = failed

    def reading(self) -> AbstractContextManager[None]:
        """Refuse no trip."""
        return nullcontext()


class SteppedBackend:
    """A backend whose calls are steps; `delayed` are the packets of those that were given up."""

    def __init__(self, backend: LeaseRedisCache) -> None:
        self._backend = backend
        self.trust = Steadfast()
        self.delayed: list[Callable[[], Any]] = []

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._backend, name)
        if name not in TRIPS:
            return attribute

        def stepped(*arguments: Any, **named: Any) -> Any:
            gate(name)
            actor = getcurrent()
            if isinstance(actor, Actor) and actor.loses_patience:
                actor.loses_patience = False
                self.delayed.append(partial(attribute, *arguments, **named))
                raise RedisTimeoutError("given up")
            return attribute(*arguments, **named)

        return stepped


class Turns:
    """Stands in for the waiting of readers: a turn is a step, and patience is a number of turns."""

    def __init__(self, _patience: float) -> None:
        self._left = 3

    def go_on(self, _stored: object) -> bool:
        self._left -= 1
        return self._left >= 0

    def wait(self) -> None:
        gate("wait")
