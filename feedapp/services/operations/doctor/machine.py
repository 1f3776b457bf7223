"""The machine: room on its disks, and who can read the secrets."""

from __future__ import annotations

import grp
import os
import shutil
import stat
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from feedapp.services.operations.doctor.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

NEARLY_FULL = 0.9
MUCH = 10 * 1024**3
"""Bytes with which a disk is not nearly full, however large it is."""
OLDEST_PYTHON = (3, 11)


def places(state: Path, media_url: str) -> list[Path]:
    """Name where the site, or a PostgreSQL on this machine, keeps what needs room; not all of them exist."""
    media = urlsplit(media_url)
    return [
        *(state if state.exists() else state.parent, state / "postgres" / "data", Path(tempfile.gettempdir())),
        *([Path(media.path)] if media.path and media.scheme in {"", "file"} else []),
        *(Path(each) for each in ("/var/lib/postgresql", "/var/log")),
    ]


def disk_faults(places: Iterable[Path]) -> Iterator[Fault]:
    """Look at the disk of each place that exists, once."""
    seen = set()
    for place in places:
        with suppress(OSError):
            disk = place.stat().st_dev
            if disk in seen:
                continue
            seen.add(disk)
            room, files = shutil.disk_usage(place), os.statvfs(place)
            if room.total and room.used / (room.used + room.free) > NEARLY_FULL and room.free < MUCH:
                yield Fault(
                    f"A disk is nearly full: {room.free / 1024**2:,.0f} MB are left at {place}. When it is, PostgreSQL "
                    "refuses what people write, and backups fail.",
                    f"Make room: `du -xh --max-depth=2 {place} | sort -h` says what is large (old backups, logs). "
                    "Never delete files of PostgreSQL.",
                )
            elif files.f_files and files.f_favail < (1 - NEARLY_FULL) * files.f_files:
                yield Fault(
                    f"A disk is nearly full: it takes {files.f_favail:,} more files at {place}. When it is, pictures "
                    "and what people write are refused.",
                    f"Remove files: `du -x --inodes --max-depth=2 {place} | sort -n` says where many are.",
                )


def secret_faults(places: Iterable[Path]) -> Iterator[Fault]:
    """Look who may read or change each file that exists. A group of a service may read what root owns."""
    for place in places:
        with suppress(OSError):
            found = place.stat()
            if not stat.S_ISREG(found.st_mode):
                continue
            others = found.st_mode & 0o007 or found.st_mode & 0o020
            group = found.st_mode & 0o040 and not (found.st_uid == 0 and _is_small(found.st_gid))
            if others or group:
                yield Fault(
                    f"Secrets can be read: {place} has the mode {stat.S_IMODE(found.st_mode):04o}, so every user of "
                    "this machine may read or change it.",
                    f"chmod 600 {place}, and if others have been on this machine, make the secrets in it anew.",
                )


def python_fault(version: tuple[int, int] = sys.version_info[:2]) -> Iterator[Fault]:
    """Look at the interpreter."""
    if version < OLDEST_PYTHON:
        yield Fault(
            "An old version: Python {}.{}. What this release is written in, it does not know.".format(*version),
            "Install 3.11 or newer, and make the environment anew with it: python3 -m venv /opt/feedapp.",
        )


def _is_small(gid: int) -> bool:
    """Whether a group is root's or a service's own: nobody is entered in it beside the one it is named after."""
    if gid == 0:
        return True
    with suppress(KeyError):
        group = grp.getgrgid(gid)
        return set(group.gr_mem) <= {group.gr_name}
    return False
