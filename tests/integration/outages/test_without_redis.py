"""What is read while Redis is not trusted, and what is said of that."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from feedapp.app import create_app
from feedapp.cache.catalogue import keys
from feedapp.cache.redis.discovery import OLDEST
from tests.integration.outages.processes import likes, process, state, try_again
from tests.support.apps import services as services_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from sqlalchemy import Engine

    from config import Settings
    from feedapp.reading.viewers import Credentials
    from feedapp.wiring import Services


COUNT_SINCE = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'feedapp' AND backend_start > :began"


def test_while_redis_is_away_reads_take_no_more_connections_than_the_pool_has(
    app: Flask, settings: Settings, ada: Credentials, engine: Engine
) -> None:
    """The limit on what the loss of Redis may cost PostgreSQL: DATABASE_POOL_SIZE for each process, and three."""
    nowhere = replace(settings, redis_url="redis://127.0.0.1:1/0", database_pool_size=2)
    lost = create_app(nowhere)
    most, done = [0], Event()

    def look() -> None:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            began = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
            ready.set()
            while not done.is_set():
                most[0] = max(most[0], connection.execute(text(COUNT_SINCE), {"began": began}).scalar_one())

    def read(_: int) -> int:
        return lost.test_client().get("/api/posts?feed=public").status_code

    ready = Event()
    watcher = Thread(target=look)
    watcher.start()
    ready.wait(10)
    try:
        with ThreadPoolExecutor(30) as readers:
            statuses = list(readers.map(read, range(300)))
    finally:
        done.set()
        watcher.join()
    assert set(statuses) == {200}
    assert 0 < most[0] <= 2 + 2 + 1
    with lost.app_context():
        services_of(lost).close()


def test_a_reader_does_not_wait_for_a_value_once_redis_is_not_trusted(own: Services, post_id: int) -> None:
    key = keys.POST_LIKES_COUNT.key(post_id)
    own.backend.offer([(key.name, b"L0123456789abcdef", 60_000, None)])
    own.cache_reads._patience = 30
    with ThreadPoolExecutor(1) as reader:
        waiting = reader.submit(own.cache_reads.facts, [key], lambda asked: dict.fromkeys(asked, 5))
        with suppress(TimeoutError):
            waiting.result(0.2)
        assert not waiting.done()
        own.backend.trust.lose("an outage")
        assert waiting.result(10) == {key: 5}


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.message for record in caplog.records if record.levelname == "WARNING"]


@pytest.fixture
def lost(app: Flask, settings: Settings) -> Iterator[Services]:
    """A process that never reaches its Redis."""
    with process(replace(settings, redis_url="redis://127.0.0.1:1/0", database_pool_size=2)) as services:
        yield services


def test_that_redis_was_never_reached_is_said_once(
    lost: Services, ada: Credentials, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        try_again(lost)
        lost.posts.publish(ada, body="read and written all the same")
    (said,) = [each for each in warnings(caplog) if "Redis is not used" in each]
    assert "127.0.0.1:1" in said


def test_a_redis_that_is_too_old_is_not_used_and_that_is_said(
    own: Services, ada: Credentials, post_id: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert OLDEST == 7  # which has SET … NX GET
    monkeypatch.setattr("feedapp.cache.redis.discovery.OLDEST", 99)
    own.backend.trust.lose("a test")
    for _ in range(2):
        try_again(own)
        assert state(own) == "away"
        own.likes.like(ada, post_id)
        assert likes(own, post_id) == 1
    assert (own.health.check().status, own.health.check().redis) == ("degraded", "not used")
    assert len([each for each in warnings(caplog) if "Redis 99 or newer is needed" in each]) == 1
