"""docs/security.md goes through every point of ASVS 4.0.3, level 2, of five chapters, and its tests are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
LAST = [
    *(("2.1", 12), ("2.2", 3), ("2.3", 3), ("2.4", 5), ("2.5", 7), ("2.6", 3), ("2.7", 6), ("2.8", 7), ("2.9", 3)),
    *(("2.10", 4), ("3.1", 1), ("3.2", 4), ("3.3", 4), ("3.4", 5), ("3.5", 3), ("3.7", 1), ("4.1", 5), ("4.2", 2)),
    *(("4.3", 3), ("7.1", 4), ("7.2", 2), ("7.3", 4), ("7.4", 3), ("8.1", 4), ("8.2", 3), ("8.3", 8)),
]
"""The last point of each section up to level 2."""
GONE = {"4.1.4", "7.3.2"}
"""Duplicates of others, which the standard has deleted."""
POINTS = {f"{section}.{number}" for section, last in LAST for number in range(1, last + 1)} - GONE
UNTESTED = "nothing to run"


def rows() -> list[tuple[str, str]]:
    """Give the points and the tests of each row."""
    lines = (ROOT / "docs" / "security.md").read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if re.match(r"\| \d", line)]
    return [(row[0], row[-1]) for row in cells]


def points(named: str) -> set[str]:
    """Read `2.1.1, 2.1.2` and `3.4.1 to 3.4.5`."""
    found = set()
    for part in named.split(", "):
        first, _, last = part.partition(" to ")
        section, _, number = first.rpartition(".")
        found |= {f"{section}.{each}" for each in range(int(number), int((last or first).rpartition(".")[2]) + 1)}
    return found


def test_every_point_of_level_two_stands_there() -> None:
    named = set().union(*(points(each) for each, _ in rows()))
    assert sorted(POINTS - named) == []


@pytest.mark.parametrize(("named", "tests"), rows(), ids=lambda each: each.replace("`", ""))
def test_each_row_names_tests_that_are_there_or_says_that_there_are_none(named: str, tests: str) -> None:
    paths = re.findall(r"`(tests/[^`]+)`", tests)
    assert tests == UNTESTED if not paths else all((ROOT / path).exists() for path in paths), named
