"""The directories of sockets: nobody can lead us to another one, root least of all."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from feedapp.embedded import EmbeddedServerError, Postgres, Redis, Servers, places
from feedapp.embedded.privileges import Account
from tests.integration.places.strangers import EVERYBODYS, PASSER_BY, STRANGER, only_root, rights, socket_directory_of

CONNECT = "import socket, sys; socket.socket(socket.AF_UNIX).connect(sys.argv[1])"


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


def can_connect(uid: int, path: Path) -> bool:
    plain = ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups", sys.executable, "-I", "-S", "-c", CONNECT]
    return subprocess.run([*plain, str(path)], check=False, capture_output=True, cwd="/").returncode == 0


@only_root
@pytest.mark.skipif(not shutil.which("setpriv"), reason="setpriv starts a program as somebody else")
def test_those_who_serve_can_use_the_servers_that_root_runs_and_nobody_else_can(tmp_path: Path) -> None:
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
