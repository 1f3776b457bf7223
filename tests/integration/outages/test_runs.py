"""What was copied in another run is never served: of another history, another keyspace, another Redis."""

from __future__ import annotations

import shutil
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from flask_migrate import upgrade
from redis import from_url
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from feedapp import timing
from feedapp.cache.catalogue import envelope, keys
from feedapp.cache.redis import fences
from feedapp.embedded import Postgres
from feedapp.embedded import Redis as RedisServer
from feedapp.errors import UnauthenticatedError
from feedapp.postgres import database
from feedapp.reading.viewers import Credentials
from feedapp.writing import relay, unit_of_work
from tests.integration.outages.processes import ANONYMOUS, depth, likes, make_overdue, process, state, try_again
from tests.support.deployments.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from redis import Redis
    from sqlalchemy import Engine

    from config import Settings
    from feedapp.wiring import Services

PASSWORD = "a good password"
ROUNDS = 5


def sign_up(services: Services, name: str) -> Credentials:
    user_id = services.accounts.sign_up(username=name, password=PASSWORD)
    return Credentials.of(services.accounts.issue(user_id, "api").token, kind="api")


@contextmanager
def serving(services: Services) -> Iterator[Services]:
    services.relay.start()
    try:
        yield services
    finally:
        services.relay.stop()


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[Postgres]:
    started = Postgres(tmp_path / "postgres", durable=False)
    started.start()
    yield started
    started.stop()


@pytest.fixture
def restorable(running_app: Flask, postgres: Postgres, by_this_server: Settings) -> Settings:
    """The settings of a site whose PostgreSQL can be put back to an older state."""
    settings = replace(by_this_server, database_url=postgres.url)
    with process(settings):
        upgrade()
    return settings


def put_back_files(postgres: Postgres, backup: Path) -> None:
    """Replace what is in the directory, not the directory: by that the place of the socket is named."""
    postgres.stop()
    data = postgres.directory / "data"
    for each in data.iterdir():
        shutil.rmtree(each) if each.is_dir() and not each.is_symlink() else each.unlink()
    shutil.copytree(backup, data, symlinks=True, dirs_exist_ok=True)
    postgres.start()


def back_up_files(postgres: Postgres, backup: Path) -> None:
    postgres.stop()
    shutil.copytree(postgres.directory / "data", backup, symlinks=True)
    postgres.start()


