"""What a write could not delete is deleted by whichever process reaches Redis, before any copy is trusted again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
import pytest
from redis.exceptions import TimeoutError as RedisTimeoutError
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from feedapp.cache.catalogue import envelope, keys
from feedapp.cache.protocol.writes import CacheWrites
from tests.integration.outages.processes import depth, likes, make_overdue, state, try_again

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from feedapp.embedded import Redis as RedisServer
    from feedapp.reading.viewers import Credentials
    from feedapp.wiring import Services


def test_a_confirmed_write_leaves_nothing_to_deliver(own: Services, post_id: int, engine: Engine) -> None:
    assert depth(engine) == 0
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM outbox")).scalar_one() > 0


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
    monkeypatch.setattr("feedapp.cache.protocol.writes.CacheWrites.forget", lambda *_, **__: None)
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
    assert envelope.is_marker(own.backend.raw_many([key.name])[0])
    CacheWrites(own.backend).forget(hold)
    assert own.backend.raw_many([key.name]) == [None]


def test_the_relay_takes_away_the_hold_of_the_write_that_it_delivers(
    own: Services, other: Services, ada: Credentials, post_id: int, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedapp.cache.protocol.writes.CacheWrites.forget", lambda *_, **__: None)
    own.likes.like(ada, post_id)
    make_overdue(engine)
    try_again(other)
    assert other.backend.raw_many([keys.POST_LIKES_COUNT.key(post_id).name]) == [None]


def test_after_a_failover_the_last_minute_is_deleted_again(
    own: Services, server: RedisServer, ada: Credentials, post_id: int, engine: Engine
) -> None:
    """A replica that was promoted continues the history, but may lack the last deletions."""
    assert likes(own, post_id) == 0
    own.likes.like(ada, post_id)
    lagging = keys.POST_LIKES_COUNT.key(post_id)
    own.backend.set(lagging.name, 0)
    change_signature(own, run="that of the server before")
    with engine.begin() as connection:
        connection.execute(text("UPDATE outbox SET confirmed_run = 'that of the server before'"))
        connection.execute(text("DELETE FROM outbox_deliveries"))
    own.backend.trust.lose("failover")
    try_again(own)
    assert state(own) == "trusted"
    assert likes(own, post_id) == 1


def change_signature(services: Services, **changes: object) -> None:
    mark = keys.INCARNATION.key(0).name
    (signed,) = services.backend.raw_many([mark])
    services.backend.set_raw(mark, orjson.dumps({**orjson.loads(signed or b""), **changes}))


def test_what_was_deleted_in_another_run_of_redis_is_deleted_in_this_one_too(
    own: Services, ada: Credentials, post_id: int, engine: Engine
) -> None:
    """A process that has not noticed a failover yet deletes at the old server, and thinks that this was all."""
    assert likes(own, post_id) == 0
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE outbox SET confirmed_run = 'of another server', confirmed_at = now() WHERE id = 1")
        )
        connection.execute(text("DELETE FROM outbox_deliveries"))
        key = keys.POST_LIKES_COUNT.key(post_id).name
        connection.execute(text("UPDATE outbox SET keys = ARRAY[:key] WHERE id = 1"), {"key": key})
    own.backend.set(key, 7)
    try_again(own)
    assert state(own) == "trusted"
    assert own.backend.get(key) is None


def test_copies_of_a_replica_that_lags_by_more_than_the_outbox_keeps_are_dropped(
    own: Services, post_id: int, engine: Engine
) -> None:
    assert likes(own, post_id) == 0
    with engine.begin() as connection:
        connection.execute(text("UPDATE cache_histories SET cleaned_before = clock_timestamp()"))
    change_signature(own, run="of the primary")
    own.backend.trust.lose("failover")
    try_again(own)
    assert state(own) == "trusted"
    assert own.backend.get(keys.POST_LIKES_COUNT.key(post_id).name) is None


def test_each_run_of_redis_gets_a_row_once_and_none_takes_it_back_from_another(own: Services, post_id: int) -> None:
    """With two processes that reach different servers, neither must begin again because of the other."""
    outbox = own.relay._outbox
    rows = set(outbox.undelivered(run="one", overdue=True))
    assert rows
    for run in ("one", "two"):
        outbox.confirm(sorted(rows), run=run)
    assert not rows & {*outbox.undelivered(run="one", overdue=True)}
    assert not rows & {*outbox.undelivered(run="two", overdue=True)}
    assert rows <= {*outbox.undelivered(run="three", overdue=True)}


def test_a_write_waits_for_each_run_in_which_its_row_is_not_delivered(
    own: Services, post_id: int, engine: Engine
) -> None:
    row = max(own.relay._outbox.undelivered(run="none"))
    readers = own.relay._registry._readers
    for run in ("one", "two", "three"):
        readers.enter(f"reads {run}", run=run)
    for delivered, missing in (("one", {"two", "three"}), ("two", {"three"}), ("two", {"three"}), ("three", set())):
        own.relay._outbox.confirm([row], run=delivered)
        waited_for = {each.removeprefix("reads ") for each in readers.who_may_miss(row, beside="")}
        assert waited_for == missing, "and each run stands there once"
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT run FROM outbox_deliveries WHERE outbox_id = :row"), {"row": row})
        assert {"two", "three"} <= set(kept.scalars())


def test_a_row_that_a_process_of_the_version_before_has_confirmed_in_two_runs_is_delivered_once_more(
    own: Services, ada: Credentials, post_id: int, engine: Engine
) -> None:
    """It puts them into one column, with a space between. Too much is deleted then, and never too little."""
    outbox = own.relay._outbox
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM outbox_deliveries"))
        connection.execute(text("UPDATE outbox SET confirmed_run = 'one two'"))
    rows = set(outbox.undelivered(run="one"))
    assert rows
    outbox.confirm(sorted(rows), run="one")
    assert not rows & {*outbox.undelivered(run="one")}
    assert rows <= {*outbox.undelivered(run="two")}
