"""Targets of the outbox: the interface of a target. Redis itself is in `redis.py`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from feedapp.repositories.delivery.messages import Message


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of messages, by id. Those in neither are tried again later."""

    delivered: Collection[int] = frozenset()
    refused: Mapping[int, str] = field(default_factory=dict)
    """Messages that can never be delivered, and why. They are dropped and logged as errors."""


class Target(Protocol):
    """Delivers messages to another system: a mail server, a webhook."""

    name: str
    """Its name in `Work.sends`."""
    patience: float
    """Seconds after which an undelivered message is given up."""
    lease: float
    """Maximum seconds for one call; after that, another process may try the same messages.

    A target may say by `at_once` how many it takes in a call: one, if a message delivered twice is seen by somebody;
    by `first_look` for how many seconds after a start messages of others may wait.
    """

    def deliver(self, messages: Sequence[Message]) -> Report:
        """Deliver some messages, the oldest first. If it raises, all of them are tried again later.

        Called in a thread of its own, without a transaction.
        """
