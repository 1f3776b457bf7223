from __future__ import annotations

from feedapp.periodic import PeriodicJob, PeriodicJobs


def fail() -> None:
    raise ValueError("broken")


def test_a_job_that_fails_keeps_no_other_from_being_done() -> None:
    done: list[str] = []
    jobs = PeriodicJobs(PeriodicJob("breaking", 0, fail), PeriodicJob("working", 0, lambda: done.append("worked")))
    jobs.work()
    jobs.work()
    assert done == ["worked", "worked"]


def test_a_job_waits_for_its_time() -> None:
    done: list[str] = []
    jobs = PeriodicJobs(PeriodicJob("rare", 3_600, lambda: done.append("worked")))
    jobs.work()
    assert done == []
    jobs._done = dict.fromkeys(jobs._done, -3_600.0)
    jobs.work()
    jobs.work()
    assert done == ["worked"]
