"""Redis paused, killed, restarted with old data, full or replaced: nothing is lost and nothing stale is trusted."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from feedapp.cache.catalogue import keys
from feedapp.cache.redis.wire import Wire
from tests.integration.outages.processes import depth, kill, likes, run_id, save, state, try_again

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from feedapp.embedded import Redis as RedisServer
    from feedapp.reading.viewers import Credentials
    from feedapp.wiring import Services


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
    monkeypatch.setattr(own.relay._redis, "deliver_all", lambda _: None)
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
