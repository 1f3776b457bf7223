"""Connections to Redis are used again without a look only where that is safe."""

from __future__ import annotations

import os
import socket
import threading
from typing import TYPE_CHECKING, Any

import pytest
from redis.connection import AbstractConnection
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from feedapp.cache.redis import connections
from feedapp.cache.redis.sentinels import Nowhere

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redis import Redis

    from feedapp.wiring import Services
    from tests.support.deployments.choices import RedisChoice


@pytest.fixture
def ours(redis_server: RedisChoice) -> Iterator[Redis]:
    client = connections.connect(redis_server.url, timeout=1)
    yield client
    client.close()


def looks(client: Redis, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Note each look at the socket of the one connection that the client has."""
    connection = client.connection_pool.get_connection()
    client.connection_pool.release(connection)
    look, found = connection.can_read, []

    def noted(timeout: float = 0) -> bool:
        found.append(True)
        return bool(look(timeout))

    monkeypatch.setattr(connection, "can_read", noted)
    return found


def test_one_that_was_just_used_is_used_again_without_a_look(ours: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    assert connections.UNTESTED_SECONDS > 0
    monkeypatch.setattr(connections, "UNTESTED_SECONDS", 3_600)
    first = ours.client_id()
    found = looks(ours, monkeypatch)
    assert [ours.client_id() for _ in range(5)] == [first] * 5
    assert not found


def test_one_that_the_server_closed_while_it_rested_is_replaced_unnoticed(
    ours: Redis, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hosted servers and proxies close what was not used for some minutes."""
    first = ours.client_id()
    monkeypatch.setattr(connections, "UNTESTED_SECONDS", 0)
    redis.client_kill_filter(_id=str(first))
    assert ours.client_id() != first


def test_one_that_the_server_closed_just_now_fails_once(
    ours: Redis, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "UNTESTED_SECONDS", 3_600)  # whatever this machine does meanwhile
    first = ours.client_id()
    redis.client_kill_filter(_id=str(first))
    with pytest.raises(RedisConnectionError):
        ours.client_id()
    assert ours.client_id() != first


def test_one_whose_answer_did_not_come_is_not_used_again(redis_server: RedisChoice, redis: Redis) -> None:
    """The late answer would pass for that of the next command."""
    with connections.connect(redis_server.url, timeout=0.2) as hasty:
        assert hasty.ping()
        redis.client_pause(600)
        with pytest.raises(RedisTimeoutError):
            hasty.echo("late")
        redis.client_unpause()
        assert hasty.echo("next") == b"next"


def test_nobody_is_asked_before_a_sentinel_has_named_a_primary() -> None:
    """A connection that failed must not go another way the next time: to localhost, where another Redis may be."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        url = f"redis://127.0.0.1:{other.getsockname()[1]}"
        with connections.connect(url, timeout=1, connection_class=Nowhere) as nowhere:
            for _ in range(3):
                with pytest.raises(RedisConnectionError, match="no Sentinel has named"):
                    nowhere.ping()
        other.settimeout(0)
        with pytest.raises(BlockingIOError):
            other.accept()


def test_those_of_a_parent_are_left_alone(ours: Redis) -> None:
    first = ours.client_id()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writer, str(ours.client_id()).encode())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert os.read(reader, 20).decode() not in {"", str(first)}
    os.close(reader)
    os.close(writer)
    assert ours.client_id() == first


def test_all_are_closed_at_once(ours: Redis, redis: Redis) -> None:
    pool = ours.connection_pool
    used = [pool.get_connection() for _ in range(3)]
    for each in used[1:]:
        pool.release(each)
    pool.disconnect(inuse_connections=False)
    assert [each.is_connected for each in used] == [True, False, False]
    pool.release(used[0])
    assert redis.ping()


def test_an_answer_that_nobody_waited_for_is_not_that_of_the_next_read(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when Ctrl-C ends a command's wait."""
    backend = services.backend
    backend.set_raw("one", b"1")
    backend.set_raw("two", b"2")
    read, here = AbstractConnection.read_response, [threading.get_ident()]

    def interrupted(*arguments: Any, **more: Any) -> Any:
        if here and threading.get_ident() == here[0]:  # once, and not in the relay's thread
            here.clear()
            raise KeyboardInterrupt
        return read(*arguments, **more)

    monkeypatch.setattr(AbstractConnection, "read_response", interrupted)
    with pytest.raises(KeyboardInterrupt):
        backend.raw_many(["one"])
    assert backend.raw_many(["two"]) == [b"2"]
    backend.delete_many("one", "two")
