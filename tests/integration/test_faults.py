"""Redis paused, killed, restarted with old data or replaced: nothing is lost and nothing stale is trusted."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import pytest
from conftest import services as services_of
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from feedapp.app import create_app
from feedapp.cache import keys, values
from feedapp.cache.routing import OneServer
from feedapp.cache.writes import CacheWrites
from feedapp.embedded import Redis as RedisServer
from feedapp.extensions import db
from feedapp.services.viewers import Credentials

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from conftest import Somebody
    from flask import Flask
    from sqlalchemy import Engine

    from config import Settings
    from feedapp.cache.exchange import Command
    from feedapp.wiring import Services

ANONYMOUS = Credentials("api")


@contextmanager
def process(settings: Settings) -> Iterator[Services]:
    """Be one more process of the site."""
    app = create_app(settings)
    with app.app_context():
        yield services_of(app)
        db.session.remove()
        services_of(app).close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    started = RedisServer(tmp_path / "redis", arguments=["--dbfilename", "copies.rdb", "--save", "3600 1"])
    started.start()
    yield started
    started.stop()


@pytest.fixture
def own(app: Flask, settings: Settings, server: RedisServer) -> Iterator[Services]:
    """A process with a Redis that may be harmed."""
    with process(replace(settings, redis_url=server.url, redis_timeout=0.1, database_pool_size=2)) as services:
        yield services


@pytest.fixture
def other(own: Services, settings: Settings, server: RedisServer) -> Iterator[Services]:
    """Another process of the same site."""
    with process(replace(settings, redis_url=server.url, redis_timeout=0.1, database_pool_size=2)) as services:
        yield services


@pytest.fixture
def ada(people: Callable[..., Somebody]) -> Credentials:
    return Credentials.of(people("ada").token, kind="api")


@pytest.fixture
def post_id(own: Services, ada: Credentials) -> int:
    return own.posts.publish(ada, body="first").id


def likes(services: Services, post_id: int) -> int:
    return services.posts.show(ANONYMOUS, post_id).likes_count


def state(services: Services) -> str:
    return services.backend.trust.state


def depth(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM outbox WHERE confirmed_at IS NULL")).scalar_one())


def make_overdue(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE outbox SET created_at = created_at - interval '1 minute'"))


def try_again(services: Services) -> None:
    """Let the relay try at once, whenever it tried last."""
    services.relay.work()


def test_a_confirmed_write_leaves_nothing_to_deliver(own: Services, post_id: int, engine: Engine) -> None:
    assert depth(engine) == 0
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM outbox")).scalar_one() > 0


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
    monkeypatch.setattr(own.relay, "_deliver", lambda **_: None)
    try_again(own)
    assert state(own) == "trusted"
    assert likes(own, post_id) == 0


def test_what_a_process_could_not_delete_another_one_does(
    own: Services, other: Services, ada: Credentials, post_id: int, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert likes(other, post_id) == 0
    own.backend.trust.lose(RedisTimeoutError("unreachable from here"))
    monkeypatch.setattr(own.backend.trust, "seek", lambda: None)
    own.likes.like(ada, post_id)
    make_overdue(engine)
    try_again(other)
    assert likes(other, post_id) == 1
    assert depth(engine) == 0


def test_a_process_that_dies_between_commit_and_deletion_leaves_no_stale_value(
    own: Services, other: Services, ada: Credentials, post_id: int, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert likes(other, post_id) == 0
    monkeypatch.setattr("feedapp.cache.writes.CacheWrites.forget", lambda *_: None)
    own.likes.like(ada, post_id)
    monkeypatch.setattr(other.cache_reads, "_patience", 0.05)
    assert likes(other, post_id) == 1
    make_overdue(engine)
    try_again(other)
    assert likes(other, post_id) == 1
    assert depth(engine) == 0


def test_an_undelivered_row_is_found_however_low_its_id(own: Services, post_id: int, engine: Engine) -> None:
    """Transactions commit out of order: a row may appear below one that was delivered long ago."""
    with engine.begin() as connection:
        late = connection.begin_nested()
        connection.execute(text("INSERT INTO outbox (id, keys) OVERRIDING SYSTEM VALUE VALUES (-5, '{post:1}')"))
        late.commit()
    make_overdue(engine)
    own.backend.set("post:1", {"stale": True})
    try_again(own)
    assert own.backend.get("post:1") is None


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
    own.backend.client.save()
    own.likes.like(ada, post_id)
    kill(server)
    server.start()
    assert own.backend.client is not None
    assert likes(own, post_id) == 1
    try_again(own)
    assert likes(own, post_id) == 1
    assert own.backend.get(keys.INCARNATION.key(0).name)["run"].startswith(run_id(own))


def test_without_the_check_of_its_run_that_old_data_would_be_shown(
    own: Services, server: RedisServer, ada: Credentials, post_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert likes(own, post_id) == 0
    own.backend.client.save()
    own.likes.like(ada, post_id)
    monkeypatch.setattr("feedapp.cache.trust.Trust.meet", lambda _, connection, **__: connection.on_connect())
    kill(server)
    server.start()
    own.backend._reroute(None)
    assert likes(own, post_id) == 0


def test_after_a_failover_the_last_minute_is_deleted_again(
    own: Services, server: RedisServer, ada: Credentials, post_id: int, engine: Engine
) -> None:
    """A replica that was promoted continues the history, but may lack the last deletions."""
    assert likes(own, post_id) == 0
    own.likes.like(ada, post_id)
    lagging = keys.POST_LIKES_COUNT.key(post_id)
    own.backend.set(lagging.name, 0)
    mark = own.backend.get(keys.INCARNATION.key(0).name)
    own.backend.set(keys.INCARNATION.key(0).name, {**mark, "run": "that of the server before"})
    with engine.begin() as connection:
        connection.execute(text("UPDATE outbox SET confirmed_run = 'that of the server before'"))
    own.backend.trust.lose("failover")
    try_again(own)
    assert state(own) == "trusted"
    assert likes(own, post_id) == 1


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


def kill(server: RedisServer) -> None:
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    assert server._process is not None
    server._process.wait()


def run_id(services: Services) -> str:
    found = services.backend.client.info("server")["run_id"]
    return found.decode() if isinstance(found, bytes) else str(found)


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


def test_another_process_notices_that_it_cannot_delete_what_the_first_could_not(
    own: Services, other: Services, ada: Credentials, post_id: int, engine: Engine
) -> None:
    assert likes(other, post_id) == 0
    own.backend.client.config_set("min-replicas-to-write", 1)
    own.likes.like(ada, post_id)
    make_overdue(engine)
    try_again(other)
    assert likes(other, post_id) == 1
    own.backend.client.config_set("min-replicas-to-write", 0)


def test_a_commit_whose_answer_was_lost_is_delivered_when_it_turns_out_to_have_happened(
    own: Services, ada: Credentials, post_id: int, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The keys are deleted at once, but the commit takes effect later, so what was read in between is old."""
    assert likes(own, post_id) == 0
    session = own.unit_of_work._session
    with monkeypatch.context() as patched:
        patched.setattr(own.unit_of_work, "_commit", lost)
        patched.setattr(session, "rollback", lambda: None)
        patched.setattr(own.relay, "_thread", object())  # so that what was confirmed is struck off later
        with pytest.raises(OperationalError):
            own.likes.like(ada, post_id)
    assert likes(own, post_id) == 0
    session.commit()
    make_overdue(engine)
    try_again(own)
    assert likes(own, post_id) == 1


