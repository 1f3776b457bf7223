"""Who loads what is missing, and what becomes of it: once, together, and only while the lease stands."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock
from time import sleep
from typing import TYPE_CHECKING, Any

import pytest

from feedapp import timing
from feedapp.cache.catalogue import envelope, keys
from feedapp.cache.catalogue.declarations import START
from feedapp.cache.protocol.page_reads import CacheReads
from feedapp.pagination import Slice
from feedapp.reading.viewers import Credentials
from tests.support.copies import held

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from redis import Redis

    from feedapp.cache.catalogue.declarations import Key
    from feedapp.wiring import Services
    from tests.support.people import Somebody

LIFETIMES = keys.lifetimes({})


def stored(redis: Redis, name: str) -> bytes | None:
    found = redis.get("test:" + name)
    assert found is None or isinstance(found, bytes)
    return found


def test_two_hundred_readers_of_a_cold_key_load_it_once(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timing, "LEASE_MILLISECONDS", 60_000)
    cache = CacheReads(services.backend, lifetimes=LIFETIMES, patience=20)
    loads, lock, start = [], Lock(), Barrier(200)
    key = keys.POST.key(1)

    def load(asked: Sequence[Key]) -> dict[Key, Any]:
        with lock:
            loads.append(asked)
        sleep(0.05)
        return {each: {"body": "x"} for each in asked}

    def read() -> Any:
        start.wait()
        return cache.facts([key], load)

    with ThreadPoolExecutor(200) as readers:
        answers = [each.result() for each in [readers.submit(read) for _ in range(200)]]
    assert answers == [{key: {"body": "x"}}] * 200
    assert len(loads) == 1


def test_two_hundred_readers_of_a_cold_feed_load_its_page_and_its_facts_once(
    services: Services, people: Callable[..., Somebody], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timing, "LEASE_MILLISECONDS", 60_000)
    ada = Credentials.of(people("ada").token, kind="api")
    for number in range(5):
        services.posts.publish(ada, body=f"post {number}")
    services.backend.clear()
    monkeypatch.setattr(services.cache_reads, "_patience", 20)
    pages, facts, start = [], [], Barrier(200)
    load_page, load_facts = services.reading._pages.load, services.reading._facts.load

    def slow_page(*args: Any, **kwargs: Any) -> Any:
        pages.append(args)
        sleep(0.05)
        return load_page(*args, **kwargs)

    def slow_facts(wanted: Any) -> Any:
        facts.append(wanted)
        sleep(0.05)
        return load_facts(wanted)

    monkeypatch.setattr(services.reading._pages, "load", slow_page)
    monkeypatch.setattr(services.reading._facts, "load", slow_facts)

    def read() -> list[str]:
        start.wait()
        with services.cache_reads.request():
            view = services.feeds.public(Credentials("api"), cursor=None, limit=20)
        return [post.body for post in view.posts.items]

    with ThreadPoolExecutor(200) as readers:
        answers = [each.result() for each in [readers.submit(read) for _ in range(200)]]
    assert answers == [[f"post {number}" for number in reversed(range(5))]] * 200
    assert len(pages) == 1
    loaded = [(kind, ids) for wanted in facts for kind, all_ids in wanted.items() for ids in all_ids]
    assert len(loaded) == len(set(loaded)) == 5 * 3 + 1


def test_the_misses_of_one_request_are_loaded_together(services: Services, redis: Redis) -> None:
    cache = CacheReads(services.backend, lifetimes=LIFETIMES)
    asked: list[Sequence[Key]] = []

    def load(keys_: Sequence[Key]) -> dict[Key, Any]:
        asked.append(keys_)
        return dict.fromkeys(keys_, 7)

    counts = [keys.POST_LIKES_COUNT.key(number) for number in range(50)]
    assert cache.facts(counts[:10], load) == dict.fromkeys(counts[:10], 7)
    assert cache.facts(counts, load) == dict.fromkeys(counts, 7)
    assert [len(keys_) for keys_ in asked] == [10, 40]


def test_a_key_of_another_type_makes_nobody_wait(services: Services, redis: Redis) -> None:
    """What was claimed beside it is claimed still when all is sent once more."""
    cache = CacheReads(services.backend, lifetimes=LIFETIMES, patience=60)
    counts = [keys.POST_LIKES_COUNT.key(number) for number in (1, 2)]
    redis.lpush("test:" + counts[1].name, "not ours")
    with ThreadPoolExecutor(1) as reader:
        assert reader.submit(cache.facts, counts, lambda asked: dict.fromkeys(asked, 5)).result(30)
    assert [envelope.decode(stored) for stored in services.backend.raw_many([key.name for key in counts])] == [5, 5]


def test_a_reader_whose_patience_runs_out_loads_and_stores_nothing(services: Services, redis: Redis) -> None:
    cache = CacheReads(services.backend, lifetimes=LIFETIMES, patience=0.02)
    key = keys.POST_LIKES_COUNT.key(1)
    redis.set("test:" + key.name, b"L0123456789abcdef", px=5_000)
    assert cache.facts([key], lambda asked: dict.fromkeys(asked, 3)) == {key: 3}
    assert redis.get("test:" + key.name) == b"L0123456789abcdef"


def test_a_writer_is_waited_for_less_long_than_a_reader(services: Services, redis: Redis) -> None:
    """A hold whose writer cannot reach Redis any more stands for seconds; PostgreSQL can answer meanwhile."""
    cache = CacheReads(services.backend, lifetimes=LIFETIMES, patience=60)
    key, listing = keys.POST_LIKES_COUNT.key(1), keys.PUBLIC_FEED
    held = [key, *listing.stamps]
    services.backend.hold([each.name for each in held], "aaaa", 60_000)
    newest = Slice((), more=False, behind=False)
    with ThreadPoolExecutor(2) as readers:
        fact = readers.submit(cache.facts, [key], lambda asked: dict.fromkeys(asked, 3))
        page = readers.submit(cache.page, listing, (START, 20), lambda: newest)
        assert (fact.result(20), page.result(20)) == ({key: 3}, newest)
    assert all(redis.get("test:" + each.name)[:6] == b"W aaaa" for each in held)  # type: ignore[index]


def test_what_does_not_exist_leaves_no_key_behind(services: Services, redis: Redis) -> None:
    cache = CacheReads(services.backend, lifetimes=LIFETIMES)
    assert cache.facts([keys.POST.key(99)], lambda _: {}) == {}
    assert held(redis) == []


def test_a_load_that_fails_gives_its_leases_back(services: Services, redis: Redis) -> None:
    cache = CacheReads(services.backend, lifetimes=LIFETIMES)

    def fail(_: Sequence[Key]) -> dict[Key, Any]:
        raise RuntimeError("no database")

    with pytest.raises(RuntimeError, match="no database"):
        cache.facts([keys.POST.key(1)], fail)
    assert held(redis) == []


@pytest.mark.parametrize(
    "garbage",
    [b"", b"[", b"[]", b"{}", b"null", b"[1]", b'[0,{"id":1}]', b'[1,{"id":1},2]', b"\x80\x04K\x01.", b"W", b"L"],
)
def test_a_value_that_cannot_be_read_is_a_miss_and_is_replaced(
    services: Services, redis: Redis, garbage: bytes
) -> None:
    cache = CacheReads(services.backend, lifetimes=LIFETIMES)
    key = keys.POST_LIKES_COUNT.key(1)
    redis.set("test:" + key.name, garbage)
    assert cache.facts([key], lambda asked: dict.fromkeys(asked, 5)) == {key: 5}
    assert envelope.decode(stored(redis, key.name)) == 5


def test_a_stale_lease_cannot_fill(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timing, "LEASE_MILLISECONDS", 20)
    cache = CacheReads(services.backend, lifetimes=LIFETIMES)
    key = keys.POST_LIKES_COUNT.key(1)
    loads = []

    def load(asked: Sequence[Key]) -> dict[Key, Any]:
        loads.append(asked)
        if len(loads) == 1:
            sleep(0.05)
            monkeypatch.setattr(timing, "LEASE_MILLISECONDS", 60_000)
            cache.facts([key], lambda again: dict.fromkeys(again, 2))
        return dict.fromkeys(asked, 1)

    assert cache.facts([key], load) == {key: 2}
    assert cache.facts([key], load) == {key: 2}
    assert len(loads) == 1


@pytest.mark.parametrize("marker", [b"L0123456789abcdef", b"W aaaa@9999999999999"])
def test_what_replaces_dead_bytes_leaves_a_marker_alone_that_came_meanwhile(
    services: Services, redis: Redis, marker: bytes
) -> None:
    name = keys.POST.key(1).name
    redis.set("test:" + name, marker)
    offered = envelope.LEASE + b"fedcba9876543210"
    assert services.backend.offer([(name, offered, 3_000, b"[0,1]")]) == [marker]
    assert redis.get("test:" + name) == marker
