"""The checker at work, in short: the same limits as in the long runs."""

from __future__ import annotations

import pytest

from tests.consistency.faults.scenarios import SCENARIOS
from tests.consistency.runner import run
from tests.consistency.sites.site import Setup

PATIENT = 1_000
"""Milliseconds: where nothing is broken on purpose, a machine that stands still for a moment breaks nothing either."""
RUNS = [
    ("embedded", "healthy", 10),
    ("embedded", "redis-paused", 5),
    ("embedded", "redis-killed", 4),
    ("embedded", "redis-split", 6),
    ("embedded", "redis-read-only", 4),
    ("embedded", "redis-moved", 5),
    ("embedded", "keyspaces-differ", 5),
    ("embedded", "app-killed-between-commit-and-delete", 5),
    ("embedded", "postgres-failover", 8),
    ("embedded", "postgres-failover-that-loses", 10),
    ("embedded", "patroni-failover", 12),
    ("embedded", "upgraded", 6),
    ("cluster", "healthy", 6),
    ("cluster", "redis-failover", 7),
]


IMPATIENCE = 0.03
"""Seconds: many a write is given up while it is being carried out."""


@pytest.mark.parametrize(("redis", "name", "seconds"), RUNS)
def test_reads_and_writes_stay_within_what_is_promised(redis: str, name: str, seconds: float) -> None:
    if reason := SCENARIOS[name].lacking():
        pytest.skip(reason)
    patience = PATIENT if name == "healthy" else Setup().redis_timeout
    figures = run(SCENARIOS[name], seconds=seconds, setup=Setup(redis, redis_timeout=patience))
    assert figures.faults() == [], figures.row()
    assert len(figures.history.reads) > 100
    assert len(figures.history.writes) > 10


def test_clients_that_give_writes_up_raise_no_alarm() -> None:
    setup = Setup(redis_timeout=PATIENT, patience=IMPATIENCE)
    figures = run(SCENARIOS["healthy"], seconds=8, write_share=0.3, setup=setup)
    found = [str(violation) for violation in figures.violations]
    assert found + figures.lost + figures.disagreements + figures.history.oddities == [], figures.row()
    assert any(write.again for write in figures.history.writes)
