"""The embedded servers: real ones, started, found, killed and started again."""

import json
import os
import pwd
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg2
import pytest
import redis

from feedapp.embedded import AlreadyRunningError, EmbeddedServerError, Servers, attach, attach_or_start, secret_key
from feedapp.embedded.privileges import command_as, unprivileged_identity

ROOT = Path(__file__).resolve().parents[2]
STRANGER = 54_321  # a uid that owns nothing and has no name

# Starts servers in a process of its own, says so, and waits to be told to end (or is killed).
CHILD = """
import sys
from pathlib import Path
from feedapp.embedded import Servers, attach_or_start
if sys.argv[2] == "start":
    servers = Servers(Path(sys.argv[1]), durable=False)
    servers.start()
    print(servers.addresses().postgres_pid, servers.addresses().redis_pid, flush=True)
else:
    found = attach_or_start(Path(sys.argv[1]))
    print(found.postgres_pid, found.redis_pid, flush=True)
sys.stdin.readline()
"""

StartChild = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start_child() -> Iterator[StartChild]:
    children = []

    def start(directory: Path, how: str = "start", identity: str = "same") -> subprocess.Popen[str]:
        command = command_as(identity, [sys.executable, "-c", CHILD, str(directory), how])
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        children.append(child)
        return child

    yield start
    for child in children:
        child.kill()
        child.communicate()


def pids_of(child: subprocess.Popen[str]) -> list[int]:
    assert child.stdout
    return [int(pid) for pid in child.stdout.readline().split()]


def tell_to_end(child: subprocess.Popen[str]) -> None:
    assert child.stdin
    child.stdin.write("\n")
    child.stdin.flush()


def wait_until_gone(pids: list[int]) -> None:
    processes = [psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)]
    _, alive = psutil.wait_procs(processes, timeout=10)
    assert not alive


def run_sql(url: str, statement: str) -> object:
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


def ping(url: str) -> bool:
    with redis.Redis.from_url(url) as client:
        return bool(client.ping())


def test_both_servers_answer_and_leave_no_process_behind(tmp_path: Path) -> None:
    with Servers(tmp_path, durable=False) as servers:
        version = run_sql(servers.database_url, "SELECT current_setting('server_version_num')::int / 10000")
        encoding = run_sql(servers.database_url, "SELECT current_setting('server_encoding')")
        assert (version, encoding) == (18, "UTF8")
        assert ping(servers.redis_url)
        addresses = servers.addresses()
        postmaster = psutil.Process(addresses.postgres_pid)
        pids = [addresses.postgres_pid, addresses.redis_pid, *(child.pid for child in postmaster.children())]
        sockets = [
            Path(servers.database_url.partition("host=")[2]),
            Path(servers.redis_url[7:].partition("?")[0]).parent,
        ]
        assert [oct(directory.stat().st_mode & 0o777) for directory in sockets] == ["0o700", "0o700"]
    assert not any(psutil.pid_exists(pid) for pid in pids if pid)
    assert not any(directory.exists() for directory in sockets)
    assert not (tmp_path / "embedded.json").exists()


def test_they_listen_on_no_port(tmp_path: Path) -> None:
    with Servers(tmp_path, durable=False) as servers:
        addresses = servers.addresses()
        for pid in (addresses.postgres_pid, addresses.redis_pid):
            assert psutil.Process(pid).net_connections("inet") == []


def test_the_second_start_has_the_data_of_the_first(tmp_path: Path) -> None:
    servers = Servers(tmp_path, durable=False)
    with servers:
        run_sql(servers.database_url, "CREATE TABLE kept AS SELECT 7 AS figure")
    with servers:
        assert run_sql(servers.database_url, "SELECT figure FROM kept") == 7


def test_a_path_with_a_space_and_a_quote_and_far_beyond_a_socket_path_works(tmp_path: Path) -> None:
    directory = tmp_path / "it's a checkout" / ("long" * 40) / "var"
    with Servers(directory, durable=False) as servers:
        assert run_sql(servers.database_url, "SELECT 1") == 1
        assert ping(servers.redis_url)


@pytest.mark.parametrize("left_out", ["postgres", "redis"])
def test_either_one_runs_alone(tmp_path: Path, left_out: str) -> None:
    with Servers(tmp_path, durable=False, postgres=left_out != "postgres", redis=left_out != "redis") as servers:
        found = attach(tmp_path)
        assert found
        assert (found.postgres_pid is None, found.redis_pid is None) == (left_out == "postgres", left_out == "redis")
        with pytest.raises(EmbeddedServerError, match="left out"):
            _ = servers.database_url if left_out == "postgres" else servers.redis_url


