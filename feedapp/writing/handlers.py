"""Which handlers are called for which event."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedapp.writing.events import Event
    from feedapp.writing.unit_of_work import Work

E = TypeVar("E", bound="Event")


class Handlers:
    """The handlers by event. They run synchronously, in order of registration, inside the transaction.

    So what a handler does is committed with the write or not at all, and what it raises rolls the write back. Effects
    outside the transaction (a mail) go through the outbox: `Work.sends`.
    """

    def __init__(self) -> None:
        self._by_event: defaultdict[type[Event], list[Callable[[Work, Any], object]]] = defaultdict(list)

    def on(self, event: type[E], handler: Callable[[Work, E], object]) -> None:
        """Register a handler for an event."""
        self._by_event[event].append(handler)

    def handle(self, work: Work, event: Event) -> None:
        """Call the handlers of an event."""
        for handler in self._by_event.get(type(event), ()):
            handler(work, event)
