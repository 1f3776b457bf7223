from __future__ import annotations

from datetime import UTC, datetime

import pytest

from feedapp.blueprints.pages.kit.times import age, day, exact, stamp

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-24T12:00:05Z", "now"),
        ("2026-11-24T11:59:01Z", "now"),
        ("2026-11-24T11:59:00Z", "1 min"),
        ("2026-11-24T11:00:00.000001Z", "59 min"),
        ("2026-11-24T11:00:00Z", "1 h"),
        ("2026-11-23T12:00:00Z", "1 d"),
        ("2026-11-17T12:00:01Z", "6 d"),
        ("2026-11-17T12:00:00Z", "17 Nov"),
        ("2018-09-02T10:00:00.123456Z", "2 Sep 2018"),
    ],
)
def test_a_time_is_told_by_how_long_ago_it_was(moment: str, expected: str) -> None:
    assert age(moment, now=NOW) == expected


def test_days_and_exact_times_are_spelt_out() -> None:
    assert day("2018-09-02T10:00:00Z") == "2 Sep 2018"
    assert exact("2018-09-02T10:05:00Z") == "2 September 2018 at 10:05 UTC"


@pytest.mark.parametrize("moment", ["2018-09-02T10:00:00.123456Z", "2018-09-02T10:00:00Z", "2018-09-02T12:00:00+02:00"])
def test_a_stamp_is_one_that_html_allows(moment: str) -> None:
    assert stamp(moment) == "2018-09-02T10:00:00Z"


def test_a_stamp_of_an_early_year_has_four_digits() -> None:
    assert stamp("0987-01-02T03:04:05Z") == "0987-01-02T03:04:05Z"
