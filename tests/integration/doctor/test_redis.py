"""What is wrong with a Redis, made for real, one by one."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from feedapp.embedded import Redis
from feedapp.services.operations.doctor.redis import version_fault
from tests.integration.doctor.asking import WELL, all_of, configured, only
from tests.support.deployments.choices import client_of
from tests.support.deployments.debian import DebianRedis, program
from tests.support.deployments.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Ask = Callable[..., tuple[int, str]]

SLOW = "Every page is made from PostgreSQL meanwhile"
needs_redis = pytest.mark.skipif(program("redis-server") is None, reason="Debian's redis-server is not installed")


@pytest.mark.parametrize("policy", ["allkeys-lru", "allkeys-lfu", "volatile-lru", "volatile-ttl", "noeviction"])
def test_a_redis_that_evicts_with_reason_is_well(ask: Ask, cache: Redis, policy: str) -> None:
    with configured(cache, **{"maxmemory-policy": policy}):
        assert ask() == WELL


def test_a_redis_that_evicts_anything(ask: Ask, cache: Redis) -> None:
    with configured(cache, **{"maxmemory-policy": "allkeys-random"}):
        only(ask(), "Redis evicts anything", "maxmemory-policy to allkeys-lru")


@pytest.mark.parametrize("share", [1.05, 0.9])
def test_a_redis_that_is_full_and_evicts_nothing(ask: Ask, cache: Redis, share: float) -> None:
    """Also one that takes nothing any more."""
    with client_of(cache) as client:
        client.mset({f"filler:{n}": b"x" * 10_000 for n in range(500)})
    with client_of(cache) as client:  # without what was just sent, which counts as long as its connection lasts
        most = str(int(client.info("memory")["used_memory"] * share))
    with configured(cache, maxmemory=most, **{"maxmemory-policy": "noeviction"}):
        only(ask(), "evicts nothing (noeviction)", "maxmemory-policy to allkeys-lru")


def test_a_small_redis_is_well_while_it_has_room_and_may_evict(ask: Ask, cache: Redis) -> None:
    with configured(cache, maxmemory="8mb"):
        assert ask() == WELL


def test_a_redis_that_evicts_all_the_time(ask: Ask, tmp_path: Path) -> None:
    with Redis(tmp_path / "small", arguments=["--maxmemory", "20mb"]) as small:
        assert ask(REDIS_URL=small.url) == WELL
        with client_of(small) as client:
            for start in range(0, 10_000, 500):
                client.mset({f"filler:{start + n}": b"x" * 10_000 for n in range(500)})
        only(ask(REDIS_URL=small.url), "Redis has too little memory: of 20 MB", "CONFIG SET maxmemory 256mb")


@pytest.mark.parametrize(("name", "value"), [("save", "3600 1"), ("appendonly", "yes")])
def test_a_redis_that_writes_to_a_disk(ask: Ask, cache: Redis, name: str, value: str) -> None:
    with configured(cache, **{name: value}):
        only(ask(), f"Redis writes to a disk that it does not need: {name} {value}", "appendonly to no")


@needs_redis
def test_debians_redis(ask: Ask, tmp_path: Path) -> None:
    """As its package sets it up, and as docs/setting-up.md does."""
    with DebianRedis(tmp_path / "debian", arguments=["--save", "3600 1 300 100 60 10000"]) as packaged:
        only(ask(REDIS_URL=packaged.url), "Redis writes to a disk", 'redis-cli CONFIG SET save ""')
        with client_of(packaged) as client:
            client.config_set("save", "")
        assert ask(REDIS_URL=packaged.url) == WELL


@needs_redis
def test_a_redis_that_takes_nothing_since_it_could_not_save(ask: Ask, tmp_path: Path) -> None:
    with DebianRedis(tmp_path / "full", arguments=["--save", "3600 1"]) as server:
        (tmp_path / "full" / "dump.rdb").mkdir()  # what it saves cannot take that name
        with client_of(server) as client:
            client.set("a", "b")
            client.bgsave()
            deadline = time.monotonic() + 20
            while client.info("persistence")["rdb_last_bgsave_status"] != "err":
                assert time.monotonic() < deadline
                time.sleep(0.05)
        all_of(
            ask(REDIS_URL=server.url),
            ("Redis refuses what feedapp does: MISCONF", "let it write none"),
            ("Redis writes to a disk that it does not need", "Set save to"),
        )


def test_a_replica(ask: Ask, cache: Redis, tmp_path: Path) -> None:
    port = free_port()
    with (
        Redis(tmp_path / "primary", arguments=["--port", str(port), "--bind", "127.0.0.1"]),
        Redis(tmp_path / "replica", arguments=["--replicaof", "127.0.0.1", str(port)]) as replica,
    ):
        only(ask(REDIS_URL=replica.url), f"Redis is a replica of 127.0.0.1:{port}", "REPLICAOF NO ONE")


@pytest.mark.parametrize(
    ("rules", "what"),
    [
        (("~*", "+@all", "-set"), "Redis refuses what feedapp does: "),
        (("~another:*", "&*", "+@all"), "Redis refuses what feedapp does: "),
        (("~*", "+@all", "-info"), "Redis refuses: "),
    ],
)
def test_a_user_who_may_too_little(ask: Ask, cache: Redis, rules: tuple[str, ...], what: str) -> None:
    with client_of(cache) as client:
        client.execute_command("ACL", "SETUSER", "small", "reset", "on", ">small", *rules)
        try:
            url = cache.url + "&username=small&password=small"
            only(ask(REDIS_URL=url), what, "ACL SETUSER name on ~* &* +@all")
        finally:
            client.execute_command("ACL", "DELUSER", "small")


def test_a_wrong_password(ask: Ask, cache: Redis) -> None:
    url = cache.url + "&username=nobody&password=wrong"
    only(ask(REDIS_URL=url), "Redis refuses: ", "Write the right user and password in REDIS_URL")


def test_no_redis(ask: Ask) -> None:
    only(ask(REDIS_URL="redis://127.0.0.1:1"), "Redis does not answer", "mend REDIS_URL")
    assert SLOW in ask(REDIS_URL="redis://127.0.0.1:1")[1]


def test_an_old_redis(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """No old one can be installed here, so one that is there is said to be too old."""
    assert [*version_fault("Redis", "7.0.1")] == []
    (old,) = version_fault("Redis", "6.2.14")
    assert old.what.startswith("An old version: Redis 6.2.14.")
    for module in ("cache.redis.discovery", "services.operations.doctor.redis"):
        monkeypatch.setattr(f"feedapp.{module}.OLDEST", 99)
    only(ask(), "An old version: Redis 7.", "Upgrade it to 99 or newer, or to Valkey")
