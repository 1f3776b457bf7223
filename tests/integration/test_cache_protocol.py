"""The promise under forced interleavings, and that each test turns red when the protocol is broken on purpose."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock, Thread
from time import sleep
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from feedapp import timing
from feedapp.cache.catalogue import envelope, keys
from feedapp.cache.catalogue.declarations import START
from feedapp.cache.catalogue.invalidation.content import post_edited, post_liked
from feedapp.cache.protocol.page_reads import CacheReads
from feedapp.cache.protocol.writes import CacheWrites, Hold
from feedapp.cache.redis.connections import Address
from feedapp.errors import ConflictError
from feedapp.pagination import Slice
from feedapp.reading.viewers import Credentials
from tests.support.copies import held
from tests.support.interleavings import INTERLEAVINGS, a_page_loaded_before_a_post_is_not_valid_after_it, after_load
from tests.support.mistakes import MISTAKES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask.testing import FlaskClient
    from redis import Redis

    from feedapp.cache.catalogue.declarations import Key
    from feedapp.wiring import Services
    from tests.support.interleavings import Stage
    from tests.support.people import Somebody

LIFETIMES = keys.lifetimes({})


def stored(redis: Redis, name: str) -> bytes | None:
    found = redis.get("test:" + name)
    assert found is None or isinstance(found, bytes)
    return found


@pytest.mark.parametrize("interleaving", INTERLEAVINGS, ids=lambda interleaving: interleaving.__name__)
def test_the_promise_holds_when(stage: Stage, interleaving: Callable[[Stage], None]) -> None:
    interleaving(stage)


def test_a_stamp_read_before_the_sql_protects_a_page_even_without_its_lease(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    MISTAKES["unguarded-fill"](monkeypatch.setattr)
    a_page_loaded_before_a_post_is_not_valid_after_it(stage)


def test_a_reader_whose_fill_is_refused_still_answers_with_what_is_true_now(stage: Stage) -> None:
    with after_load(stage.services.reading._facts, lambda: stage.services.likes.like(stage.ada, stage.post_id)):
        assert stage.post().likes_count == 1


@pytest.mark.parametrize("giving_up", ["rename", "leave"])
def test_a_name_that_is_taken_at_once_does_not_lead_to_whoever_gave_it_up(
    client: FlaskClient,
    people: Callable[..., Somebody],
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
    giving_up: str,
) -> None:
    """Redis is full, so nothing is held, and whoever gives up the name has not deleted yet what was cached of it."""
    ada = people("ada", display_name="the first")
    assert client.get("/api/users/ada").get_json()["display_name"] == "the first"
    forget = CacheWrites.forget
    shown: list[str] = []

    def after_somebody_took_it(self: CacheWrites, hold: Hold, **named: Any) -> str | None:
        if not shown:
            shown.append("")  # this write deletes, too
            try:
                services.accounts.join(
                    username="ada", password="a good password", display_name="the second", by_operator=True
                )
            except ConflictError:  # not given up yet
                shown.clear()
            else:
                shown.append(client.get("/api/users/ada").get_json()["display_name"])
        return forget(self, hold, **named)

    monkeypatch.setattr(CacheWrites, "hold", lambda _, stale, *, writer: Hold(writer, list(dict.fromkeys(stale)), []))
    monkeypatch.setattr(CacheWrites, "forget", after_somebody_took_it)
    if giving_up == "rename":
        client.patch("/api/me", headers=ada.headers, json={"username": "bea", "current_password": ada.password})
    else:
        client.delete("/api/me", headers=ada.headers, json={"current_password": ada.password})
    assert shown == ["", "the second"]


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


FOREIGN = ["post:{post_id}", "post:{post_id}:likes:count", "posts:feed:public:start:10", "posts:feed:public:stamp"]


@pytest.mark.parametrize("key", FOREIGN)
def test_a_key_of_another_type_is_a_miss_and_gives_way(stage: Stage, redis: Redis, key: str) -> None:
    """Somebody else's list does not keep a page from being cached, nor a write from being delivered."""
    name = "test:" + key.format(post_id=stage.post_id)
    for ask in (stage.post, stage.public):
        redis.delete(name)
        redis.lpush(name, "not ours")
        ask()
        assert stage.services.backend.trust.state == "trusted"
    stage.post()
    stage.public()
    assert redis.type(name) == b"string"
    redis.delete(name)
    redis.lpush(name, "not ours")
    stage.services.likes.like(stage.ada, stage.post_id)
    stage.services.posts.edit(stage.ada, stage.post_id, body="edited")
    stage.services.posts.publish(stage.ada, body="second")
    assert stage.post().likes_count == 1
    assert stage.public() == ["second", "edited"]
    assert stage.services.backend.trust.state == "trusted"
    assert not stage.services.relay._outbox.depth()


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
    """A page goes by a plain command, which gives back what it held."""
    loading, loaded = (keys.PUBLIC_FEED.page(START, size).name for size in (10, 20))
    redis.set("test:" + loading, b"L0123456789abcdef")
    redis.set("test:" + loaded, envelope.encode([1]))
    deleted = services.backend.delete_many(loading, loaded, writer="aaaa", never_held={loading, loaded})
    assert deleted == [loaded]
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


def test_a_release_leaves_the_holds_of_others_their_time(services: Services, redis: Redis) -> None:
    """Else a writer that dies would keep readers away for good."""
    backend, key = services.backend, keys.POST_LIKES_COUNT.key(1)
    for writer in ("aaaa", "bbbb"):
        backend.hold([key.name], writer, 5_000)
    backend.delete_many(key.name, writer="aaaa")
    assert redis.pttl("test:" + key.name) > 0


@pytest.mark.parametrize("marker", [b"L0123456789abcdef", b"W aaaa@9999999999999"])
def test_what_replaces_dead_bytes_leaves_a_marker_alone_that_came_meanwhile(
    services: Services, redis: Redis, marker: bytes
) -> None:
    name = keys.POST.key(1).name
    redis.set("test:" + name, marker)
    offered = envelope.LEASE + b"fedcba9876543210"
    assert services.backend.offer([(name, offered, 3_000, b"[0,1]")]) == [marker]
    assert redis.get("test:" + name) == marker


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


def test_a_home_feed_has_a_post_that_came_while_its_reader_began_to_follow(
    stage: Stage, people: Callable[..., Somebody], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A post reads its author's followers; a follow that it cannot see must commit, and forget its feed, after it."""
    bob = stage.bob
    assert [post.body for post in stage.services.feeds.home(bob, cursor=None, limit=10).posts.items] == []
    reached, following = stage.services.posts._reached, []

    def follow() -> None:
        with stage.app.app_context():
            stage.services.follows.follow(bob, username="ada")

    def reading_followers(*given: Any) -> Any:
        found = reached(*given)
        follower = Thread(target=follow)
        follower.start()
        follower.join(0.3)
        following.append(follower)
        with stage.app.app_context():
            stage.services.feeds.home(bob, cursor=None, limit=10)
        return found

    monkeypatch.setattr(stage.services.posts, "_reached", reading_followers)
    stage.services.posts.publish(stage.ada, body="new")
    following[0].join(10)
    feed = stage.services.feeds.home(bob, cursor=None, limit=10).posts.items
    assert [post.body for post in feed] == ["new", "first"]
