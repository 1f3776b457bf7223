"""What is to be done now and then by those who serve, beside requests: declared with an interval and a lease.

A job of the site's has a lease: one process at a time does it. A job without one is each process's own.
"""

from __future__ import annotations

import logging
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple, Protocol

from sqlalchemy.exc import SQLAlchemyError

from feedapp.observability import metrics, troubles

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SKIPPED = -1
"""What a job gives that another process does."""
AHEAD = 0.9
"""A job of the site's is free after this share of its interval, who comes to it a moment early may do it."""

log = logging.getLogger(__name__)


class PeriodicJob(NamedTuple):
    """Something to do every so many seconds. `do` gives how many things it did, None if nobody wants to know.

    `lease`: seconds after which another process may take it over from one that died at it, or stands still. So it must
    do no harm if two are at it at a time.
    """

    name: str
    every: float
    do: Callable[[], int | None]
    lease: float | None = None


class Leases(Protocol):
    """Who of the site does a job."""

    def take(self, name: str, *, lease: float) -> str | None:
        """Take a job for so many seconds; give the name of the lease, None if it is not free."""

    def give_back(self, name: str, taken: str, *, free_in: float) -> None:
        """Let it be free in so many seconds, unless the lease was over and somebody else has it."""


class PeriodicJobs:
    """The jobs, in two threads: however long one of the site's takes, the process's own are done in time."""

    def __init__(self, *jobs: PeriodicJob, leases: Leases) -> None:
        now = monotonic()
        self._due = {job: now + job.every for job in jobs}
        self._leases = leases
        self._stopped = Event()
        self._threads: list[Thread] = []

    def start(self) -> None:
        """Begin to work in threads."""
        self._stopped.clear()
        for name, is_own in (("own", True), ("site", False)):
            jobs = [job for job in self._due if (job.lease is None) is is_own]
            thread = Thread(target=self._run, args=(jobs,), name=f"periodic jobs {name}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Begin no other job. One that is being done is not waited for: it may take minutes, and is done again."""
        self._stopped.set()
        self._threads.clear()

    def work(self) -> None:
        """Do what is due."""
        self._work(list(self._due))

    def _run(self, jobs: Sequence[PeriodicJob]) -> None:
        while jobs and not self._stopped.wait(max(0.0, min(self._due[job] for job in jobs) - monotonic())):
            self._work(jobs)

    def _work(self, jobs: Sequence[PeriodicJob]) -> None:
        for job in jobs:
            if monotonic() >= self._due[job] and not self._stopped.is_set():
                self._due[job] = monotonic() + job.every
                self._do(job)

    def _do(self, job: PeriodicJob) -> None:
        """Do one. What fails is logged, and tried again when it is due next."""
        began = monotonic()
        try:
            done = self._done(job)
        except SQLAlchemyError as error:
            troubles.happened(log, f"Periodic job {job.name} failed", error)
        except Exception:
            log.exception("Periodic job %s failed, and is tried again in %d s", job.name, job.every)
        else:
            if done is not SKIPPED:
                self._note(job, done, monotonic() - began)
            return
        metrics.JOB_RUNS.labels(job.name, "failed").inc()

    def _done(self, job: PeriodicJob) -> int | None:
        if job.lease is None:
            return job.do()
        taken = self._leases.take(job.name, lease=job.lease)
        if taken is None:
            return SKIPPED
        began = monotonic()
        try:
            return job.do()
        finally:
            self._leases.give_back(job.name, taken, free_in=max(0.0, AHEAD * job.every - (monotonic() - began)))

    def _note(self, job: PeriodicJob, done: int | None, took: float) -> None:
        metrics.JOB_RUNS.labels(job.name, "succeeded").inc()
        metrics.JOB_SECONDS.labels(job.name).observe(took)
        metrics.JOB_SUCCESS.labels(job.name).set_to_current_time()
        if done:
            log.info("Periodic job %s: %d done in %.3f s", job.name, done, took)
        else:
            log.debug("Periodic job %s: nothing to tell, in %.3f s", job.name, took)
