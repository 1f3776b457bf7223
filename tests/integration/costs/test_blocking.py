"""What waits says so before: else nobody would wait for events meanwhile."""

from __future__ import annotations

from time import sleep
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from feedapp import blocking
from feedapp.cache.protocol.backoff import Backoff
from feedapp.observability import request_costs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine


@pytest.fixture
def told() -> Iterator[list[str]]:
    found: list[str] = []
    blocking.listen(lambda: found.append("told"))
    yield found
    blocking.listen(lambda: None)


def test_a_statement(engine: Engine, told: list[str]) -> None:
    with engine.connect() as connection:
        assert told
        assert connection.scalar(text("SELECT 1")) == 1


def test_waiting_for_another_reader_or_writer(told: list[str]) -> None:
    Backoff(1).wait()
    assert told


def test_a_trip_to_a_redis_that_is_far_away_but_not_to_a_near_one(told: list[str]) -> None:
    def trip(seconds: float) -> None:
        with request_costs.redis_trip():
            sleep(seconds)

    for _ in range(2 * blocking.WINDOW):
        trip(2 * blocking.WORTH_TELLING)
    told.clear()
    trip(0)
    assert told
    for _ in range(2 * blocking.WINDOW):
        trip(0)
    told.clear()
    trip(0)
    assert not told
