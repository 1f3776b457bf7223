"""Who web workers are, and what they may reach, by the permissions of files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from feedapp.embedded.errors import EmbeddedServerError
from feedapp.embedded.launch import workers

if TYPE_CHECKING:
    from pathlib import Path

STRANGER = (54_321, 54_321)


def test_a_directory_that_others_may_write_in_is_left_alone(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    workers.share(tmp_path, STRANGER)
    assert tmp_path.stat().st_mode & 0o7777 == 0o1777


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives directories away")
def test_a_closed_directory_is_opened_to_the_workers_group_and_to_nobody_else(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    workers.share(tmp_path, STRANGER)
    status = tmp_path.stat()
    assert (status.st_mode & 0o7777, status.st_gid, status.st_uid) == (0o770, STRANGER[1], 0)


def test_what_stands_below_a_closed_directory_cannot_be_read(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    inner = tmp_path / "open"
    inner.mkdir(mode=0o755)
    assert workers.can_read(inner, os.geteuid(), os.getegid())
    assert not workers.can_read(inner, *STRANGER)
    assert not workers.can_read(tmp_path / "missing", os.geteuid(), os.getegid())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has rights to give up")
def test_root_stays_root_only_if_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WEB_USER", raising=False)
    user = workers.worker_user()
    assert user
    assert user[0] != 0
    monkeypatch.setenv("WEB_USER", "root")
    assert workers.worker_user() is None
    monkeypatch.setenv("WEB_USER", "nobody at all")
    with pytest.raises(EmbeddedServerError, match="WEB_USER"):
        workers.worker_user()
