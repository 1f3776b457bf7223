"""Where the outbox delivers to: what a target has to be. Redis itself is in `redis.py`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from feedapp.repositories.delivery.messages import Message


@dataclass(frozen=True, slots=True)
class Report:
    """What became of messages, by id. Those in neither are tried again later."""

    delivered: Collection[int] = frozenset()
    refused: Mapping[int, str] = field(default_factory=dict)
    """Those that never can be delivered, and why. They are dropped, and that is logged as an error."""


class Target(Protocol):
    """Takes messages out of the system: a mail server, somebody's webhook."""

    name: str
    """What `Work.sends` calls it."""
    patience: float
    """Seconds after which a message that could not be delivered is given up."""
    lease: float
    """Seconds that one call may take at most: after them, another process may try the same messages."""

    def deliver(self, messages: Sequence[Message]) -> Report:
        """Deliver some messages, the oldest first. What it raises counts as "later" for all of them.

        Called in a thread of its own, without a transaction.
        """
