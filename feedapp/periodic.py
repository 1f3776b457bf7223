"""What is to be done now and then by any process that serves, beside requests: a thread beside the relay's does it."""

from __future__ import annotations

import logging
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy.exc import SQLAlchemyError

from feedapp.observability import troubles

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)


class Chore(NamedTuple):
    """Something to do every so many seconds, in every process; doing it twice at a time must do no harm."""

    name: str
    every: float
    do: Callable[[], None]


class Chores:
    """Chores, and when each was done last."""

    def __init__(self, *chores: Chore) -> None:
        self._done = dict.fromkeys(chores, monotonic())

    def work(self) -> None:
        """Do what is due. One that fails is logged, and tried again when it is due next."""
        for chore, done in self._done.items():
            if monotonic() - done >= chore.every:
                self._done[chore] = monotonic()
                try:
                    chore.do()
                except SQLAlchemyError as error:
                    troubles.happened(log, f"{chore.name} did not succeed", error)
                except Exception:
                    log.exception("%s did not succeed, and is tried again in %d s", chore.name, chore.every)
