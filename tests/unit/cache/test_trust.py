"""The steps of the delivery machine: there are no others, and none is finished that was overtaken."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, get_args

import pytest

from feedapp.cache.redis.discovery import Deployment, Server
from feedapp.cache.redis.fences import Run
from feedapp.cache.redis.trust import TRANSITIONS, NotTrustedError, State, Trust

if TYPE_CHECKING:
    from collections.abc import Callable

DEPLOYMENT = Deployment({None: Server("r", "h", frozenset({"h"}), is_primary=True, is_clustered=False)}, ())
RUN = Run("run", DEPLOYMENT, "database", {None: 1})
TO: dict[State, Callable[[Trust], object]] = {
    "away": lambda trust: trust.lose("a test"),
    "returning": lambda trust: trust.begin_return(DEPLOYMENT),
    "trusted": lambda trust: trust.finish_return(trust._losses),
}


def trusted() -> Trust:
    trust = Trust(lambda _: None)
    number = trust.begin_return(DEPLOYMENT)
    assert trust.join(number, RUN)
    trust.finish_return(number)
    assert trust.state == "trusted"
    return trust


def in_state(state: State) -> Trust:
    trust = trusted()
    if state != "trusted":
        trust.lose("a test")
    if state == "returning":
        trust.begin_return(DEPLOYMENT)
    return trust


@pytest.mark.parametrize(("state", "to"), list(product(get_args(State), get_args(State))))
def test_there_is_no_step_but_those_of_the_table(state: State, to: State) -> None:
    trust = in_state(state)
    if (state, to) == ("trusted", "returning"):
        with pytest.raises(AssertionError):
            TO[to](trust)
        return
    TO[to](trust)
    assert (trust.state == to) == ((state, to) in TRANSITIONS or state == to)


def test_a_return_that_a_failure_has_overtaken_comes_to_nothing() -> None:
    trust = in_state("away")
    number = trust.begin_return(DEPLOYMENT)
    trust.lose("another thread noticed")
    trust.begin_return(DEPLOYMENT)
    assert not trust.join(number, RUN)
    trust.finish_return(number)
    assert (trust.state, trust.run) == ("returning", None)


def test_what_is_lost_leaves_every_connection_and_every_run_behind() -> None:
    routes: list[Deployment | None] = []
    trust = Trust(routes.append)
    trust.finish_return(trust.begin_return(DEPLOYMENT))
    trust.lose("a test")
    trust.lose("again")
    assert (routes, trust.known, trust.run) == ([DEPLOYMENT, None], None, None)


def test_a_trip_that_ends_in_another_run_brings_nothing() -> None:
    trust = trusted()
    with trust.reading():
        pass
    trip = trust.reading()
    trip.__enter__()
    trust.lose("a test")
    trust.finish_return(trust.begin_return(DEPLOYMENT))
    with pytest.raises(NotTrustedError):
        trip.__exit__(None, None, None)


def test_whoever_drives_it_is_told_when_it_is_needed_and_away() -> None:
    class Driver:
        sought = 0

        def seek(self) -> None:
            self.sought += 1

    trust, driver = trusted(), Driver()
    trust.attach(driver)
    assert trust.for_reads
    assert trust.for_writes
    assert driver.sought == 0
    trust.lose("a test")
    assert not trust.for_reads
    assert not trust.for_writes
    assert driver.sought == 2
