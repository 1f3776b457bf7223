"""What tests of other users' doings share: users who own nothing, and looking at rights."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from feedapp.embedded import Redis

STRANGER, PASSER_BY = 54_321, 54_322  # uids that own nothing and have no name
EVERYBODYS = Path("/tmp").resolve()  # noqa: S108  (what is used where TMPDIR does not serve)
only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make what is another user's")


def socket_directory_of(server: Redis) -> Path:
    """Find out where it has its socket, by starting it."""
    with server:
        return server.sockets


def rights(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def open_to_others(directory: Path) -> list[str]:
    paths = [directory, *directory.rglob("*")]
    return [f"{path} {oct(rights(path))}" for path in paths if not path.is_symlink() and rights(path) & 0o077]
