"""Which times a community may have, and how they are written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from feedapp import times

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

GOOD = [
    ("2018-09-02T10:00:00Z", "2018-09-02T10:00:00"),
    ("2018-09-02t10:00:00z", "2018-09-02T10:00:00"),
    ("2018-09-02 10:00:00.5+02:00", "2018-09-02T08:00:00.500000"),
    ("2018-09-02T10:00:00.123456789Z", "2018-09-02T10:00:00.123456"),
    ("2018-09-02T00:00:00+23:59", "2018-09-01T00:01:00"),
    ("2018-09-02T23:59:59-23:59", "2018-09-03T23:58:59"),
    ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00"),
    ("2017-01-01T01:59:60+02:00", "2017-01-01T00:00:00"),
    ("2012-06-30T16:29:60.25-07:30", "2012-07-01T00:00:00.250000"),
    ("0001-01-02T00:00:00Z", "0001-01-02T00:00:00"),
    ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00"),
    ("2026-03-01T12:59:59Z", "2026-03-01T12:59:59"),
]


@pytest.mark.parametrize(("text", "read"), GOOD)
def test_what_rfc_3339_has_is_read(text: str, read: str) -> None:
    moment = times.read(text, now=NOW)
    assert (moment.isoformat().removesuffix("+00:00"), moment.utcoffset()) == (read, timedelta())


BAD = [
    ("yesterday", "is not a time"),
    ("2018-09-02", "is not a time"),
    ("-0001-01-01T00:00:00Z", "is not a time"),
    ("12026-01-01T00:00:00Z", "is not a time"),
    ("+2018-09-02T10:00:00Z", "is not a time"),
    ("infinity", "is not a time"),
    ("2018-09-02T24:00:00Z", "is not a time"),
    ("2018-09-02T10:60:00Z", "is not a time"),
    ("2018-09-02T10:00:61Z", "is not a time"),
    ("2018-09-02T10:00:00+24:00", "is not a time"),
    ("2018-09-02T10:00:00+01:60", "is not a time"),
    ("٢٠١٨-09-02T10:00:00Z", "is not a time"),
    ("2018-09-02T10:00:00", "has no time zone"),
    ("2018-09-31T10:00:00Z", "does not exist"),
    ("2023-02-29T10:00:00Z", "does not exist"),
    ("0000-01-01T00:00:00Z", "does not exist"),
    ("0001-01-01T00:00:00+14:00", "does not exist"),
    ("9999-12-31T23:59:59-14:00", "does not exist"),
    ("9999-12-31T23:59:60Z", "does not exist"),
    ("2016-12-30T23:59:60Z", "does not exist"),
    ("2016-12-31T23:59:60+01:00", "does not exist"),
    ("2016-12-31T12:30:60Z", "does not exist"),
    ("0001-01-01T23:59:59Z", "is before 0001-01-02"),
    ("9999-12-31T23:59:59Z", "is in the future"),
    ("2026-03-01T13:00:01Z", "is in the future"),
]


@pytest.mark.parametrize(("text", "said"), BAD)
def test_what_is_no_time_or_none_that_can_be_kept_is_said(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        times.read(text, now=NOW)


@pytest.mark.parametrize("text", ["2026-02-03", "2026-02-03T00:00:00", "2026-02-03 00:00:00Z"])
def test_with_a_zone_by_default_it_may_be_left_out(text: str) -> None:
    assert times.read(text, now=NOW, default_zone=UTC) == datetime(2026, 2, 3, tzinfo=UTC)
