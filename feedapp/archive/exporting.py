"""Writes a community as a file that `importing` reads. Passwords and tokens stay here."""

from __future__ import annotations

import errno
import gzip
import os
import re
import secrets
import stat
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import orjson

from feedapp.archive.kinds import KINDS
from feedapp.archive.kinds.pictures import Picture
from feedapp.archive.pictures import with_content

if TYPE_CHECKING:
    from collections.abc import Iterator

    from feedapp.pictures.stores import PictureStore
    from feedapp.repositories.transfer.exports import Snapshot

LEVEL = 6
NAMELESS: int = getattr(os, "O_TMPFILE", 0)
MOST_LINKS = 40
"""As the kernel has it."""
_DESCRIPTORS = re.compile(rf"/dev/fd|/proc/{os.getpid()}(/task/[0-9]+)?/fd")


def lines(snapshot: Snapshot, store: PictureStore) -> Iterator[bytes]:
    """Give every line; what is named comes before what names it. Pictures bring their content from the store."""
    for kind in KINDS:
        for row in snapshot.rows(kind.kind):
            whole = with_content(row, store) if kind is Picture else row
            if whole is not None:
                yield _line({"type": kind.kind, **whole})


@contextmanager
def written(path: Path) -> Iterator[BinaryIO]:
    """Write a file, gzip if its name ends in .gz: under another name until it is whole. Same content, same bytes.

    If the block raises, what stood there before stands there still, and nothing else. A new file is its owner's alone,
    one that was there keeps its rights. A device, a pipe, and a descriptor of this process such as /dev/stdout, are
    written to as they are. Raise OSError.
    """
    descriptor = _own_descriptor(path)
    if descriptor is not None:
        with os.fdopen(os.dup(descriptor), "wb") as file:
            yield file
        return
    try:
        before = path.stat()
    except FileNotFoundError:
        before = None
    if before and not stat.S_ISREG(before.st_mode):
        with path.open("wb") as file:
            yield file
        return
    if before and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    with _replacing(path.resolve(), before) as file:
        yield file


@contextmanager
def _replacing(path: Path, before: os.stat_result | None) -> Iterator[BinaryIO]:
    number, name = _nameless(path.parent)
    try:
        with os.fdopen(number, "wb") as file:
            if path.suffix == ".gz":
                with gzip.GzipFile(filename="", mode="wb", compresslevel=LEVEL, fileobj=file, mtime=0) as packed:
                    yield cast("BinaryIO", packed)
            else:
                yield file
            file.flush()
            if before:
                with suppress(PermissionError):  # another user's, or of a group that we are not in
                    os.fchown(number, before.st_uid, before.st_gid)
                os.fchmod(number, stat.S_IMODE(before.st_mode))
            os.fsync(number)
            if not name.exists():
                os.link(f"/proc/self/fd/{number}", name, src_dir_fd=number)  # with it, a link is followed
            name.replace(path)
    except BaseException:
        name.unlink(missing_ok=True)
        raise


def _nameless(directory: Path) -> tuple[int, Path]:
    """Open a new file for its owner alone, without a name where the system can: so even a kill leaves nothing.

    Give with it the name that it has, or is to have before it takes the place of another: short, whatever that is.
    """
    name = directory / f".feedapp-{secrets.token_hex(8)}.partial"
    if NAMELESS and Path("/proc/self/fd").exists():
        with suppress(OSError):  # not on every file system; what is really wrong is said by the next attempt
            return os.open(directory, NAMELESS | os.O_WRONLY, 0o600), name
    return os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), name


def _own_descriptor(path: Path) -> int | None:
    """Find which descriptor of this process a path such as /dev/stdout or /dev/fd/63 stands for.

    Opening it would begin a file at its first byte again, and write over what stands there.
    """
    links = 0
    while path.is_symlink() or path.parent.name == "fd":
        if _DESCRIPTORS.fullmatch(os.path.realpath(path.parent)) and path.name.isdecimal():
            return int(path.name)
        if links == MOST_LINKS or not path.is_symlink():
            return None
        path, links = path.parent / path.readlink(), links + 1
    return None


def _line(data: dict[str, Any]) -> bytes:
    return orjson.dumps(data, option=orjson.OPT_APPEND_NEWLINE)
