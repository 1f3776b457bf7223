"""Directories and files that only their owner can use, even where others can write beside them.

A path is resolved once: it is opened without following a link, then checked and changed by its descriptor, so swapping
the path in between has no effect. Root gives what it creates to the owner of the directory, so that a checkout that was
once started with sudo still works without.
"""

import os
import stat
from contextlib import suppress
from pathlib import Path

from feedapp.embedded.errors import EmbeddedServerError

DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
FOR_OTHERS = 0o077
WRITABLE_BY_ALL = 0o002


def make_directory(path: Path) -> None:
    """Create it, with its parents, or take the existing one: from now on only its owner can use it.

    Raise EmbeddedServerError if it is someone else's, and OSError.
    """
    path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
    descriptor = os.open(path, DIRECTORY)
    try:
        owner, parent = os.fstat(descriptor).st_uid, path.parent.stat()
        if not _may_own(owner, parent):
            raise EmbeddedServerError(f"{path} belongs to someone else: remove it, or start feedapp as its owner")
        _leave_to_owner(descriptor, parent)
        _take_rights(descriptor)
    finally:
        os.close(descriptor)


def close_to_others(directory: Path) -> None:
    """Also remove all permissions of others on the contents of a directory. Call it while nothing runs from it."""
    descriptor = os.open(directory.resolve(), DIRECTORY)
    try:
        _close_to_others(descriptor)
    finally:
        os.close(descriptor)


def open_file(path: Path, flags: int) -> int:
    """Open or create a file that only its owner can use, and give its descriptor; with O_TRUNC it is emptied.

    Raise EmbeddedServerError if it is a link or someone else's, and OSError.
    """
    parent = path.parent.stat()
    wanted = (flags & ~os.O_TRUNC) | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
    try:
        descriptor = os.open(path, wanted, 0o600)
    except OSError as error:
        if path.is_symlink():
            raise EmbeddedServerError(f"{path} is a link: remove it") from error
        raise
    try:
        status = os.fstat(descriptor)
        _refuse_foreign(path, status, parent)
        if status.st_uid == os.geteuid() or os.geteuid() == 0:
            _leave_to_owner(descriptor, parent)
            _take_rights(descriptor)
        if flags & os.O_TRUNC:
            os.ftruncate(descriptor, 0)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def write_file(path: Path, text: str) -> None:
    """Replace a file in one step: readers see all of it or none. Raise as `open_file` does."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.unfinished")
    with os.fdopen(open_file(unfinished, os.O_WRONLY | os.O_TRUNC), "w", encoding="utf-8") as file:
        file.write(text)
    unfinished.replace(path)


def read_file(path: Path) -> str:
    """Read a file that only we, root or, for root, the owner of its directory can have written. Raise OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    with os.fdopen(descriptor, encoding="utf-8") as file:
        status, parent = os.fstat(descriptor), path.parent.stat()
        if (
            not stat.S_ISREG(status.st_mode)
            or status.st_mode & WRITABLE_BY_ALL
            or status.st_uid not in {os.geteuid(), 0, parent.st_uid}
            or not (parent.st_uid == 0 or _may_own(parent.st_uid, path.parent.parent.stat()))
        ):
            raise PermissionError(f"{path} may be someone else's")
        return file.read()


def _refuse_foreign(path: Path, status: os.stat_result, parent: os.stat_result) -> None:
    if not _is_plain(status) or status.st_uid not in {os.geteuid(), 0, parent.st_uid}:
        raise EmbeddedServerError(f"{path} was made by someone else: remove it")


def _may_own(owner: int, parent: os.stat_result) -> bool:
    """Root trusts the owner of a checkout, or of what an administrator put there, and nobody else."""
    if os.geteuid() != 0 or owner == 0:
        return owner == os.geteuid()
    return owner == parent.st_uid or not parent.st_mode & WRITABLE_BY_ALL


def _leave_to_owner(descriptor: int, parent: os.stat_result) -> None:
    if os.geteuid() == 0 and os.fstat(descriptor).st_uid == 0 and parent.st_uid != 0:
        os.fchown(descriptor, parent.st_uid, parent.st_gid)


def _close_to_others(directory: int) -> None:
    """From the top down: what is below a closed directory cannot be reached any more."""
    _take_rights(directory)
    for entry in list(os.scandir(directory)):
        with suppress(OSError):  # gone meanwhile, or a link
            if not entry.stat(follow_symlinks=False).st_mode & FOR_OTHERS or entry.is_symlink():
                continue
            kind = DIRECTORY if entry.is_dir(follow_symlinks=False) else os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
            descriptor = os.open(entry.name, kind | os.O_CLOEXEC, dir_fd=directory)
            try:
                status = os.fstat(descriptor)
                if stat.S_ISDIR(status.st_mode):
                    _close_to_others(descriptor)
                elif _is_plain(status):
                    _take_rights(descriptor)
            finally:
                os.close(descriptor)


def _take_rights(descriptor: int) -> None:
    os.fchmod(descriptor, stat.S_IMODE(os.fstat(descriptor).st_mode) & ~FOR_OTHERS)


def _is_plain(status: os.stat_result) -> bool:
    """Tell whether it is a regular file without further hard links."""
    return stat.S_ISREG(status.st_mode) and status.st_nlink <= 1
