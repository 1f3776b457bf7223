"""The embedded servers: real ones, started, found, killed and started again."""

import json
import os
import signal
import threading
from pathlib import Path

import psutil
import pytest
import redis

from feedapp.embedded import AlreadyRunningError, EmbeddedServerError, Servers, attach, attach_or_start, secret_key
from tests.integration.launching.children import ping, run_sql


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


def test_a_hung_redis_is_ended_all_the_same(tmp_path: Path) -> None:
    servers = Servers(tmp_path, postgres=False)
    servers.start()
    pid = servers.addresses().redis_pid
    assert pid
    os.kill(pid, signal.SIGSTOP)
    servers.stop()
    assert not psutil.pid_exists(pid)


def test_the_secret_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    key = secret_key(tmp_path)
    assert len(key) >= 32
    assert secret_key(tmp_path) == key
    assert oct((tmp_path / "secret_key").stat().st_mode & 0o777) == "0o600"
