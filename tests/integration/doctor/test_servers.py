"""`flask doctor` finds each fault, made for real, and says one line if there is none."""

from __future__ import annotations

import subprocess
from contextlib import contextmanager
from shutil import which
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import create_engine, text

from feedapp.services.operations.doctor.machine import python_fault
from feedapp.services.operations.doctor.postgresql import version_fault
from feedapp.services.operations.doctor.redis import version_fault as redis_version_fault
from tests.integration.doctor.asking import only, run
from tests.support.deployments.choices import client_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from feedapp.embedded import Redis

    Ask = Callable[..., tuple[int, str]]

SHIFTED = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>
int clock_gettime(clockid_t clock, struct timespec *told) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
    int status = real(clock, told);
    if (clock == CLOCK_REALTIME) told->tv_sec += 90;
    return status;
}
"""
"""A clock that is a minute and a half ahead, for one process."""


@contextmanager
def configured(cache: Redis, **settings: str) -> Iterator[None]:
    with client_of(cache) as client:
        before: dict[str, Any] = {name: client.config_get(name)[name] for name in settings}
        for name, value in settings.items():
            client.config_set(name, value)
        try:
            yield
        finally:
            for name, value in before.items():
                client.config_set(name, value)
            client.flushall()


def test_a_healthy_set_up_is_one_line(ask: Ask) -> None:
    assert ask() == (0, "All is well.\n")  # on loopback, without TLS and mail


@pytest.mark.parametrize("policy", ["allkeys-lru", "allkeys-lfu", "volatile-lru", "volatile-ttl", "noeviction"])
def test_a_redis_that_evicts_with_reason_is_well(ask: Ask, cache: Redis, policy: str) -> None:
    with configured(cache, **{"maxmemory-policy": policy}):
        assert ask() == (0, "All is well.\n")


def test_a_redis_that_evicts_anything(ask: Ask, cache: Redis) -> None:
    with configured(cache, **{"maxmemory-policy": "allkeys-random"}):
        only(ask(), "Redis evicts anything", "maxmemory-policy to allkeys-lru")


def test_a_redis_that_is_full_and_evicts_nothing(ask: Ask, cache: Redis) -> None:
    with client_of(cache) as client:
        client.mset({f"filler:{n}": b"x" * 10_000 for n in range(500)})
    with client_of(cache) as client:  # without what was just sent, which counts as long as its connection lasts
        most = str(int(client.info("memory")["used_memory"] * 1.05))
    with configured(cache, maxmemory=most, **{"maxmemory-policy": "noeviction"}):
        only(ask(), "evicts nothing (noeviction)", "maxmemory-policy to allkeys-lru")


@pytest.mark.parametrize(("name", "value"), [("save", "3600 1"), ("appendonly", "yes")])
def test_a_redis_that_writes_to_a_disk(ask: Ask, cache: Redis, name: str, value: str) -> None:
    with configured(cache, **{name: value}):
        only(ask(), f"Redis writes to a disk that it does not need: {name} {value}", "appendonly to no")


def test_no_redis(ask: Ask) -> None:
    only(ask(REDIS_URL="redis://127.0.0.1:1"), "Redis does not answer", "mend REDIS_URL")


def test_no_postgresql(ask: Ask) -> None:
    only(ask(DATABASE_URL="postgresql://postgres@127.0.0.1:1/feedapp"), "PostgreSQL: ", "mend DATABASE_URL")


def test_a_schema_behind(ask: Ask, database_url: str) -> None:
    engine = create_engine(database_url.replace("postgresql:", "postgresql+psycopg2:"))
    with engine.begin() as connection:
        head = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        connection.execute(text("UPDATE alembic_version SET version_num = '0017'"))
    try:
        only(ask(), "as of migration 0017", "db upgrade")
    finally:
        with engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": head})
        engine.dispose()


def test_connections_that_do_not_add_up(ask: Ask, database_url: str) -> None:
    only(ask(WEB_WORKERS="30"), "Connections do not add up: 30 workers", "Lower WEB_WORKERS")
    engine = create_engine(database_url.replace("postgresql:", "postgresql+psycopg2:"))
    try:
        with engine.begin() as connection:  # three other hosts with ten processes each
            connection.execute(
                text("INSERT INTO cache_readers (process, run) SELECT 'p' || n, 'r' FROM generate_series(1, 30) AS n")
            )
            connection.execute(text("UPDATE cache_readers SET renewed_at = clock_timestamp() + interval '1 minute'"))
        only(ask(WEB_WORKERS="2"), "30 processes of all hosts", "raise max_connections")
    finally:
        with engine.begin() as connection:
            connection.execute(text("DELETE FROM cache_readers WHERE run = 'r'"))
        engine.dispose()


@pytest.mark.skipif(which("cc") is None, reason="no compiler to make a clock that is ahead")
def test_clocks_that_are_apart(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "ahead.c").write_text(SHIFTED)
    ahead = tmp_path / "ahead.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", ahead, tmp_path / "ahead.c", "-ldl"], check=True)
    status, said = run(environment | {"LD_PRELOAD": str(ahead)})
    assert status == 1
    apart = [line for line in said.splitlines() if line.startswith("Clocks are apart")]
    assert ["that of PostgreSQL" in apart[0], "that of Redis" in apart[1]] == [True, True]
    assert all("by 90.0 s" in line or "by 89.9 s" in line for line in apart), said
    assert said.count("chrony") == 2


def test_a_disk_that_is_nearly_full(ask: Ask, tmp_path: Path) -> None:
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", place], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("this user may not mount")
    try:
        assert ask(MEDIA_URL=str(place)) == (0, "All is well.\n")
        (place / "filler").write_bytes(b"x" * 1_000_000)
        only(ask(MEDIA_URL=str(place)), f"A disk is nearly full: 0 MB are left at {place}", "Make room")
    finally:
        subprocess.run(["umount", place], check=True)


def test_secrets_that_others_can_read(environment: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "site.env"
    path.write_text("METRICS_TOKEN=a-token-of-the-tests\n")
    for mode in (0o644, 0o620):
        path.chmod(mode)
        only(run(environment, "--env-file", str(path)), f"{path} has the mode {mode:04o}", f"chmod 600 {path}")
    path.chmod(0o600)
    assert run(environment, "--env-file", str(path)) == (0, "All is well.\n")


def test_several_faults_are_all_said(ask: Ask, cache: Redis) -> None:
    with configured(cache, **{"maxmemory-policy": "allkeys-random"}):
        status, said = ask(SITE_URL="http://feed.example", WEB_WORKERS="40")
    assert (status, len(said.splitlines())) == (1, 8), said


def test_old_versions() -> None:
    """None of these can be installed here, so only what is made of their numbers is tested."""
    assert [*version_fault(14), *redis_version_fault("Redis", "7.0.1"), *python_fault((3, 11))] == []
    assert [fault.what for fault in version_fault(13)] == ["An old version: PostgreSQL 13."]
    assert [fault.what for fault in redis_version_fault("Redis", "6.2.14")] == ["An old version: Redis 6.2.14."]
    assert [fault.what for fault in python_fault((3, 10))] == ["An old version: Python 3.10."]