def copy_database(postgres: Postgres, *, source: str, target: str) -> None:
    """Make one database out of another, as a restore from a dump does: the same rows in new tables."""
    engine = create_engine(
        database.address(postgres.url).replace("/feedapp?", "/postgres?"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {target} WITH (FORCE)"))
        connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{source}'"))
        connection.execute(text(f"CREATE DATABASE {target} TEMPLATE {source}"))
    engine.dispose()


@pytest.mark.parametrize("way", ["files", "dump"])
def test_what_a_restored_database_has_lost_is_shown_by_nobody_and_acts_for_nobody(
    restorable: Settings, postgres: Postgres, tmp_path: Path, way: str
) -> None:
    """Ids of lost rows come again. One process goes on through the restore, another one starts after it."""
    with process(restorable) as first:
        ada = sign_up(first, "ada")
    if way == "files":
        back_up_files(postgres, tmp_path / "backup")
    else:
        copy_database(postgres, source="feedapp", target="backup")
    with process(restorable) as own:
        with serving(own):
            lost, mallory = own.posts.publish(ada, body="lost").id, sign_up(own, "mallory")
            assert own.posts.show(ANONYMOUS, lost).body == "lost"
            assert own.viewers.require(mallory).person.username == "mallory"
        if way == "files":
            put_back_files(postgres, tmp_path / "backup")
        else:
            copy_database(postgres, source="backup", target="feedapp")
        for engine in own.engines:
            engine.dispose()
        with process(restorable) as other:
            new = other.posts.publish(ada, body="new").id
            newcomer = other.accounts.sign_up(username="newcomer", password=PASSWORD)
            assert (new, newcomer) == (lost, 2), "ids have come again"
            assert other.posts.show(ANONYMOUS, new).body == "new"
            assert own.posts.show(ANONYMOUS, new).body == "new", "by the process that was there before"
            for services in (own, other):
                with pytest.raises(UnauthenticatedError):
                    services.viewers.require(mallory)


def test_a_write_into_another_history_ends_the_trust_before_it_is_answered(
    restorable: Settings, postgres: Postgres
) -> None:
    """A pooler may lead a connection that is open to another server; the write itself says where it was written."""
    with process(restorable) as own:
        ada = sign_up(own, "ada")
        post_id = own.posts.publish(ada, body="first").id
        assert likes(own, post_id) == 0
        run = own.backend.trust.run
        assert run is not None
        own.backend.trust.run = run._replace(database="that of before")
        own.likes.like(ada, post_id)
        assert own.backend.trust.run is not run
        assert likes(own, post_id) == 1


def elsewhere(settings: Settings, what: str, stack: ExitStack, directory: Path) -> Settings:
    if what == "prefix":
        return replace(settings, cache_key_prefix="another:")
    if what == "database":
        return replace(settings, redis_url=settings.redis_url.replace("db=0", "db=1"))
    second = stack.enter_context(RedisServer(directory / "second"))
    return replace(settings, redis_url=second.url)


@pytest.mark.parametrize("what", ["prefix", "database", "server"])
def test_a_write_waits_for_those_who_read_from_another_keyspace(
    own: Services, by_this_server: Settings, ada: Credentials, post_id: int, tmp_path: Path, what: str
) -> None:
    """A setting is changed host by host: nothing is broken, and neither deletes where the other reads."""
    with ExitStack() as stack:
        settings = elsewhere(by_this_server, what, stack, tmp_path)
        other = stack.enter_context(process(settings))
        stack.enter_context(serving(own))
        stack.enter_context(serving(other))
        assert (state(own), state(other)) == ("trusted", "trusted")
        for _ in range(ROUNDS):
            for writer, reader in ((own, other), (other, own)):
                assert likes(reader, post_id) == likes(writer, post_id) == 0
                writer.likes.like(ada, post_id)
                assert likes(reader, post_id) == 1
                writer.likes.unlike(ada, post_id)
                assert likes(reader, post_id) == 0


def test_who_enters_another_keyspace_reads_when_the_others_know(
    own: Services, by_this_server: Settings, post_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before that, their writes would not wait: they look twice, since the first look may have begun too early."""
    own.relay._serves = True
    own.relay._return()
    with process(replace(by_this_server, cache_key_prefix="another:")) as other:
        starting = Thread(target=other.relay.start)
        starting.start()
        for _ in range(2):
            starting.join(0.2)
            assert starting.is_alive()
            own.relay.work()
        starting.join(10)
        assert not starting.is_alive()
        run = own.backend.trust.run
        assert run is not None
        assert not own.unit_of_work._readership.is_alone(run.name)
        other.relay.stop()
        own.relay.work()
        assert own.unit_of_work._readership.is_alone(run.name)


def test_a_process_that_stood_still_asks_before_it_answers_a_write(
    own: Services, by_this_server: Settings, ada: Credentials, post_id: int, engine: Engine
) -> None:
    """Its entry ran out while it stood still, so somebody may have entered without waiting for it to know."""
    own.relay._serves = True
    own.backend.trust.lose("begins to serve")
    own.relay.work()
    own.unit_of_work._readership._looked_at -= 2
    with process(replace(by_this_server, cache_key_prefix="another:")) as other:
        with engine.begin() as connection:
            connection.execute(text("UPDATE cache_readers SET renewed_at = renewed_at - interval '1 minute'"))
        with serving(other):
            assert likes(other, post_id) == 0
            own.likes.like(ada, post_id)
            assert likes(other, post_id) == 1


def test_a_command_with_another_prefix_revokes_tokens_for_all(
    own: Services, by_this_server: Settings, ada: Credentials
) -> None:
    with process(replace(by_this_server, cache_key_prefix="forgotten:")) as command, serving(own):
        own.viewers.require(ada)
        command.accounts.set_password(username="ada", password="another password")
        with pytest.raises(UnauthenticatedError):
            own.viewers.require(ada)


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
    stamp = keys.public_feed().stamps[0].name
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


def test_a_commit_in_doubt_keeps_its_holds_until_it_is_known_what_became_of_it(
    own: Services, other: Services, ada: Credentials, post_id: int, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection breaks at COMMIT, which arrives all the same: nobody may have stored the old state meanwhile."""
    assert likes(own, post_id) == 0
    session = own.unit_of_work._session
    with monkeypatch.context() as patched:
        patched.setattr(own.unit_of_work, "_commit", lost)
        patched.setattr(session, "rollback", lambda: None)
        with pytest.raises(OperationalError):
            own.likes.like(ada, post_id)
    for _ in range(2):
        assert likes(own, post_id) == 0
        try_again(own)
    key = keys.POST_LIKES_COUNT.key(post_id).name
    assert envelope.is_hold(own.backend.raw_many([key])[0])
    session.commit()
    assert likes(other, post_id) == likes(own, post_id) == 1, "in all that is read from then on"
    try_again(own)
    assert not envelope.is_hold(own.backend.raw_many([key])[0])
    assert depth(engine) == 0


def test_a_commit_in_doubt_that_did_not_happen_gives_its_holds_back(
    own: Services, ada: Credentials, post_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(own.unit_of_work, "_commit", lost)
        with pytest.raises(OperationalError):
            own.likes.like(ada, post_id)
    try_again(own)
    assert own.backend.raw_many([keys.POST_LIKES_COUNT.key(post_id).name]) == [None]


def lost(_deadline: float | None) -> None:
    raise OperationalError("COMMIT", {}, Exception("the connection was lost"))


@pytest.mark.parametrize(
    ("code", "in_doubt"), [(None, True), ("57P01", True), ("08006", True), ("40001", False), ("23505", False)]
)
def test_only_what_postgresql_refused_for_certain_is_no_doubt(code: str | None, in_doubt: bool) -> None:  # noqa: FBT001
    refusal = Exception("refused")
    refusal.pgcode = code  # type: ignore[attr-defined]
    assert unit_of_work._is_in_doubt(OperationalError("COMMIT", {}, refusal)) is in_doubt


def test_a_row_that_somebody_has_locked_keeps_no_relay_waiting(
    own: Services, other: Services, ada: Credentials, post_id: int, engine: Engine
) -> None:
    """A host may lose PostgreSQL in the middle of a statement, and its transaction hang."""
    own.backend.trust.lose("cut off")
    own.backend.trust.seek = lambda: None
    own.likes.like(ada, post_id)
    make_overdue(engine)
    with engine.connect() as hanging:
        hanging.execute(text("SELECT FROM outbox FOR UPDATE"))
        working = Thread(target=other.relay.work)
        working.start()
        working.join(10)
        assert not working.is_alive()
        assert state(other) == "trusted"
        assert likes(other, post_id) == 1
        hanging.rollback()
    other.relay.work()
    assert depth(engine) == 0


def test_of_very_many_undelivered_rows_no_key_is_deleted_one_by_one(
    own: Services, other: Services, ada: Credentials, post_id: int, engine: Engine, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    monkeypatch.setattr(relay, "FLOOD", 10)
    assert likes(own, post_id) == 0
    stale = keys.POST_LIKES_COUNT.key(post_id).name
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO outbox (keys) SELECT ARRAY[:key] FROM generate_series(1, 50)"), {"key": stale}
        )
    own.backend.set(stale, 7)
    monkeypatch.setattr(other.relay._outbox, "parcels", lambda _: pytest.fail("one by one"))
    try_again(other)
    assert state(other) == "trusted"
    assert likes(other, post_id) == 0
    assert depth(engine) == 0
    assert "50 writes are undelivered" in caplog.text


def test_a_history_that_changed_ends_reading_at_the_next_look(own: Services, post_id: int) -> None:
    """Whoever only reads learns of it, too."""
    with serving(own):
        run = own.backend.trust.run
        assert run is not None
        own.backend.trust.run = run._replace(database="that of before")
        own.relay.work()
        assert own.backend.trust.run is None
