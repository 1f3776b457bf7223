"""`flask doctor` on other set-ups than one server each: one line where they are well, the server by name where not."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from redis.exceptions import ResponseError

from tests.integration.doctor.asking import WELL, all_of, only, run, settings_of
from tests.setups.sites import needs_openssl
from tests.support.deployments.debian import PASSWORD, pooled, program
from tests.support.deployments.sentinel import WatchedRedis

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask

    from tests.support.deployments.cluster import Cluster
    from tests.support.deployments.debian import SecureRedis

    By = Callable[[str], tuple[int, str]]

PATIENCE = 60


@pytest.fixture
def by(app: Flask, database_url: str) -> By:
    """Ask with another REDIS_URL."""
    del app
    return lambda redis_url: run(settings_of(database_url, redis_url))


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[WatchedRedis]:
    with WatchedRedis(tmp_path / "watched") as started:
        yield started


def test_a_cluster(by: By, cluster: Cluster) -> None:
    """Each of its servers is looked at: these write to a disk."""
    writes = [(f"Redis at {node.address} writes to a disk", "Set save to") for node in cluster.nodes]
    all_of(by(cluster.url), *writes)
    for node in cluster.nodes:
        node.ask("CONFIG", "SET", "save", "")
    assert by(cluster.url) == WELL
    assert by(f"redis://{cluster.nodes[1].address}/0") == WELL  # one address of it is enough


def test_a_cluster_of_which_one_server_hangs_or_is_gone(by: By, cluster: Cluster) -> None:
    for node in cluster.nodes:
        node.ask("CONFIG", "SET", "save", "")
    node = cluster.nodes[1]
    assert node.pid is not None
    os.kill(node.pid, signal.SIGSTOP)
    try:
        only(by(cluster.url), f"Redis at {node.address} does not answer: Timeout", "kill -CONT PID")
    finally:
        os.kill(node.pid, signal.SIGCONT)
    cluster.wait()
    node.kill()
    only(by(cluster.url), f"Redis at {node.address} does not answer: ", "systemctl start redis-server")


def test_a_cluster_without_some_of_its_slots(by: By, cluster: Cluster) -> None:
    for node in cluster.nodes:
        node.ask("CONFIG", "SET", "save", "")
        with suppress(ResponseError):  # this one has heard of it already
            node.ask("CLUSTER", "DELSLOTS", 1)
    only(by(cluster.url), "not every slot of the Redis Cluster is served", "redis-cli --cluster check HOST:PORT")


def test_a_redis_watched_by_sentinel(by: By, watched: WatchedRedis) -> None:
    assert by(watched.url) == WELL
    only(by(watched.url_by(watched.sentinels[:2])), "REDIS_URL names 2 of the Sentinels", "Name 3 or more")
    gone = watched.sentinels[2]
    gone.kill()
    only(by(watched.url), f"The Sentinel at 127.0.0.1:{gone.port} does not help", "systemctl start redis-sentinel")


def test_a_watched_redis_that_nobody_could_replace(by: By, watched: WatchedRedis) -> None:
    watched.servers[1].stop()
    for each in watched.sentinels:  # they remember a replica that is gone until they are told to forget it
        each.ask("SENTINEL", "RESET", "*")
    deadline = time.monotonic() + PATIENCE
    while (found := by(watched.url)) == WELL:
        assert time.monotonic() < deadline
    only(found, "The primary of Redis has no replica", "replicaof HOST PORT")


@needs_openssl
def test_a_redis_behind_tls(by: By, secure: SecureRedis) -> None:
    assert by(secure.url) == WELL
    only(by(secure.url_without_certificate), "certificate verify failed", "?ssl_ca_certs=FILE in REDIS_URL")
    wrong = secure.url.replace(PASSWORD.replace(" ", "%20"), "wrong")
    only(by(wrong), "Redis refuses: ", "Write the right user and password")


@pytest.mark.skipif(program("pgbouncer") is None, reason="pgbouncer is not installed")
def test_postgresql_by_way_of_pgbouncer(app: Flask, database_url: str, watched: WatchedRedis, tmp_path: Path) -> None:
    del app
    with pooled(database_url, tmp_path / "pooler") as url:
        assert run(settings_of(url, watched.url)) == WELL
