"""What the embedded servers keep is their owner's alone, and nobody can lead them elsewhere, root least of all."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from feedapp.embedded import (
    AlreadyRunningError,
    EmbeddedServerError,
    Postgres,
    Redis,
    Servers,
    attach,
    places,
    secret_key,
)
from feedapp.embedded.locks import take_lock
from feedapp.embedded.privileges import command_as

if TYPE_CHECKING:
    from collections.abc import Iterator

STRANGER, PASSER_BY = 54_321, 54_322  # uids that own nothing and have no name
EVERYBODYS = Path("/tmp").resolve()  # noqa: S108  (what is used where TMPDIR does not serve)
only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make what is another user's")
CONNECT = "import socket, sys; socket.socket(socket.AF_UNIX).connect(sys.argv[1])"


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A directory as /tmp is: everybody's, and sticky."""
    path = Path(tempfile.mkdtemp(prefix="shared-", dir=EVERYBODYS))
    path.chmod(0o1777)
    for name in ("TMPDIR", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(tempfile, "tempdir", str(path))
    yield path
    shutil.rmtree(path)


def socket_directory_of(server: Redis) -> Path:
    """Find out where it has its socket, by starting it."""
    with server:
        return server.sockets


def rights(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def open_to_others(directory: Path) -> list[str]:
    paths = [directory, *directory.rglob("*")]
    return [f"{path} {oct(rights(path))}" for path in paths if not path.is_symlink() and rights(path) & 0o077]


def test_what_is_made_is_closed_to_others_whatever_the_umask(tmp_path: Path) -> None:
    var, before = tmp_path / "var", os.umask(0)
    try:
        with Servers(var, durable=False):
            secret_key(var)
            assert open_to_others(var) == []
        assert open_to_others(var) == []
    finally:
        os.umask(before)


def test_what_was_open_to_others_is_closed_at_the_next_start(tmp_path: Path) -> None:
    var, elsewhere = tmp_path / "var", tmp_path / "elsewhere"
    with Servers(var, postgres=False):
        pass
    elsewhere.write_text("not ours")
    elsewhere.chmod(0o644)
    (var / "old").mkdir()
    for name in ("start.log", "secret_key", "old/run.log"):
        (var / name).write_text("some content\n")
        (var / name).chmod(0o666)
    (var / "link").symlink_to(elsewhere)
    (var / "same").hardlink_to(elsewhere)
    for directory in (var / "old", var / "redis", var):
        directory.chmod(0o777)
    with Servers(var, postgres=False):
        assert [each for each in open_to_others(var) if "same" not in each] == []
    assert rights(elsewhere) == 0o644


def test_a_start_that_is_refused_changes_nothing_for_what_runs(tmp_path: Path) -> None:
    var = tmp_path / "var"
    with Servers(var, postgres=False):
        (var / "metrics").mkdir()
        (var / "metrics").chmod(0o770)
        with pytest.raises(AlreadyRunningError):
            Servers(var, postgres=False).start()
        assert rights(var / "metrics") == 0o770


@pytest.mark.parametrize("name", ["run.lock", "redis.log", "embedded.json"])
def test_a_link_in_the_place_of_a_file_is_never_written_through(tmp_path: Path, name: str) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    directory = tmp_path / "var"
    directory.mkdir()
    (directory / name).symlink_to(victim)
    if name.endswith(".lock"):
        with pytest.raises(EmbeddedServerError, match="is a link: remove it"):
            take_lock(directory / name, "us")
    elif name.endswith(".log"):
        with Redis(directory):
            pass
    else:
        with Servers(directory, postgres=False):
            pass
    assert victim.read_text() == "precious"


def test_the_log_of_the_first_start_is_not_written_through_a_link(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "postgresql.log").symlink_to(victim)
    with Postgres(tmp_path / "postgres", durable=False):
        pass
    assert victim.read_text() == "precious"


@pytest.mark.parametrize("kind", ["link", "dangling link", "file"])
def test_what_is_no_directory_is_refused_as_the_place_of_sockets(shared: Path, tmp_path: Path, kind: str) -> None:
    redis, victim = Redis(tmp_path / "redis"), tmp_path / "victim"
    place = socket_directory_of(redis)
    assert place.parent == shared
    if kind == "file":
        place.write_text("")
    else:
        place.symlink_to(victim)
    if kind == "link":
        victim.mkdir(mode=0o755)
        (victim / "kept").write_text("")
    with pytest.raises(EmbeddedServerError, match="belongs to someone else: remove it"):
        redis.start()
    assert kind != "link" or (rights(victim), (victim / "kept").exists()) == (0o755, True)


@only_root
@pytest.mark.parametrize("mode", [0o777, 0o700])
def test_a_directory_that_a_stranger_made_first_is_neither_used_nor_changed(
    shared: Path, tmp_path: Path, mode: int
) -> None:
    redis = Redis(tmp_path / "redis")
    place = socket_directory_of(redis)
    place.mkdir()
    place.chmod(mode)
    os.chown(place, STRANGER, STRANGER)
    with pytest.raises(EmbeddedServerError, match="belongs to someone else: remove it"):
        redis.start()
    assert (place.stat().st_uid, rights(place)) == (STRANGER, mode)


@pytest.mark.parametrize("at", ["chown", "chmod", "fchown", "fchmod"])
def test_a_directory_that_is_swapped_between_check_and_use_harms_nobody(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    redis, victim = Redis(tmp_path / "redis"), tmp_path / "victim"
    place = socket_directory_of(redis)
    victim.mkdir(mode=0o755)
    (victim / "redis.sock").write_text("precious")
    (tmp_path / "redis").chmod(0o700)
    real = getattr(os, at)
    name = place.name

    def swap_first(target: Any, *arguments: Any, **more: Any) -> None:
        found = Path(f"/proc/self/fd/{target}").readlink() if isinstance(target, int) else Path(target)
        if found.name == name and not (shared / name).is_symlink():
            (shared / name).rename(shared / "taken away")
            (shared / name).symlink_to(victim)
        real(target, *arguments, **more)

    monkeypatch.setattr(os, at, swap_first)
    try:
        redis.start()
    except EmbeddedServerError:
        pass
    else:
        redis.stop()
    assert (rights(victim), (victim / "redis.sock").exists()) == (0o755, True)


@pytest.mark.parametrize("mode", [0o777, 0o775])
def test_a_temporary_directory_where_others_can_replace_ours_is_not_used(
    shared: Path, tmp_path: Path, mode: int
) -> None:
    shared.chmod(mode)
    assert socket_directory_of(Redis(tmp_path / "redis")).parent == EVERYBODYS


@only_root
def test_the_temporary_directory_of_a_stranger_is_not_used(shared: Path, tmp_path: Path) -> None:
    os.chown(shared, STRANGER, STRANGER)
    shared.chmod(0o700)
    assert socket_directory_of(Redis(tmp_path / "redis")).parent == EVERYBODYS


def runtime_file(directory: Path, place: Path) -> Path:
    """Say in a directory that a Redis answers in a place, and let something answer there."""
    directory.mkdir(mode=0o700, exist_ok=True)
    content = {
        "pid": 1, "database_url": None, "redis_url": f"unix://{place}/redis.sock", "postgres_pid": None, "redis_pid": 2
    }  # fmt: skip
    path = directory / "embedded.json"
    path.write_text(json.dumps(content))
    path.chmod(0o600)
    return path


@pytest.fixture
def answering(shared: Path) -> Iterator[Path]:
    """A directory with a socket that takes connections."""
    place = shared / "sockets"
    place.mkdir(mode=0o700)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(place / "redis.sock"))
        listening.listen()
        yield place


def test_a_file_of_ours_about_sockets_of_ours_is_believed(tmp_path: Path, answering: Path) -> None:
    runtime_file(tmp_path / "var", answering)
    assert attach(tmp_path / "var")


def test_a_file_that_anybody_can_write_and_a_link_are_not_believed(tmp_path: Path, answering: Path) -> None:
    path = runtime_file(tmp_path / "var", answering)
    path.chmod(0o666)
    assert attach(tmp_path / "var") is None
    path.chmod(0o600)
    path.rename(tmp_path / "elsewhere.json")
    path.symlink_to(tmp_path / "elsewhere.json")
    assert attach(tmp_path / "var") is None


def test_sockets_in_a_place_where_anybody_can_put_some_are_not_believed(tmp_path: Path, answering: Path) -> None:
    runtime_file(tmp_path / "var", answering)
    answering.chmod(0o777)
    assert attach(tmp_path / "var") is None


@only_root
@pytest.mark.parametrize("foreign", ["file", "sockets", "directory"])
def test_what_a_stranger_made_is_not_believed(shared: Path, answering: Path, foreign: str) -> None:
    var = shared / "var"
    path = runtime_file(var, answering)
    assert attach(var)
    os.chown({"file": path, "sockets": answering, "directory": var}[foreign], STRANGER, STRANGER)
    assert attach(var) is None


@only_root
def test_root_does_not_work_in_a_directory_that_a_stranger_put_where_all_can_write(shared: Path) -> None:
    var = shared / "var"
    var.mkdir()
    os.chown(var, STRANGER, STRANGER)
    with pytest.raises(EmbeddedServerError, match="belongs to someone else"):
        Servers(var, postgres=False).start()
    assert (list(var.iterdir()), var.stat().st_uid) == ([], STRANGER)


@only_root
def test_a_key_that_a_stranger_wrote_is_not_used(shared: Path) -> None:
    (shared / "secret_key").write_text("known to a stranger, though long enough")
    os.chown(shared / "secret_key", STRANGER, STRANGER)
    with pytest.raises(EmbeddedServerError, match="set SECRET_KEY"):
        secret_key(shared)


@only_root
def test_what_root_makes_in_somebodys_checkout_is_theirs(tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    somebody = pwd.getpwnam("daemon")
    os.chown(checkout, somebody.pw_uid, somebody.pw_gid)
    with Servers(checkout / "var", durable=False):
        secret_key(checkout / "var")
    made = [checkout / "var", *(checkout / "var").rglob("*")]
    assert {path.stat().st_uid for path in made} == {somebody.pw_uid}


def can_connect(uid: int, path: Path) -> bool:
    plain = ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups", sys.executable, "-I", "-S", "-c", CONNECT]
    return subprocess.run([*plain, str(path)], check=False, capture_output=True, cwd="/").returncode == 0


@only_root
@pytest.mark.skipif(not shutil.which("setpriv"), reason="setpriv starts a program as somebody else")
def test_those_who_serve_can_use_the_servers_that_root_runs_and_nobody_else_can(tmp_path: Path) -> None:
    from feedapp.embedded.privileges import Account, serving_account  # noqa: PLC0415

    os.chown(tmp_path, STRANGER, STRANGER)
    assert serving_account(tmp_path) == Account(STRANGER, STRANGER)
    os.chown(tmp_path, 0, 0)
    assert serving_account(tmp_path).uid != 0
    with Servers(tmp_path / "var", durable=False, clients=Account(STRANGER, STRANGER)) as servers:
        assert servers.postgres
        assert servers.redis
        for path in (servers.postgres.sockets / ".s.PGSQL.5432", servers.redis.sockets / "redis.sock"):
            assert (can_connect(STRANGER, path), can_connect(PASSER_BY, path)) == (True, False)
            assert rights(path.parent) == 0o750


@only_root
def test_a_leftover_of_the_account_that_runs_the_server_is_taken_over(shared: Path, tmp_path: Path) -> None:
    with Postgres(tmp_path, durable=False) as server:
        place = server.sockets
    for path in (tmp_path / "data", *(tmp_path / "data").rglob("*")):
        os.chown(path, STRANGER, STRANGER)
    place.mkdir(mode=0o700)
    (place / ".s.PGSQL.5432.lock").write_text("")
    os.chown(place, STRANGER, STRANGER)
    with Postgres(tmp_path, durable=False) as server:
        assert server.pid
        assert place.stat().st_uid == STRANGER


def test_emptying_a_place_that_became_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "file").write_text("")
    (tmp_path / "place").symlink_to(tmp_path / "kept")
    with pytest.raises(EmbeddedServerError):
        places.empty(tmp_path / "place")
    assert (tmp_path / "kept" / "file").exists()


def test_processes_that_are_started_make_files_for_their_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        command = command_as("same", [sys.executable, "-c", "open('made', 'w')"])
        subprocess.run(command, check=True, cwd=tmp_path)
    finally:
        os.umask(before)
    assert rights(tmp_path / "made") == 0o600
