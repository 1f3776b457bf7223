"""What a writer holds and deletes, and what is confirmed of it."""

from __future__ import annotations

from time import sleep
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from feedapp.cache.catalogue import envelope, keys
from feedapp.cache.catalogue.declarations import START
from feedapp.cache.catalogue.invalidation.content import post_edited, post_liked
from feedapp.cache.protocol.page_reads import CacheReads
from feedapp.cache.protocol.writes import CacheWrites
from feedapp.cache.redis.connections import Address

if TYPE_CHECKING:
    import pytest
    from redis import Redis

    from feedapp.wiring import Services
    from tests.support.stage import Stage

LIFETIMES = keys.lifetimes({})


def stored(redis: Redis, name: str) -> bytes | None:
    found = redis.get("test:" + name)
    assert found is None or isinstance(found, bytes)
    return found


def test_while_a_writer_holds_a_key_nobody_reads_or_stores_the_old_value(services: Services, redis: Redis) -> None:
    cache = CacheReads(services.backend, lifetimes=LIFETIMES, patience=0.05)
    key = keys.POST.key(1)
    cache.facts([key], lambda asked: {each: {"body": "old"} for each in asked})
    writes = CacheWrites(services.backend)
    hold = writes.hold(post_edited(post_id=1))
    assert cache.facts([key], lambda asked: {each: {"body": "new"} for each in asked}) == {key: {"body": "new"}}
    assert envelope.decode(stored(redis, key.name)) is envelope.MISS
    writes.forget(hold)
    assert redis.get("test:" + key.name) is None


def test_a_lease_on_a_page_goes_with_it_and_counts_as_nothing(services: Services, redis: Redis) -> None:
    loading, loaded = (keys.PUBLIC_FEED.page(START, size).name for size in (10, 20))
    redis.set("test:" + loading, b"L0123456789abcdef")
    redis.set("test:" + loaded, envelope.encode([1]))
    assert services.backend.delete_many(loading, loaded, writer="aaaa") == [loaded]
    assert redis.exists("test:" + loading, "test:" + loaded) == 0


def test_a_writer_that_is_done_leaves_the_holds_of_others_standing(services: Services, redis: Redis) -> None:
    writes = CacheWrites(services.backend)
    name = "test:" + keys.POST_LIKES_COUNT.key(1).name
    first = writes.hold(post_liked(post_id=1, user_id=1))
    second = writes.hold(post_liked(post_id=1, user_id=2))
    writes.forget(first)
    assert envelope.is_marker(stored(redis, keys.POST_LIKES_COUNT.key(1).name))
    writes.forget(second)
    assert redis.get(name) is None


def test_the_hold_of_a_writer_that_died_runs_out(
    services: Services, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedapp.timing.HOLD_MILLISECONDS", 50)
    writes = CacheWrites(services.backend)
    writes.hold(post_edited(post_id=1))
    sleep(0.1)
    cache = CacheReads(services.backend, lifetimes=LIFETIMES)
    key = keys.POST.key(1)
    assert cache.facts([key], lambda asked: {each: {"body": "new"} for each in asked}) == {key: {"body": "new"}}
    assert envelope.decode(stored(redis, key.name)) == {"body": "new"}


def test_a_dead_writers_hold_does_not_live_on_in_those_that_come_after(
    services: Services, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    writes = CacheWrites(services.backend)
    monkeypatch.setattr("feedapp.timing.HOLD_MILLISECONDS", 50)
    writes.hold(post_edited(post_id=1))
    sleep(0.1)
    monkeypatch.setattr("feedapp.timing.HOLD_MILLISECONDS", 5_000)
    writes.forget(writes.hold(post_edited(post_id=1)))
    assert redis.get("test:" + keys.POST.key(1).name) is None


def test_a_release_leaves_the_holds_of_others_their_time(services: Services, redis: Redis) -> None:
    """Else a writer that dies would keep readers away for good."""
    backend, key = services.backend, keys.POST_LIKES_COUNT.key(1)
    for writer in ("aaaa", "bbbb"):
        backend.hold([key.name], writer, 5_000)
    backend.delete_many(key.name, writer="aaaa")
    assert redis.pttl("test:" + key.name) > 0


def test_what_was_delivered_while_trust_was_lost_is_not_confirmed(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have been deleted at who knows which server."""
    backend, relay = stage.services.backend, stage.services.relay
    with stage.engine.begin() as connection:
        connection.execute(text("INSERT INTO outbox (keys, created_at) VALUES (ARRAY['post:1'], to_timestamp(0))"))
    release = backend.release

    def released(parcels: Any) -> Any:
        done = release(parcels)
        backend.trust.lose("meanwhile")
        return done

    monkeypatch.setattr(backend, "release", released)
    monkeypatch.setattr(backend.trust, "seek", lambda: None)
    relay.work()
    assert relay._outbox.depth() == 1


def test_what_a_write_deleted_while_trust_was_lost_and_found_again_is_not_confirmed(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend, relay = stage.services.backend, stage.services.relay
    delete_many = backend.delete_many

    def deleted(*names: str, **how: Any) -> Any:
        done = delete_many(*names, **how)
        backend.trust.lose("meanwhile")
        relay.work()
        assert backend.trust.state == "trusted"
        return done

    hold = CacheWrites(backend).hold([keys.POST.key(stage.post_id)])
    monkeypatch.setattr(backend, "delete_many", deleted)
    assert CacheWrites(backend).forget(hold) is None


def test_only_a_run_that_began_empty_takes_over_what_was_confirmed_elsewhere(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a cluster, one server may be empty and the others not."""
    relay, key = stage.services.relay, keys.POST_LIKES_COUNT.key(99).name
    with stage.engine.begin() as connection:
        connection.execute(
            text("INSERT INTO outbox (keys, confirmed_at, confirmed_run) VALUES (ARRAY[:key], now(), 'elsewhere')"),
            {"key": key},
        )
    stage.services.backend.set(key, 7)
    join = relay._fences.join
    one_of_several: set[Address | None] = {Address("one", 1)}

    def joining(*which: Any, **how: Any) -> Any:
        return join(*which, **how)._replace(emptied=one_of_several)

    monkeypatch.setattr(relay._fences, "join", joining)
    stage.services.backend.trust.lose("a failover of one server")
    relay.work()
    assert stage.services.backend.get(key) is None
