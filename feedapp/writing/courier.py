"""Delivers messages of the outbox to their targets, at least once, with exponential backoff."""

from __future__ import annotations

import logging
from random import uniform
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import SQLAlchemyError

from feedapp import deadline
from feedapp.observability import metrics, troubles
from feedapp.writing.targets import Report

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from feedapp.repositories.delivery.messages import Message, MessageRepository
    from feedapp.writing.targets import Target

AT_ONCE = 20
LOOKING = 10.0
"""Seconds between two polls for messages of other processes, and for postponed ones; its own are sent at once."""
FIRST_PAUSE, LONGEST_PAUSE = 10.0, 3_600.0
ENDING = 3.0
"""Seconds that a target has to finish at shutdown."""
ASKING = 10.0
"""Timeout for PostgreSQL, in seconds."""

log = logging.getLogger(__name__)


class Courier:
    """One per process, with a thread per target, so that no target delays another, and one that looks for all of them.

    Without its threads (commands, tests) it leaves messages to the serving processes.
    """

    def __init__(self, *, messages: MessageRepository, targets: Sequence[Target]) -> None:
        self._messages = messages
        self._targets = {target.name: target for target in targets}
        self._woken = {name: Event() for name in self._targets}
        self._threads: list[Thread] = []
        self._stops = Event()

    def start(self) -> None:
        """Start the threads."""
        self._stops.clear()
        looking = Thread(target=self._look, name="courier", daemon=True)
        looking.start()
        self._threads.append(looking)
        for name, target in self._targets.items():
            thread = Thread(target=self._run, args=(target, self._woken[name]), name=f"courier {name}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Stop the threads. Wait briefly for deliveries in progress; those that take longer are repeated later."""
        self._stops.set()
        self.wake(self._targets)
        while self._threads:
            self._threads.pop().join(ENDING)

    def take(self, messages: Sequence[tuple[str, dict[str, Any]]]) -> None:
        """Store (target, payload) pairs in the transaction of their write; call `wake` once that is committed."""
        self._messages.add(messages)

    def wake(self, names: Iterable[str]) -> None:
        """Wake the threads of these targets: there are new messages."""
        for name in names:
            if name in self._woken:
                self._woken[name].set()

    def work(self) -> None:
        """Deliver what is due."""
        for target in self._targets.values():
            self._work_for(target)

    def _run(self, target: Target, woken: Event) -> None:
        woken.wait(getattr(target, "first_look", 0.0))
        while not self._stops.is_set():
            try:
                self._work_for(target)
            except SQLAlchemyError as error:
                troubles.happened(log, f"Messages to {target.name} could not be queried", error)
            except Exception:  # the thread must outlive whatever this is
                log.exception("Delivering to %s failed, and continues", target.name)
            woken.wait()
            woken.clear()

    def _look(self) -> None:
        while not self._stops.wait(LOOKING):
            try:
                with deadline.within(ASKING):
                    self.wake(self._messages.due(list(self._targets)))
            except SQLAlchemyError as error:
                troubles.happened(log, "Messages could not be looked for", error)

    def _work_for(self, target: Target) -> None:
        at_once: int = getattr(target, "at_once", AT_ONCE)
        taken = at_once
        while taken == at_once and not self._stops.is_set():
            with deadline.within(ASKING):
                messages = self._messages.claim(target.name, at_most=at_once, lease=target.lease)
            taken = len(messages)
            if messages:
                self._settle(target, messages, self._report(target, messages))

    def _report(self, target: Target, messages: Sequence[Message]) -> Report:
        try:
            return target.deliver(messages)
        except Exception as error:  # noqa: BLE001  (whatever a target meets: it is tried again)
            troubles.happened(log, f"Messages to {target.name} could not be delivered", error)
            return Report()

    def _settle(self, target: Target, messages: Sequence[Message], report: Report) -> None:
        """Delete the delivered ones first: the next statements may fail, and then they would be sent again."""
        left = [each for each in messages if each.id not in report.delivered]
        self._remove(target, "delivered", [each.id for each in messages if each.id in report.delivered])
        dropped = {each.id: "could not be delivered for too long" for each in left if each.age > target.patience}
        dropped |= {each.id: report.refused[each.id] for each in left if each.id in report.refused}
        self._drop(target, dropped)
        later = [each for each in left if each.id not in dropped]
        if later:
            metrics.MESSAGES.labels(target.name, "postponed").inc(len(later))
            with deadline.within(ASKING):
                self._messages.postpone([(each, pause_after(each.attempts)) for each in later])

    def _drop(self, target: Target, dropped: Mapping[int, str]) -> None:
        for message_id, why in dropped.items():
            log.error("Message %d to %s is given up: %s", message_id, target.name, why)
        self._remove(target, "given up", dropped)

    def _remove(self, target: Target, outcome: str, ids: Collection[int]) -> None:
        if ids:
            metrics.MESSAGES.labels(target.name, outcome).inc(len(ids))
            with deadline.within(ASKING):
                self._messages.remove(ids)


def pause_after(attempts: int) -> float:
    """Give the seconds until the next attempt: doubled each time, with jitter."""
    return min(FIRST_PAUSE * 2.0 ** min(attempts - 1, 20), LONGEST_PAUSE) * uniform(0.8, 1.2)  # noqa: S311  (jitter)
