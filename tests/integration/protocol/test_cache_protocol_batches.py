"""Many keys in one command: each is decided for itself, and half of a batch is as good as none of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from redis.connection import AbstractConnection
from redis.exceptions import ConnectionError as RedisConnectionError

from feedapp.cache.catalogue import envelope, keys
from feedapp.cache.protocol.page_reads import CacheReads
from feedapp.cache.protocol.writes import CacheWrites
from feedapp.cache.redis import scripts
from feedapp.cache.redis.batches import MOST_IN_SCRIPT
from tests.support.batches.interleavings import broken_off

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redis import Redis

    from feedapp.cache.catalogue.declarations import Key
    from feedapp.wiring import Services
    from tests.support.stage import Stage

LEASE, OTHERS = b"L0123456789abcdef", b"Lfedcba9876543210"
COUNTS = [keys.POST_LIKES_COUNT.key(number) for number in range(1, 5)]
NAMES = [key.name for key in COUNTS]
VALUE = envelope.encode(7)


def held(redis: Redis, names: Sequence[str]) -> list[Any]:
    return [redis.get("test:" + name) for name in names]


def test_of_a_claim_each_key_is_won_or_lost_for_itself(services: Services, redis: Redis) -> None:
    empty, loading, loaded, dead = NAMES
    redis.set("test:" + loading, OTHERS)
    redis.set("test:" + loaded, VALUE)
    redis.set("test:" + dead, b"[0,1]")
    offers = [(name, LEASE, 60_000, b"[0,1]" if name == dead else None) for name in NAMES]
    assert services.backend.offer(offers) == [None, OTHERS, VALUE, None]
    assert held(redis, [empty, loading, loaded, dead]) == [LEASE, OTHERS, VALUE, LEASE]


def test_of_a_fill_each_key_is_stored_where_its_own_lease_stands(services: Services, redis: Redis) -> None:
    own, evicted, taken, given_up = NAMES
    for name, stored in ((own, LEASE), (taken, OTHERS), (given_up, LEASE)):
        redis.set("test:" + name, stored)
    filled = dict.fromkeys([own, evicted, taken], (VALUE, 60_000))
    assert services.backend.fill(LEASE, filled, [given_up]) == [True, False, False]
    assert held(redis, NAMES) == [VALUE, None, OTHERS, None]


def test_who_wins_some_keys_loads_those_and_takes_the_others_from_whoever_loads_them(
    services: Services, redis: Redis
) -> None:
    cache = CacheReads(services.backend, lifetimes=keys.lifetimes({}), patience=20)
    asked: list[Key] = []
    redis.set("test:" + NAMES[1], OTHERS)

    def load(wanted: Sequence[Key]) -> dict[Key, Any]:
        asked.extend(wanted)
        redis.set("test:" + NAMES[1], VALUE)  # the other is through
        return dict.fromkeys(wanted, 1)

    assert cache.facts(COUNTS, load) == {COUNTS[0]: 1, COUNTS[1]: 7, COUNTS[2]: 1, COUNTS[3]: 1}
    assert asked == [COUNTS[0], COUNTS[2], COUNTS[3]]


def test_a_write_between_claim_and_fill_of_some_keys_refuses_those_only(services: Services, redis: Redis) -> None:
    cache, writes = CacheReads(services.backend, lifetimes=keys.lifetimes({})), CacheWrites(services.backend)
    turns: list[Sequence[Key]] = []

    def load(wanted: Sequence[Key]) -> dict[Key, Any]:
        turns.append(wanted)
        if len(turns) == 1:
            writes.forget(writes.hold(COUNTS[1:3]))
        return dict.fromkeys(wanted, len(turns))

    assert cache.facts(COUNTS, load) == dict(zip(COUNTS, [1, 2, 2, 1], strict=True))
    assert turns == [COUNTS, COUNTS[1:3]]


def test_a_server_that_has_forgotten_the_scripts_is_sent_them_again(services: Services, redis: Redis) -> None:
    """Also if several stand in one trip, of which it does not know any."""
    writes, many = CacheWrites(services.backend), [keys.POST.key(n) for n in range(MOST_IN_SCRIPT + 2)]
    names = [key.name for key in many]
    for _ in range(2):
        redis.script_flush()
        assert set(services.backend.offer([(name, LEASE, 60_000, None) for name in names])) == {None}
        redis.script_flush()
        assert set(services.backend.fill(LEASE, dict.fromkeys(names, (VALUE, 60_000)))) == {True}
        redis.script_flush()
        hold = writes.hold(many)
        assert hold.removed == names
        assert all(map(envelope.is_hold, held(redis, names[-3:])))
        redis.script_flush()
        assert writes.forget(hold) is not None
        assert redis.exists(*["test:" + name for name in names[-3:]]) == 0
    assert services.backend.trust.state == "trusted"


@pytest.mark.parametrize("sent", [0.5, 0.99], ids=["half", "nearly all"])
def test_half_a_deletion_is_not_confirmed_and_is_sent_again(
    stage: Stage, redis: Redis, monkeypatch: pytest.MonkeyPatch, sent: float
) -> None:
    """The connection breaks while the second of two scripts is written: some keys are deleted, some not."""
    many = [keys.POST_LIKES_COUNT.key(number) for number in range(900, 900 + 2 * MOST_IN_SCRIPT)]
    writes, breaking = CacheWrites(stage.services.backend), [True]
    whole, seek = AbstractConnection.send_packed_command, stage.services.backend.trust.seek
    hold = writes.hold(many)

    def half(self: AbstractConnection, command: Any, **more: Any) -> None:
        if not breaking:
            whole(self, command, **more)  # type: ignore[no-untyped-call]
            return
        breaking.clear()
        written = b"".join(command)
        whole(self, [written[: int(len(written) * sent)]], **more)  # type: ignore[no-untyped-call]
        raise RedisConnectionError("reset by peer")

    monkeypatch.setattr(AbstractConnection, "send_packed_command", half)
    monkeypatch.setattr(stage.services.backend.trust, "seek", lambda: None)
    assert writes.forget(hold) is None, "left to the outbox"
    assert held(redis, [key.name for key in many]) == [None] * len(many), "and deleted before the answer all the same"
    monkeypatch.setattr(stage.services.backend.trust, "seek", seek)
    stage.services.relay.work()


def test_half_a_claim_leaves_nothing_that_is_waited_for_long(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, redis: Redis
) -> None:
    """The answer to a claim does not come: the reader asks PostgreSQL, and its leases run out."""
    offer, lost = stage.services.backend.offer, [True]

    def losing(offers: Any) -> Any:
        answers = offer(offers)
        if lost:
            lost.clear()
            raise RedisConnectionError("reset by peer")
        return answers

    monkeypatch.setattr(stage.services.backend, "offer", losing)
    stage.services.backend.clear()
    assert stage.public() == ["first"]
    stage.services.relay.work()
    leases = [name for name in redis.scan_iter("test:*") if str(redis.get(name)).startswith("b'L")]
    assert all(0 < redis.pttl(name) <= 3_000 for name in leases)
    with stage.impatient():
        assert stage.public() == ["first"]


@pytest.mark.parametrize("script", [scripts.FILL, scripts.behind_fence(scripts.OFFER, counts=False)])
def test_half_a_fill_or_claim_is_read_past_and_stores_nothing(stage: Stage, redis: Redis, script: str) -> None:
    stage.services.backend.clear()
    with broken_off(stage, script):
        assert stage.public() == ["first"]
    if script == scripts.FILL or len(stage.services.backend._route.clients) == 1:  # a cluster's claims are by slot
        assert not [name for name in redis.scan_iter("test:post:*") if redis.get(name)[:1] == b"["]  # type: ignore[index]
    stage.services.likes.like(stage.ada, stage.post_id)
    stage.services.relay.work()
    with stage.impatient():
        assert stage.post().likes_count == 1


def test_a_key_that_comes_twice_is_released_for_both_writers(services: Services, redis: Redis) -> None:
    """The relay delivers several writes at once; what the first leaves standing must not bring its own hold back."""
    backend, name = services.backend, NAMES[0]
    for writer in ("aaaa", "bbbb"):
        backend.hold([name], writer, 60_000)
    backend.release([(name, "aaaa"), (name, "bbbb")])
    assert held(redis, [name]) == [None]
    for writer in ("aaaa", "bbbb", "cccc"):
        backend.hold([name], writer, 60_000)
    backend.release([(name, "aaaa"), (name, "bbbb")])
    (left,) = held(redis, [name])
    assert b"cccc" in left
    assert b"aaaa" not in left
    assert b"bbbb" not in left


def test_a_redis_that_is_full_takes_no_part_of_a_batch(services: Services, redis: Redis) -> None:
    """A script that has deleted something may write past the limit: batch by batch, that would be without one."""
    backend = services.backend
    for name in NAMES:
        redis.set("test:" + name, LEASE)
    servers = list(backend._route.clients.values())
    before = [server.config_get("maxmemory*") for server in servers]
    for server in servers:
        server.config_set("maxmemory-policy", "noeviction")
        server.config_set("maxmemory", 1)
    try:
        assert backend.fill(LEASE, dict.fromkeys(NAMES, (VALUE, 60_000))) == [False] * len(NAMES)
        assert held(redis, NAMES) == [None] * len(NAMES)
    finally:
        for server, were in zip(servers, before, strict=True):
            for name in ("maxmemory", "maxmemory-policy"):
                server.config_set(name, str(were[name]))
