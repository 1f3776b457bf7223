"""Files that `flask export` writes: whole or not at all, and nobody else's to read."""

from __future__ import annotations

import gzip
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from feedapp.archive import exporting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from click.testing import Result
    from flask import Flask

    from feedapp.pictures.stores import PictureStore
    from feedapp.repositories.transfer.exports import Snapshot
    from tests.support.people import Somebody


def export(app: Flask, path: Path) -> Result:
    return app.test_cli_runner().invoke(args=["export", str(path)])


def test_a_device_that_is_full_is_one_line(app: Flask, people: Callable[..., Somebody]) -> None:
    people("ada")
    done = export(app, Path("/dev/full"))
    assert (done.exit_code, done.output) == (1, "Error: /dev/full cannot be written: No space left on device\n")


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("name", ["new.jsonl", "new.jsonl.gz", "n" * 245, "é" * 127, "n" * 252 + ".gz"])
def test_a_new_export_is_its_owners_alone_however_long_its_name_is(
    app: Flask, people: Callable[..., Somebody], tmp_path: Path, name: str
) -> None:
    people("ada")
    before = os.umask(0)
    try:
        done = export(app, tmp_path / name)
    finally:
        os.umask(before)
    assert (done.exit_code, done.output) == (0, "")
    assert rights(tmp_path / name) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [name]
    content = (tmp_path / name).read_bytes()
    assert b"ada" in (gzip.decompress(content) if name.endswith(".gz") else content)


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o640, 0o660])
def test_a_file_that_is_replaced_keeps_its_rights_and_its_owner(app: Flask, tmp_path: Path, mode: int) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text("old")
    path.chmod(mode)
    if os.geteuid() == 0:
        os.chown(path, 12_345, 54_321)
    before = path.stat()
    assert export(app, path).exit_code == 0
    after = path.stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid)
    assert path.read_text() != "old"


def test_an_export_through_a_link_replaces_what_the_link_names(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "real.jsonl")
    assert export(app, tmp_path / "link").exit_code == 0
    assert (tmp_path / "link").is_symlink()
    assert rights(tmp_path / "real.jsonl") == 0o600


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_full_disk_keeps_the_old_file_and_nothing_half_written(app: Flask, tmp_path: Path) -> None:
    app.test_cli_runner().invoke(args=["seed", "--quiet", "--users=50", "--posts=2000"])
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("nothing can be mounted here")
    try:
        path = disk / "out.jsonl"
        path.write_text("old")
        done = export(app, path)
        assert (done.exit_code, done.output) == (
            1, f"Error: {path} cannot be written: No space left on device\n"
        )  # fmt: skip
        assert path.read_text() == "old"
        assert [each.name for each in disk.iterdir()] == ["out.jsonl"]
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_what_breaks_off_keeps_the_old_file(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text("old")

    def fail(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("feedapp.archive.exporting.lines", fail)
    assert export(app, path).exit_code != 0
    assert (path.read_text(), [each.name for each in tmp_path.iterdir()]) == ("old", ["out.jsonl"])


@pytest.mark.parametrize("nameless", [True, False])
@pytest.mark.parametrize("name", ["out.jsonl", "out.jsonl.gz"])
def test_while_an_export_is_written_there_is_only_the_old_file_where_the_system_can(
    app: Flask,
    people: Callable[..., Somebody],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    nameless: bool,  # noqa: FBT001
) -> None:
    people("ada")
    (tmp_path / name).write_text("old")
    (tmp_path / name).chmod(0o640)
    real = exporting.lines
    seen: list[str] = []

    def look(snapshot: Snapshot, store: PictureStore) -> Iterator[bytes]:
        seen.extend(each.name for each in tmp_path.iterdir())
        return real(snapshot, store)

    monkeypatch.setattr(exporting, "lines", look)
    if not nameless:
        monkeypatch.setattr(exporting, "NAMELESS", 0)
    assert export(app, tmp_path / name).exit_code == 0
    assert len(seen) == (1 if nameless and sys.platform == "linux" else 2)
    assert [each.name for each in tmp_path.iterdir()] == [name]
    assert rights(tmp_path / name) == 0o640
    assert (tmp_path / name).read_bytes() != b"old"
