"""What goes wrong again and again is logged when it begins, when it has ended, and once a minute between."""

from __future__ import annotations

import logging

import pytest

from feedapp.observability.troubles import QUIET, REMINDER, Troubles

LOG = logging.getLogger("troubled")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def troubles(clock: Clock, caplog: pytest.LogCaptureFixture) -> Troubles:
    caplog.set_level(logging.INFO, "troubled")
    return Troubles(clock)


def test_two_hundred_of_one_kind_are_two_lines(
    troubles: Troubles, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(203):
        clock.now = number * 0.03
        troubles.happened(LOG, "Redis refused a command", "it is full")
    assert caplog.messages == ["Redis refused a command: it is full"]
    clock.now += QUIET + 0.1
    troubles.settle()
    assert caplog.messages[1:] == ["Redis refused a command: over after 6 s, 202 more were not logged: it is full"]
    troubles.settle()
    assert len(caplog.messages) == 2


def test_what_comes_back_later_is_logged_again(
    troubles: Troubles, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    for clock.now in (0.0, 3 * QUIET):
        troubles.happened(LOG, "A read failed", "no answer")
    assert [message for message in caplog.messages if "over" not in message] == ["A read failed: no answer"] * 2


def test_other_reasons_and_other_places_have_lines_of_their_own(
    troubles: Troubles, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(5):
        for what in ("A read failed", "A write failed"):
            for why in ("no answer", "disk full"):
                troubles.happened(LOG, what, why)
    assert len(caplog.messages) == 4


def test_what_goes_on_is_said_once_a_minute(troubles: Troubles, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    for second in range(int(3 * REMINDER) + 1):
        clock.now = float(second)
        troubles.happened(LOG, "A read failed", "no answer")
    assert len(caplog.messages) == 4
    assert caplog.messages[1] == "A read failed: no answer (still so after 60 s, 59 more since the last line)"


def test_it_is_known_what_goes_on(troubles: Troubles, clock: Clock) -> None:
    troubles.happened(LOG, "A write failed", "disk full")
    assert troubles.is_open("disk full")
    clock.now += QUIET
    assert not troubles.is_open("disk full")


def test_what_happened_once_has_one_line(troubles: Troubles, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    troubles.happened(LOG, "A write failed", "disk full")
    clock.now += QUIET
    troubles.settle()
    assert len(caplog.messages) == 1
