"""The checker at work, in short: the same limits as in the long runs."""

from __future__ import annotations

import pytest

from .faults import SCENARIOS
from .runner import run

SECONDS = {
    "healthy": 10,
    "redis-paused": 5,
    "redis-killed": 5,
    "redis-flushed": 4,
    "app-killed-between-commit-and-delete": 6,
}


@pytest.mark.parametrize("name", SECONDS)
def test_reads_and_writes_stay_within_what_is_promised(name: str) -> None:
    figures = run(SCENARIOS[name], seconds=SECONDS[name])
    assert figures.faults() == [], figures.row()
    assert len(figures.history.reads) > 100
    assert len(figures.history.writes) > 10
