"""A Redis watched by Sentinel: another server takes over, lagging, while some know of it and others do not."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from feedapp.services.operations.doctor.redis import RedisChecks
from tests.integration.outages.processes import process, serving, state
from tests.setups.sites import check_the_promise, credentials, likes, needs_openssl, site, try_again
from tests.support.deployments.sentinel import SecureSentinel, Sentinel, WatchedRedis

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

    from config import Settings
    from feedapp.wiring import Services
    from tests.support.deployments.debian import SecureRedis
    from tests.support.deployments.sentinel import WatchedServer
    from tests.support.people import Somebody

ROUNDS = 2
PATIENCE = 10


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[WatchedRedis]:
    with WatchedRedis(tmp_path / "watched") as started:
        yield started


@pytest.fixture
def by_sentinels(settings: Settings, watched: WatchedRedis) -> Settings:
    return replace(settings, redis_url=watched.url, redis_timeout=1, database_pool_size=2)


def reads_from(services: Services, server: WatchedServer) -> bool:
    known = services.backend.trust.known
    return known is not None and known.primary is not None and known.primary.port == server.port


def follow(services: Services, server: WatchedServer) -> None:
    """Wait until a process reads from that server, as its relay finds out by itself."""
    deadline = time.monotonic() + PATIENCE
    while not (reads_from(services, server) and state(services) == "trusted"):
        assert time.monotonic() < deadline, f"it is {state(services)}, and does not read from the new primary"
        time.sleep(0.05)


def test_a_replica_that_lags_takes_over_and_what_it_missed_is_deleted_again(
    app: Flask, by_sentinels: Settings, watched: WatchedRedis, ada: Somebody
) -> None:
    """The other process has seen no deletion that the new primary lacks, so its fence would let the old copy pass."""
    with site(by_sentinels) as client:
        check_the_promise(client, ada)
    assert list(RedisChecks(watched.url).check()) == []
    first, second = watched.servers
    with process(by_sentinels) as own, process(by_sentinels) as other:
        post_id = own.posts.publish(credentials(ada), body="first").id
        assert (likes(own, post_id), likes(other, post_id)) == (0, 0)
        assert reads_from(own, first)
        assert first.ask("WAIT", 1, 1000) == 1
        first.cut_off()
        own.likes.like(credentials(ada), post_id)
        first.kill()
        watched.await_failover(first)
        assert (likes(other, post_id), likes(own, post_id)) == (1, 1)
        for services in (other, own):
            try_again(services)
            assert reads_from(services, second)
            assert likes(services, post_id) == 1


def test_a_process_that_only_the_replaced_primary_reaches_shows_nothing_old_and_the_others_leave_it(
    app: Flask, by_sentinels: Settings, watched: WatchedRedis, ada: Somebody, tmp_path: Path
) -> None:
    """The old primary goes on answering; one process hears of no Sentinel, another first of one that knows nothing."""
    first, second = watched.servers
    *_, alone = watched.sentinels
    with ExitStack() as stack:
        behind = stack.enter_context(Sentinel(tmp_path / "behind", first, password="wrong"))
        told_late = watched.url_by([behind, *watched.sentinels])
        left, staying = (
            stack.enter_context(serving(stack.enter_context(process(replace(by_sentinels, redis_url=url)))))
            for url in (told_late, watched.url_by([alone]))
        )
        post_id = left.posts.publish(credentials(ada), body="first").id
        assert (likes(left, post_id), likes(staying, post_id)) == (0, 0)
        assert reads_from(left, first)
        assert reads_from(staying, first)
        alone.kill()
        first.cut_off()
        watched.await_failover(first)
        assert behind.primary()["port"] == str(first.port)
        follow(left, second)
        for _ in range(ROUNDS):
            for writer, reader in ((left, staying), (staying, left)):
                follow(reader, second if reader is left else first)
                assert likes(reader, post_id) == 0
                writer.likes.like(credentials(ada), post_id)
                assert likes(reader, post_id) == 1
                writer.likes.unlike(credentials(ada), post_id)
                assert likes(reader, post_id) == 0
        faults = [fault.what for fault in RedisChecks(told_late).check()]
        assert any("name different primaries" in each for each in faults)
        assert any(f"127.0.0.1:{alone.port} does not help" in each for each in faults)
        first.ask("REPLICAOF", "127.0.0.1", second.port)  # as Sentinel does in the end; no connection breaks here
        deadline = time.monotonic() + PATIENCE
        while state(staying) == "trusted":
            assert time.monotonic() < deadline, "a replica is trusted"
            left.likes.like(credentials(ada), post_id)
            assert likes(staying, post_id) == 1
            left.likes.unlike(credentials(ada), post_id)
            assert likes(staying, post_id) == 0
        assert first.ask("INFO", "replication")["role"] == "slave"


@needs_openssl
def test_sentinels_and_redis_behind_tls(
    app: Flask, settings: Settings, ada: Somebody, secure: SecureRedis, tmp_path: Path
) -> None:
    with (
        SecureSentinel(tmp_path / "sentinel", secure) as sentinel,
        site(replace(settings, redis_url=sentinel.url, redis_timeout=1)) as client,
    ):
        check_the_promise(client, ada)
        assert client.get("/readyz").get_json()["status"] == "ok"
        sentinel.kill()
        secure.kill()
        degraded = client.get("/readyz")
        assert (degraded.status_code, degraded.get_json()["status"]) == (200, "degraded")
        assert client.get("/api/posts", headers=ada.headers).headers["Cache-Status"] == "feedapp; fwd=bypass"


def test_doctor_names_too_few_sentinels_and_a_primary_that_nobody_could_replace(watched: WatchedRedis) -> None:
    (few,) = RedisChecks(watched.url_by(watched.sentinels[:2])).check()
    assert "names 2 of the Sentinels" in few.what
    watched.servers[1].stop()
    for each in watched.sentinels:  # they remember a replica that is gone until they are told to forget it
        each.ask("SENTINEL", "RESET", "*")
    deadline = time.monotonic() + PATIENCE
    while not any("has no replica" in fault.what for fault in RedisChecks(watched.url).check()):
        assert time.monotonic() < deadline, [fault.what for fault in RedisChecks(watched.url).check()]
        time.sleep(0.1)
