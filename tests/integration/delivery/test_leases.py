"""One process of a site at a time does a periodic job of the site's; one that dies loses it after a bounded time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from feedapp.periodic import PeriodicJob, PeriodicJobs
from feedapp.repositories.delivery.leases import LeaseRepository

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from feedapp.wiring import Services


@pytest.fixture
def leases(services: Services) -> LeaseRepository:
    return LeaseRepository(services.engines[0])


def free(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE periodic_jobs SET free_at = clock_timestamp()"))


def test_of_many_who_ask_at_the_same_time_one_takes_it(leases: LeaseRepository, engine: Engine) -> None:
    for _ in range(3):  # the first time, there is no row yet
        with ThreadPoolExecutor(8) as threads:
            taken = list(threads.map(lambda _: leases.take("job", lease=60), range(16)))
        assert len([each for each in taken if each is not None]) == 1
        free(engine)


def test_jobs_do_not_stand_in_each_others_way(leases: LeaseRepository) -> None:
    assert leases.take("one", lease=60)
    assert leases.take("other", lease=60)


def test_what_is_given_back_is_free_when_it_was_said_to_be(leases: LeaseRepository) -> None:
    taken = leases.take("job", lease=60)
    assert taken is not None
    leases.give_back("job", taken, free_in=60)
    assert leases.take("job", lease=60) is None
    leases.give_back("job", taken, free_in=0)
    assert leases.take("job", lease=60) not in {None, taken}


def test_who_died_loses_it_when_the_lease_is_over(leases: LeaseRepository) -> None:
    assert leases.take("job", lease=0)
    assert leases.take("job", lease=60)


def test_who_comes_back_late_frees_nothing_of_another_s(leases: LeaseRepository) -> None:
    late = leases.take("job", lease=0)
    assert late is not None
    assert leases.take("job", lease=60)
    leases.give_back("job", late, free_in=0)
    assert leases.take("job", lease=60) is None


def test_processes_of_a_site_do_a_job_once_an_interval(leases: LeaseRepository) -> None:
    done: list[int] = []
    processes = [
        PeriodicJobs(PeriodicJob("job", 60, lambda: done.append(1), lease=90), leases=leases) for _ in range(4)
    ]
    for each in processes:
        each._due = dict.fromkeys(each._due, -1.0)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda each: each.work(), processes))
    assert done == [1]