def lost(_deadline: float | None) -> None:
    raise OperationalError("COMMIT", {}, Exception("the connection was lost"))


def test_the_relay_leaves_the_holds_of_writers_that_are_still_to_commit(
    own: Services, post_id: int, engine: Engine
) -> None:
    """Else somebody could store the old value between, and show it after another has seen the new one."""
    key = keys.POST_LIKES_COUNT.key(post_id)
    hold = CacheWrites(own.backend).hold([key])
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO outbox (keys, writer) VALUES (ARRAY[:key], 'dead')"), {"key": key.name})
    make_overdue(engine)
    try_again(own)
    assert values.is_marker(own.backend.raw_many([key.name])[0])
    CacheWrites(own.backend).forget(hold)
    assert own.backend.raw_many([key.name]) == [None]


def test_the_relay_takes_away_the_hold_of_the_write_that_it_delivers(
    own: Services, other: Services, ada: Credentials, post_id: int, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedapp.cache.writes.CacheWrites.forget", lambda *_: None)
    own.likes.like(ada, post_id)
    make_overdue(engine)
    try_again(other)
    assert other.backend.raw_many([keys.POST_LIKES_COUNT.key(post_id).name]) == [None]


def test_what_was_deleted_in_another_run_of_redis_is_deleted_in_this_one_too(
    own: Services, ada: Credentials, post_id: int, engine: Engine
) -> None:
    """A process that has not noticed a failover yet deletes at the old server, and thinks that this was all."""
    assert likes(own, post_id) == 0
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE outbox SET confirmed_run = 'of another server', confirmed_at = now() WHERE id = 1")
        )
        key = keys.POST_LIKES_COUNT.key(post_id).name
        connection.execute(text("UPDATE outbox SET keys = ARRAY[:key] WHERE id = 1"), {"key": key})
    own.backend.set(key, 7)
    try_again(own)
    assert state(own) == "trusted"
    assert own.backend.get(key) is None


