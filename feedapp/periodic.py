"""Periodic jobs of the serving processes, each declared with an interval and a lease.

A job with a lease belongs to the site: one process at a time runs it. A job without one is run by every process.
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
"""The result of a job that another process is running."""
AHEAD = 0.9
"""A site's job is free again after this share of its interval, so that a process a moment early may run it."""
LOOKING = 600.0
"""Seconds after which a process looks, at the latest, whether a job of the site is free: what is due once a day would
never be done by processes that are replaced each night."""

log = logging.getLogger(__name__)


class PeriodicJob(NamedTuple):
    """A job to run every so many seconds. `do` returns how many things it did, None if that is of no interest.

    `lease`: seconds after which another process may take the job over, if the one that runs it died or hangs. So two
    runs at the same time must do no harm.
    """

    name: str
    every: float
    do: Callable[[], int | None]
    lease: float | None = None


class Leases(Protocol):
    """Which process of the site runs a job."""

    def take(self, name: str, *, lease: float) -> str | None:
        """Take a job for so many seconds; return the name of the lease, None if the job is taken."""

    def give_back(self, name: str, taken: str, *, free_in: float) -> None:
        """Free the job in so many seconds, unless the lease expired and another process has it."""


class PeriodicJobs:
    """Runs the jobs in two threads: a long job of the site never delays the process's own."""

    def __init__(self, *jobs: PeriodicJob, leases: Leases) -> None:
        now = monotonic()
        self._due = {job: now + _pause(job) for job in jobs}
        self.jobs = jobs
        self._leases = leases
        self._stopped = Event()
        self._threads: list[Thread] = []

    def start(self) -> None:
        """Start the threads."""
        self._stopped.clear()
        for name, is_own in (("own", True), ("site", False)):
            jobs = [job for job in self._due if (job.lease is None) is is_own]
            thread = Thread(target=self._run, args=(jobs,), name=f"periodic jobs {name}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Start no more jobs. A running one is not waited for: it may take minutes, and is run again."""
        self._stopped.set()
        self._threads.clear()

    def work(self) -> None:
        """Run the jobs that are due."""
        self._work(list(self._due))

    def _run(self, jobs: Sequence[PeriodicJob]) -> None:
        while jobs and not self._stopped.wait(max(0.0, min(self._due[job] for job in jobs) - monotonic())):
            self._work(jobs)

    def _work(self, jobs: Sequence[PeriodicJob]) -> None:
        for job in jobs:
            if monotonic() >= self._due[job] and not self._stopped.is_set():
                self._due[job] = monotonic() + _pause(job)
                self._do(job)

    def _do(self, job: PeriodicJob) -> None:
        """Run one job. A failure is logged, and the job runs again when it is next due."""
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
        try:
            taken = self._leases.take(job.name, lease=job.lease)
        except SQLAlchemyError as error:  # the job itself has not failed
            troubles.happened(log, f"Periodic job {job.name} could not be taken", error)
            return SKIPPED
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


def _pause(job: PeriodicJob) -> float:
    """Give the seconds until this process tries again: how often the site does it, the lease says."""
    return job.every if job.lease is None else min(job.every, LOOKING)
