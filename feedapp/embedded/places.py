"""Paths: the servers' programs, and a socket directory whose path is short enough."""

import hashlib
import os
import stat
import tempfile
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from feedapp.embedded import private
from feedapp.embedded.errors import EmbeddedServerError
from feedapp.embedded.privileges import Account

SOCKET_PATH_LIMIT = 100  # bytes; the kernel's limit is 107 on Linux, 103 on macOS
LONGEST_SOCKET_NAME = ".s.PGSQL.5432.lock"


def package_directory(name: str) -> Path:
    """Find an installed package without importing it."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise EmbeddedServerError(f"the package {name} is not installed: pip install -r requirements.txt")
    return Path(spec.origin).parent


def token_of(directory: Path) -> str:
    """Give a token of this directory: a copy elsewhere, or the same path in another container, has another one."""
    resolved = directory.resolve()
    status = resolved.stat()
    return hashlib.sha256(f"{resolved}:{status.st_dev}:{status.st_ino}".encode()).hexdigest()[:12]


def socket_directory(name: str, *, owner: Account, clients: Account | None = None) -> Path:
    """Make, or find again, a directory for a socket that only its owner, the server's account, and `clients` can enter.

    It stands outside the data directory because a socket's path may only be some hundred bytes long. Raise
    EmbeddedServerError if what stands there is someone else's: it is neither used nor changed.
    """
    base = _short_base(name)
    directory = base / name
    place = os.open(base, private.DIRECTORY)
    try:
        with suppress(FileExistsError):
            os.mkdir(name, mode=0o700, dir_fd=place)
        descriptor = os.open(name, private.DIRECTORY, dir_fd=place)
    except OSError as error:
        raise _foreign(directory) from error
    finally:
        os.close(place)
    try:
        if os.fstat(descriptor).st_uid not in {os.geteuid(), owner.uid}:
            raise _foreign(directory)
        others = clients is not None and clients.uid != owner.uid
        if os.geteuid() == 0:
            os.fchown(descriptor, owner.uid, clients.gid if clients and others else owner.gid)
        os.fchmod(descriptor, 0o750 if others else 0o700)
    finally:
        os.close(descriptor)
    return directory


def empty(directory: Path) -> None:
    """Remove the files in a directory made by `socket_directory`. Raise EmbeddedServerError if it was replaced."""
    try:
        descriptor = os.open(directory, private.DIRECTORY)
        try:
            for entry in list(os.scandir(descriptor)):  # by descriptor: what takes its place meanwhile is left alone
                os.unlink(entry.name, dir_fd=descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise _foreign(directory) from error


def _foreign(directory: Path) -> EmbeddedServerError:
    return EmbeddedServerError(
        f"{directory} belongs to someone else: remove it, or set TMPDIR to a directory of your own"
    )


def _short_base(name: str) -> Path:
    candidates = [tempfile.gettempdir(), "/tmp"]  # noqa: S108 (the second is for a TMPDIR that does not serve)
    if runtime := os.environ.get("XDG_RUNTIME_DIR", ""):
        candidates.insert(0, runtime)  # it may be another user's: sudo keeps the variable
    for candidate in candidates:
        base = Path(candidate).resolve()
        length = len(os.fsencode(base / name / LONGEST_SOCKET_NAME))
        if length <= SOCKET_PATH_LIMIT and _keeps_what_is_ours(base):
            return base
    raise EmbeddedServerError(
        "no directory for sockets: set TMPDIR to a short path of yours that others cannot write to, or that is sticky"
    )


def _keeps_what_is_ours(base: Path) -> bool:
    """Whether we can write to a directory, and nobody else can remove or replace our files there."""
    try:
        status = base.stat()
    except OSError:
        return False
    shared = status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    administrators = {0, Path("/").stat().st_uid}  # in a container the latter may be a stand-in for root
    return (
        stat.S_ISDIR(status.st_mode)
        and status.st_uid in {os.geteuid(), *administrators}
        and (not shared or bool(status.st_mode & stat.S_ISVTX))
        and os.access(base, os.W_OK | os.X_OK)
    )