def test_copies_of_a_replica_that_lags_by_more_than_the_outbox_keeps_are_dropped(own: Services, post_id: int) -> None:
    assert likes(own, post_id) == 0
    mark = keys.INCARNATION.key(0).name
    signed = own.backend.get(mark)
    own.backend.set(mark, {**signed, "run": "of the primary", "signed_at": signed["signed_at"] - 3_600})
    own.backend.trust.lose("failover")
    try_again(own)
    assert state(own) == "trusted"
    assert own.backend.get(keys.POST_LIKES_COUNT.key(post_id).name) is None


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


def test_each_run_of_redis_gets_a_row_once_and_none_takes_it_back_from_another(own: Services, post_id: int) -> None:
    """With two processes that reach different servers, neither must begin again because of the other."""
    outbox = own.relay._outbox
    rows = set(outbox.undelivered(run="one", overdue_only=True))
    assert rows
    for run in ("one", "two"):
        outbox.confirm(sorted(rows), run=run)
    assert not rows & {*outbox.undelivered(run="one", overdue_only=True)}
    assert not rows & {*outbox.undelivered(run="two", overdue_only=True)}
    assert rows <= {*outbox.undelivered(run="three", overdue_only=True)}


def test_a_write_whose_connections_break_deletes_by_new_ones_before_it_answers(
    own: Services, other: Services, ada: Credentials, post_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As long as the writer can reach Redis, nobody reads the old state, whatever becomes of single connections."""
    assert likes(other, post_id) == 0
    send, broken = OneServer.send, [RedisConnectionError("reset by peer"), RedisConnectionError("reset by peer")]

    def breaking(self: OneServer, commands: Sequence[Command], **more: Any) -> list[Any]:
        if self is not other.backend._route and broken:
            raise broken.pop()
        return send(self, commands, **more)

    own.viewers.require(ada)
    monkeypatch.setattr(OneServer, "send", breaking)
    monkeypatch.setattr(own.relay, "seek", lambda: None)
    own.likes.like(ada, post_id)
    assert not broken
    assert likes(other, post_id) == 1


def test_a_write_whose_redis_was_slow_for_a_moment_is_acknowledged_when_its_keys_are_deleted(
    own: Services, other: Services, ada: Credentials, post_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hold times out, so nothing keeps another process, which finds Redis quick enough, from the old value."""
    assert likes(other, post_id) == 0
    assert likes(other, post_id) == 0

    def too_slow(*_: object) -> list[str]:
        monkeypatch.undo()
        raise RedisTimeoutError("a test")

    own.relay.start()
    monkeypatch.setattr(own.backend, "hold", too_slow)
    try:
        own.likes.like(ada, post_id)
        assert likes(other, post_id) == 1
        assert state(own) == "trusted"
    finally:
        own.relay.stop()


def test_a_redis_that_stays_away_is_not_waited_for_by_every_write(
    own: Services, server: RedisServer, ada: Credentials, post_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second in all, not for each write."""
    waited: list[float] = []
    monkeypatch.setattr("feedapp.services.relay.sleep", waited.append)
    monkeypatch.setattr("feedapp.services.relay.SHORT_ABSENCE", 0.3)
    own.relay.start()
    try:
        server.kill()
        own.likes.like(ada, post_id)
        assert waited
        Event().wait(0.3)
        waited.clear()
        own.likes.unlike(ada, post_id)
        assert not waited
    finally:
        own.relay.stop()


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
