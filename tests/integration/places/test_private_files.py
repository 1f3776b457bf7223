"""What is kept under var/ is its owner's alone, and what someone else put there is not used."""

from __future__ import annotations

import json
import os
import pwd
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from feedapp.embedded import AlreadyRunningError, EmbeddedServerError, Postgres, Redis, Servers, attach, secret_key
from feedapp.embedded.locks import take_lock
from feedapp.embedded.privileges import command_as
from tests.integration.places.strangers import STRANGER, only_root, open_to_others, rights

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


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


def test_processes_that_are_started_make_files_for_their_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        command = command_as("same", [sys.executable, "-c", "open('made', 'w')"])
        subprocess.run(command, check=True, cwd=tmp_path)
    finally:
        os.umask(before)
    assert rights(tmp_path / "made") == 0o600
