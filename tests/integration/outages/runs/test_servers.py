"""What was copied behind another fence is never served: of a database that was swapped, of a lagging server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redis import from_url
from sqlalchemy import text

from feedapp import timing
from feedapp.cache.catalogue import envelope, keys
from feedapp.cache.redis import fences
from feedapp.embedded import Redis as RedisServer
from tests.integration.outages.processes import ANONYMOUS, likes, state, try_again
from tests.support.deployments.ports import free_port

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from redis import Redis
    from sqlalchemy import Engine

    from feedapp.reading.viewers import Credentials
    from feedapp.wiring import Services


def test_a_database_that_was_swapped_is_noticed_at_the_next_read(
    own: Services, server: RedisServer, ada: Credentials, post_id: int
) -> None:
    """SWAPDB breaks no connection. What was swapped away has missed deletions when it is swapped back."""
    assert likes(own, post_id) == 0
    with from_url(server.url) as client:
        client.swapdb(0, 1)
        assert likes(own, post_id) == 0
        try_again(own)
        own.likes.like(ada, post_id)
        client.swapdb(0, 1)
    assert likes(own, post_id) == 1
    try_again(own)
    assert likes(own, post_id) == 1


def test_what_was_swapped_back_after_long_is_dropped(
    own: Services, server: RedisServer, ada: Credentials, post_id: int, engine: Engine
) -> None:
    """The outbox has forgotten what was deleted meanwhile."""
    assert likes(own, post_id) == 0
    with from_url(server.url) as client:
        client.swapdb(0, 1)
        assert likes(own, post_id) == 0
        try_again(own)
        own.likes.like(ada, post_id)
        with engine.begin() as connection:
            connection.execute(text("DELETE FROM outbox"))
            connection.execute(text("UPDATE cache_histories SET cleaned_before = clock_timestamp()"))
        client.swapdb(0, 1)
    assert likes(own, post_id) == 1
    try_again(own)
    assert likes(own, post_id) == 1


def test_a_server_that_became_the_copy_of_a_lagging_one_is_noticed_at_the_next_read(
    own: Services, server: RedisServer, ada: Credentials, post_id: int, tmp_path: Path
) -> None:
    """REPLICAOF and back, connections open: it holds what the other held, with fewer deletions counted."""
    assert likes(own, post_id) == 0
    with RedisServer(tmp_path / "lagging") as lagging, from_url(server.url) as one, from_url(lagging.url) as other:
        follow(other, one)
        other.replicaof("NO", "ONE")
        own.likes.like(ada, post_id)
        follow(one, other)
        one.replicaof("NO", "ONE")
        assert likes(own, post_id) == 1
        try_again(own)
        assert state(own) == "trusted"
        assert likes(own, post_id) == 1


def follow(replica: Redis, primary: Redis) -> None:
    for client in (replica, primary):
        client.config_set("protected-mode", "no")
        client.config_set("repl-diskless-sync-delay", 0)
    port = free_port_of(primary)
    replica.replicaof("127.0.0.1", port)
    while replica.info("replication")["master_link_status"] != "up":
        pass


def free_port_of(client: Redis) -> int:
    port = free_port()
    client.config_set("bind", "127.0.0.1")
    client.config_set("port", port)
    return port


def test_a_replica_is_not_read_from_as_if_it_were_the_primary(
    own: Services, server: RedisServer, post_id: int, tmp_path: Path
) -> None:
    assert likes(own, post_id) == 0
    with from_url(server.url) as client:
        client.replicaof("127.0.0.1", 1)
        try_again(own)
        assert state(own) == "away"
        client.replicaof("NO", "ONE")
        try_again(own)
        assert state(own) == "trusted"


def test_values_and_stamps_of_another_version_are_no_error_and_stay(own: Services, post_id: int) -> None:
    """Old and new code beside each other on one Redis: neither fails, neither drops what the other has."""
    stamp = keys.PUBLIC_FEED.stamps[0].name
    foreign = envelope.encode("of another version").replace(
        b"[%d," % envelope.VERSION, b"[%d," % (envelope.VERSION + 1)
    )
    own.backend.set_raw(stamp, foreign)
    own.backend.set_raw("user:99", foreign)
    page = own.feeds.public(ANONYMOUS, cursor=None, limit=20).posts
    assert [post.id for post in page.items] == [post_id]
    assert own.backend.get("posts:feed:public:start:20") is not None, "it is kept"
    own.backend.trust.lose("a start")
    try_again(own)
    assert own.backend.raw_many([stamp, "user:99"]) == [foreign, foreign]


def test_a_fence_that_nobody_signed_is_left_alone_at_first_and_then_taken_over(
    own: Services, post_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever put it up is dropping old copies, or has died at it."""
    own.backend.set_raw(keys.FENCE.key(0).name, str(7 << fences.COUNT_BITS).encode())
    assert likes(own, post_id) == 0
    for _ in range(2):
        try_again(own)
        assert state(own) == "away"
    monkeypatch.setattr(timing, "TAKE_OVER", 0)
    try_again(own)
    assert state(own) == "trusted"
