"""Redis paused, killed, restarted with old data, full or replaced: nothing is lost and nothing stale is trusted."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from sqlalchemy import text

from feedapp.app import create_app
from feedapp.cache.catalogue import keys
from feedapp.cache.redis.discovery import OLDEST
from feedapp.cache.redis.wire import Wire
from tests.integration.outages.processes import depth, kill, likes, process, run_id, save, state, try_again
from tests.support.apps import services as services_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from sqlalchemy import Engine

    from config import Settings
    from feedapp.embedded import Redis as RedisServer
    from feedapp.reading.viewers import Credentials
    from feedapp.wiring import Services


COUNT_SINCE = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'feedapp' AND backend_start > :began"


@pytest.mark.parametrize("redis_timeout", [0.1])
def test_a_write_during_a_hang_is_kept_and_delivered_before_redis_is_trusted(
    own: Services, server: RedisServer, ada: Credentials, post_id: int, engine: Engine
) -> None:
    assert likes(own, post_id) == 0
    assert server.pid is not None
    os.kill(server.pid, signal.SIGSTOP)
    try:
        own.likes.like(ada, post_id)
        assert likes(own, post_id) == 1
        assert state(own) == "away"
        assert depth(engine) == 1
    finally:
        os.kill(server.pid, signal.SIGCONT)
    try_again(own)
    assert state(own) == "trusted"
    assert depth(engine) == 0
    assert likes(own, post_id) == 1


def test_without_delivery_before_trust_that_hang_would_leave_a_stale_count(
    own: Services, server: RedisServer, ada: Credentials, post_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert likes(own, post_id) == 0
    own.backend.trust.lose(RedisTimeoutError("an outage"))
    monkeypatch.setattr(own.backend.trust, "seek", lambda: None)
    own.likes.like(ada, post_id)
    monkeypatch.setattr(own.relay, "_deliver_all", lambda _: None)
    try_again(own)
    assert state(own) == "trusted"
    assert likes(own, post_id) == 0


def test_a_redis_that_restarted_empty_is_found_out_and_used_again(
    own: Services, server: RedisServer, ada: Credentials, post_id: int
) -> None:
    assert likes(own, post_id) == 0
    kill(server)
    server.start()
    own.likes.like(ada, post_id)
    assert likes(own, post_id) == 1
    try_again(own)
    assert state(own) == "trusted"
    assert likes(own, post_id) == 1


def test_old_data_that_a_restarted_redis_brings_back_is_dropped(
    own: Services, server: RedisServer, ada: Credentials, post_id: int
) -> None:
    assert likes(own, post_id) == 0
    save(server)
    own.likes.like(ada, post_id)
    kill(server)
    server.start()
    assert own.backend.client is not None
    assert likes(own, post_id) == 1
    try_again(own)
    assert likes(own, post_id) == 1
    (signed,) = own.backend.raw_many([keys.INCARNATION.key(0).name])
    assert orjson.loads(signed or b"")["run"].startswith(run_id(own))


def test_without_the_check_of_its_run_that_old_data_would_be_shown(
    own: Services, server: RedisServer, ada: Credentials, post_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert likes(own, post_id) == 0
    save(server)
    own.likes.like(ada, post_id)
    monkeypatch.setattr("feedapp.cache.redis.trust.Trust.meet", lambda _, connection, **__: connection.on_connect())
    kill(server)
    server.start()
    own.backend._reroute(None)
    assert likes(own, post_id) == 0


def test_a_full_redis_that_refuses_writes_still_lets_keys_be_deleted(
    own: Services, server: RedisServer, ada: Credentials, post_id: int
) -> None:
    assert likes(own, post_id) == 0
    own.backend.client.config_set("maxmemory-policy", "noeviction")
    own.backend.client.config_set("maxmemory", "1")
    own.likes.like(ada, post_id)
    assert likes(own, post_id) == 1
    assert likes(own, post_id) == 1


def test_a_flushed_redis_is_filled_again(own: Services, ada: Credentials, post_id: int) -> None:
    assert likes(own, post_id) == 0
    own.backend.client.flushall()
    own.likes.like(ada, post_id)
    assert likes(own, post_id) == 1


def test_a_redis_that_refuses_to_delete_is_not_read_from_either(
    own: Services, server: RedisServer, ada: Credentials, post_id: int
) -> None:
    """A full disk, a lost replica: reads would work, and show for ever what cannot be deleted."""
    assert likes(own, post_id) == 0
    own.backend.client.config_set("min-replicas-to-write", 1)
    own.likes.like(ada, post_id)
    assert likes(own, post_id) == 1
    try_again(own)
    assert state(own) == "away"
    assert likes(own, post_id) == 1
    with own.backend.client as client:
        client.config_set("min-replicas-to-write", 0)
    try_again(own)
    assert state(own) == "trusted"
    assert likes(own, post_id) == 1


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


def test_a_write_whose_connections_break_deletes_by_new_ones_before_it_answers(
    own: Services, other: Services, ada: Credentials, post_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As long as the writer can reach Redis, nobody reads the old state, whatever becomes of single connections."""
    assert likes(other, post_id) == 0
    send, broken = Wire.send, [RedisConnectionError("reset by peer"), RedisConnectionError("reset by peer")]

    def breaking(self: Wire, parts: Any) -> Any:
        if self is not other.backend._route.wire and broken:
            raise broken.pop()
        return send(self, parts)

    own.viewers.require(ada)
    monkeypatch.setattr(Wire, "send", breaking)
    monkeypatch.setattr(own.relay, "seek", lambda: None)
    own.likes.like(ada, post_id)
    assert not broken
    assert likes(other, post_id) == 1


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