def test_a_killed_server_starts_again_at_the_same_address(tmp_path: Path) -> None:
    with Servers(tmp_path, durable=False) as servers:
        run_sql(servers.database_url, "CREATE TABLE kept AS SELECT 7 AS figure")
        before = servers.addresses()
        assert servers.postgres
        assert servers.redis
        servers.postgres.kill()
        servers.redis.kill()
        assert (servers.postgres.pid, servers.redis.pid) == (None, None)
        assert attach(tmp_path) is None
        servers.postgres.start()
        servers.redis.start()
        assert servers.database_url == before.database_url
        assert servers.redis_url == before.redis_url
        assert run_sql(servers.database_url, "SELECT figure FROM kept") == 7
        assert ping(servers.redis_url)


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


def test_servers_started_in_a_thread_outlive_that_thread(tmp_path: Path) -> None:
    servers = Servers(tmp_path, durable=False)
    thread = threading.Thread(target=servers.start)
    thread.start()
    thread.join()
    try:
        assert run_sql(servers.database_url, "SELECT 1") == 1
        assert ping(servers.redis_url)
    finally:
        servers.stop()


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


def test_a_second_start_in_the_same_directory_names_who_runs_there(tmp_path: Path) -> None:
    with (
        Servers(tmp_path, durable=False),
        pytest.raises(AlreadyRunningError, match=f"run by process {os.getpid()}"),
    ):
        Servers(tmp_path, durable=False).start()


def test_others_find_running_servers_and_do_not_stop_them(tmp_path: Path) -> None:
    assert attach(tmp_path) is None
    with Servers(tmp_path, durable=False) as servers:
        assert attach(tmp_path) == servers.addresses()
        assert attach_or_start(tmp_path) == servers.addresses()
    assert attach(tmp_path) is None


def test_a_runtime_file_without_servers_is_not_believed(tmp_path: Path) -> None:
    gone = f"postgresql://postgres@/feedapp?host={tmp_path}"
    content = {"pid": 1, "database_url": gone, "redis_url": None, "postgres_pid": 2, "redis_pid": None}
    (tmp_path / "embedded.json").write_text(json.dumps(content), encoding="utf-8")
    assert attach(tmp_path) is None
    (tmp_path / "embedded.json").write_text("{", encoding="utf-8")
    assert attach(tmp_path) is None


def test_a_server_that_cannot_start_says_so_with_its_log(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedServerError, match=r"Redis stopped at once.*redis\.log.*no-such-option"):
        Servers(tmp_path, postgres=False, redis_arguments=["--no-such-option", "1"]).start()


def test_redis_arguments_of_the_caller_outweigh_ours(tmp_path: Path) -> None:
    servers = Servers(tmp_path, postgres=False, redis_arguments=["--maxmemory", "5mb"])
    with servers, redis.Redis.from_url(servers.redis_url) as client:
        assert client.config_get("maxmemory") == {"maxmemory": "5242880"}


def test_a_break_in_the_first_start_leaves_nothing_half_made(tmp_path: Path) -> None:
    half_made = tmp_path / "postgres" / "data.unfinished"
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18\n", encoding="ascii")
    with Servers(tmp_path, durable=False, redis=False) as servers:
        assert run_sql(servers.database_url, "SELECT 1") == 1


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


def test_a_hung_redis_is_ended_all_the_same(tmp_path: Path) -> None:
    servers = Servers(tmp_path, postgres=False)
    servers.start()
    pid = servers.addresses().redis_pid
    assert pid
    os.kill(pid, signal.SIGSTOP)
    servers.stop()
    assert not psutil.pid_exists(pid)


def test_a_socket_of_a_dead_redis_is_taken_over(tmp_path: Path) -> None:
    servers = Servers(tmp_path, postgres=False)
    with servers:
        path = Path(servers.redis_url[7:].partition("?")[0])
    path.parent.mkdir(mode=0o700)
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    with servers:
        assert ping(servers.redis_url)


def test_the_secret_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    key = secret_key(tmp_path)
    assert len(key) >= 32
    assert secret_key(tmp_path) == key
    assert oct((tmp_path / "secret_key").stat().st_mode & 0o777) == "0o600"
