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


class PeriodicJob(NamedTuple):
    """Something to do every so many seconds, in every process; doing it twice at a time must do no harm."""

    name: str
    every: float
    do: Callable[[], None]


class PeriodicJobs:
    """The jobs, and when each was done last."""

    def __init__(self, *jobs: PeriodicJob) -> None:
        self._done = dict.fromkeys(jobs, monotonic())

    def work(self) -> None:
        """Do what is due. One that fails is logged, and tried again when it is due next."""
        for job, done in self._done.items():
            if monotonic() - done >= job.every:
                self._done[job] = monotonic()
                try:
                    job.do()
                except SQLAlchemyError as error:
                    troubles.happened(log, f"{job.name} did not succeed", error)
                except Exception:
                    log.exception("%s did not succeed, and is tried again in %d s", job.name, job.every)
