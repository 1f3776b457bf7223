"""The verifier that is always on: it finds a value that was made wrong by hand, and says which, and counts."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from feedapp.observability import metrics, snapshots
from feedapp.serialisers.desk import tables
from feedapp.serialisers.desk.numbers import number as number_of
from feedapp.services.operations.desk.sampling import KEYS

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from feedapp.wiring import Services
    from tests.support.people import Somebody


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture, app: Flask, monkeypatch: pytest.MonkeyPatch) -> pytest.LogCaptureFixture:
    monkeypatch.setattr(logging.getLogger("feedapp"), "propagate", True)
    return caplog


def count(counter: Any, template: str) -> float:
    return float(counter.labels(template)._value.get())


@pytest.fixture
def read(client: FlaskClient, people: Any) -> Somebody:
    ada: Somebody = people("ada")
    for body in ("first", "second"):
        client.post("/api/posts", headers=ada.headers, json={"body": body})
    client.get("/api/posts")
    client.get("/api/posts/1")
    return ada


def test_what_agrees_is_counted_and_not_told(
    services: Services, read: Somebody, lines: pytest.LogCaptureFixture
) -> None:
    services.sampling.__init__(verification=services.cache_verification, backend=services.backend)  # type: ignore[misc]
    before = count(metrics.VERIFIED, "post")
    assert services.sampling.sample() == 0
    assert count(metrics.VERIFIED, "post") >= before + 2
    assert not [record for record in lines.records if record.levelno >= logging.ERROR]


def test_a_value_made_wrong_by_hand_is_found_within_a_walk(
    services: Services, read: Somebody, lines: pytest.LogCaptureFixture
) -> None:
    before = count(metrics.STALE, "post_likes_count")
    services.backend.set("post:1:likes:count", 77, 60)
    found = sum(services.sampling.sample() for _ in range(3))
    assert found >= 1
    assert count(metrics.STALE, "post_likes_count") >= before + 1
    (line, *_) = [record.getMessage() for record in lines.records if record.levelno == logging.ERROR]
    run = services.backend.trust.run
    assert run is not None
    assert "post:1:likes:count holds 77, PostgreSQL has 0" in line
    assert run.name in line


def test_a_write_past_the_app_is_found_and_only_what_differs_is_told(
    services: Services, read: Somebody, engine: Engine, lines: pytest.LogCaptureFixture
) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE posts SET body = 'past feedapp' WHERE id = 1"))
    assert sum(services.sampling.sample() for _ in range(3)) >= 1
    line = next(record.getMessage() for record in lines.records if record.levelno == logging.ERROR)
    assert "first" in line
    assert "past feedapp" in line
    assert "author_id" not in line


def goes_on(services: Services) -> bool:
    return services.sampling._walk is not None or bool(services.sampling._left)


def test_a_walk_meets_every_key_a_bit_at_a_time(services: Services) -> None:
    for number in range(3 * KEYS):
        services.backend.set(f"post:{10_000 + number}", {"id": number}, 60)
    services.backend.set("post:99999:likes:count", 5, 60)
    services.sampling._walk, services.sampling._left = None, []
    met: set[str] = set()
    samples, went_on = 0, True
    while went_on and samples < 20:
        keys = services.sampling._next()
        assert len(keys) <= KEYS
        met |= {key.name for key in keys}
        samples += 1
        went_on = goes_on(services)
    assert {f"post:{10_000 + number}" for number in range(3 * KEYS)} <= met
    assert samples >= 3


def test_a_sample_goes_on_for_its_time_and_ends_with_the_walk(
    services: Services, read: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = 3 * KEYS
    for number in range(whole):
        services.backend.set(f"post:{10_000 + number}:likes:count", 0, 60)
    monkeypatch.setattr("feedapp.services.operations.desk.sampling.SPENT", 60.0)
    services.sampling._walk, services.sampling._left = None, []
    services.sampling.sample()
    assert not goes_on(services)
    assert snapshots.state()["walk"]["keys"] >= whole
    assert snapshots.state()["walk"]["seconds"] > 0
    assert f"all {number_of(snapshots.state()['walk']['keys'])} there were within" in hint(services)
    monkeypatch.setattr("feedapp.services.operations.desk.sampling.SPENT", 0.0)
    services.sampling.sample()
    assert goes_on(services)


def hint(services: Services) -> str:
    (grid,) = [each for each in tables.grids(services.desk.look(), "hour") if each.key == "staleness"]
    return grid.hint


def test_while_redis_is_not_trusted_nothing_is_looked_at(services: Services, read: Somebody) -> None:
    services.backend.trust.lose("for the test")
    assert services.sampling.sample() == 0
    assert services.sampling._walk is None
