"""Whose the embedded servers are: two starts at once, another user, the terminal, what a dead one left."""

import os
import pwd
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from feedapp.embedded import Servers, attach
from feedapp.embedded.privileges import unprivileged_identity
from tests.integration.launching.children import (
    STRANGER,
    StartChild,
    pids_of,
    ping,
    run_sql,
    tell_to_end,
    wait_until_gone,
)


def test_no_server_outlives_a_killed_parent_and_the_next_start_is_clean(
    tmp_path: Path, start_child: StartChild
) -> None:
    child = start_child(tmp_path)
    pids = pids_of(child)
    child.kill()
    child.wait()
    with Servers(tmp_path, durable=False) as servers:  # at once: the old ones may still be ending
        assert run_sql(servers.database_url, "SELECT 1") == 1
        assert ping(servers.redis_url)
        wait_until_gone(pids)


def test_a_stale_pid_file_that_names_a_living_stranger_does_not_matter(tmp_path: Path) -> None:
    servers = Servers(tmp_path, durable=False, redis=False)
    with servers:
        assert servers.postgres
        servers.postgres.kill()
    pid_file = tmp_path / "postgres" / "data" / "postmaster.pid"
    lines = pid_file.read_text(encoding="utf-8").splitlines()
    lines[0] = str(os.getppid())  # as after a restart of a container, where numbers come again
    pid_file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with servers:
        assert run_sql(servers.database_url, "SELECT 1") == 1
    assert psutil.pid_exists(os.getppid())


def test_a_server_without_a_parent_is_ended_by_the_next_start(tmp_path: Path) -> None:
    """As on a system that sends no signal when a parent dies."""
    servers = Servers(tmp_path, durable=False)
    servers.start()
    assert servers.postgres
    assert servers.redis
    orphans = [servers.postgres.pid or 0, servers.redis.pid or 0]
    os.close(servers._lock or -1)  # what the kernel does when the launcher is killed
    with Servers(tmp_path, durable=False) as successor:
        assert run_sql(successor.database_url, "SELECT 1") == 1
        assert ping(successor.redis_url)
        assert (servers.postgres.pid, servers.redis.pid) == (None, None)
        assert not any(psutil.pid_exists(pid) for pid in orphans)


def test_of_two_starts_at_once_one_runs_the_servers_and_both_use_them(tmp_path: Path, start_child: StartChild) -> None:
    children = [start_child(tmp_path, "attach_or_start") for _ in range(2)]
    first, second = (pids_of(child) for child in children)
    assert first == second
    assert len(first) == 2


def test_servers_that_a_command_started_run_until_the_last_command_that_uses_them_has_ended(
    tmp_path: Path, start_child: StartChild
) -> None:
    first = start_child(tmp_path, "attach_or_start")
    pids = pids_of(first)
    second = start_child(tmp_path, "attach_or_start")
    assert pids_of(second) == pids
    tell_to_end(first)
    with pytest.raises(subprocess.TimeoutExpired):
        first.wait(1)
    found = attach(tmp_path)
    assert found
    assert found.database_url
    assert run_sql(found.database_url, "SELECT 1") == 1
    tell_to_end(second)
    assert (second.wait(10), first.wait(20)) == (0, 0)
    wait_until_gone(pids)
    third = start_child(tmp_path, "attach_or_start")
    assert len(pids_of(third)) == 2


def test_someone_who_is_not_root_can_start_them(tmp_path: Path, start_child: StartChild) -> None:
    uid, identity = os.geteuid(), "same"
    if uid == 0:
        nobody = pwd.getpwnam("nobody")
        uid, identity = nobody.pw_uid, f"user:{nobody.pw_uid}:{nobody.pw_gid}"
        os.chown(tmp_path, nobody.pw_uid, nobody.pw_gid)
    child = start_child(tmp_path, identity=identity)
    pids = pids_of(child)
    assert [psutil.Process(pid).uids().effective for pid in pids] == [uid, uid]
    child.communicate("\n")
    wait_until_gone(pids)


def test_the_data_of_another_user_stay_theirs_when_root_starts_the_server(tmp_path: Path) -> None:
    """A checkout in somebody's home, started with sudo; and below a directory that only root may enter."""
    if os.geteuid() != 0:
        assert unprivileged_identity(Path(sys.executable), tmp_path) == "same"
        return
    servers = Servers(tmp_path, durable=False, redis=False)
    with servers:
        run_sql(servers.database_url, "CREATE TABLE kept AS SELECT 7 AS figure")
    data = tmp_path / "postgres" / "data"
    for path in (data, *data.rglob("*")):
        os.chown(path, STRANGER, STRANGER)
    tmp_path.chmod(0o700)
    with servers:
        assert run_sql(servers.database_url, "SELECT figure FROM kept") == 7
        assert psutil.Process(servers.addresses().postgres_pid).uids().effective == STRANGER
    assert {path.stat().st_uid for path in data.rglob("*")} == {STRANGER}


def test_ctrl_c_in_the_terminal_does_not_reach_the_servers(tmp_path: Path) -> None:
    with Servers(tmp_path, durable=False) as servers:
        addresses = servers.addresses()
        for pid in (addresses.postgres_pid, addresses.redis_pid):
            assert pid
            assert os.getpgid(pid) == pid != os.getpgrp()


def test_a_socket_of_a_dead_redis_is_taken_over(tmp_path: Path) -> None:
    servers = Servers(tmp_path, postgres=False)
    with servers:
        path = Path(servers.redis_url[7:].partition("?")[0])
    path.parent.mkdir(mode=0o700)
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    with servers:
        assert ping(servers.redis_url)
