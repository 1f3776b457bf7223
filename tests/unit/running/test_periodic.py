"""Periodic jobs: when each is done, by whom, and what the log and the figures tell."""

from __future__ import annotations

import logging
from functools import partial
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING

from feedapp.observability import metrics
from feedapp.periodic import LOOKING, PeriodicJob, PeriodicJobs

if TYPE_CHECKING:
    import pytest


class Free:
    """A site of one process."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, float]] = []
        self.given_back: list[tuple[str, str, float]] = []

    def take(self, name: str, *, lease: float) -> str | None:
        self.taken.append((name, lease))
        return "mine"

    def give_back(self, name: str, taken: str, *, free_in: float) -> None:
        self.given_back.append((name, taken, free_in))


class Busy(Free):
    """Another process has them all."""

    def take(self, name: str, *, lease: float) -> str | None:
        super().take(name, lease=lease)
        return None


def fail() -> None:
    raise ValueError("broken")


def give(count: int | None) -> int | None:
    return count


def runs(job: str, outcome: str) -> float:
    return float(metrics.JOB_RUNS.labels(job, outcome)._value.get())


def test_a_job_that_fails_keeps_no_other_from_being_done_and_both_are_counted() -> None:
    done: list[str] = []
    breaking, working = PeriodicJob("breaking", 0, fail), PeriodicJob("working", 0, lambda: done.append("worked"))
    jobs = PeriodicJobs(breaking, working, leases=Free())
    jobs.work()
    jobs.work()
    assert done == ["worked", "worked"]
    assert (runs("breaking", "failed"), runs("breaking", "succeeded")) == (2, 0)
    assert (runs("working", "failed"), runs("working", "succeeded")) == (0, 2)
    assert metrics.JOB_SUCCESS.labels("working")._value.get() > metrics.JOB_SUCCESS.labels("breaking")._value.get()


def test_a_job_waits_for_its_time() -> None:
    done: list[str] = []
    jobs = PeriodicJobs(PeriodicJob("rare", 3_600, lambda: done.append("worked")), leases=Free())
    jobs.work()
    assert done == []
    jobs._due = dict.fromkeys(jobs._due, -1.0)
    jobs.work()
    jobs.work()
    assert done == ["worked"]


def test_a_rare_job_of_the_site_is_looked_at_often_however_young_a_process_is() -> None:
    """How often it is done, its lease says: a process that is replaced each night would never come to a daily one."""
    daily, busy = PeriodicJob("daily", 86_400, lambda: None, lease=30), Busy()
    jobs = PeriodicJobs(daily, leases=busy)
    assert jobs._due[daily] - monotonic() <= LOOKING
    jobs._due = dict.fromkeys(jobs._due, -1.0)
    jobs.work()
    assert busy.taken == [("daily", 30)]
    assert jobs._due[daily] - monotonic() <= LOOKING


def test_a_job_of_the_site_is_done_by_who_has_the_lease_and_by_nobody_else() -> None:
    done: list[str] = []
    job = PeriodicJob("of the site", 0, lambda: done.append("worked"), lease=30)
    busy, free = Busy(), Free()
    PeriodicJobs(job, leases=busy).work()
    assert (done, busy.taken, busy.given_back) == ([], [("of the site", 30)], [])
    assert runs("of the site", "succeeded") == 0, "another one's work is not counted here"
    PeriodicJobs(job, leases=free).work()
    assert (done, free.given_back) == (["worked"], [("of the site", "mine", 0)])


def test_a_lease_is_given_back_until_nearly_the_next_time_also_after_a_failure() -> None:
    free = Free()
    jobs = PeriodicJobs(PeriodicJob("of the site and broken", 100, fail, lease=30), leases=free)
    jobs._due = dict.fromkeys(jobs._due, -1.0)
    jobs.work()
    ((_, _, free_in),) = free.given_back
    assert 0.8 * 100 < free_in <= 0.9 * 100


def test_a_process_s_own_job_needs_no_lease() -> None:
    busy, done = Busy(), list[str]()
    PeriodicJobs(PeriodicJob("own", 0, lambda: done.append("worked")), leases=busy).work()
    assert (done, busy.taken) == (["worked"], [])


def test_a_run_that_did_something_is_a_line_and_one_that_did_not_is_for_debugging(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, logger="feedapp.periodic")
    for count in (None, 0, 3):
        PeriodicJobs(PeriodicJob("counting", 0, partial(give, count)), leases=Free()).work()
    said = [(each.levelno, each.getMessage().partition(" in ")[0]) for each in caplog.records]
    nothing = logging.DEBUG, "Periodic job counting: nothing to tell,"
    assert said == [nothing, nothing, (logging.INFO, "Periodic job counting: 3 done")]


def test_a_long_job_of_the_site_keeps_no_own_one_waiting() -> None:
    go_on, worked = Event(), Event()
    slow = PeriodicJob("slow", 0.01, partial(go_on.wait, 20), lease=30)
    jobs = PeriodicJobs(slow, PeriodicJob("quick", 0.01, worked.set), leases=Free())
    jobs.start()
    try:
        assert worked.wait(20)
        worked.clear()
        assert worked.wait(20)
    finally:
        go_on.set()
        jobs.stop()
