"""File locks, so that one process at a time does something; a lock ends with its holder, however that ends."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from feedapp.embedded import private


def take_lock(path: Path, owner: str) -> int | None:
    """Hold `path` until the returned descriptor is closed; None if a live process holds it.

    `owner` is written into the file for processes that do not get the lock.
    """
    descriptor = _open(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{owner}\n".encode(), 0)
    return descriptor


def share_lock(path: Path) -> int | None:
    """Hold `path` together with others until the returned descriptor is closed; None if that is not possible here.

    Waits for a process that holds it alone (`wait_until_alone`).
    """
    try:
        descriptor = _open(path)
    except OSError:
        return None
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


@contextmanager
def wait_until_alone(path: Path, say: Callable[[], None]) -> Iterator[None]:
    """Hold `path` alone; `say` is called before waiting for those who share it. Ctrl-C ends the wait."""
    descriptor = _open(path)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say()
            with suppress(KeyboardInterrupt):
                fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def owner_of(path: Path) -> str:
    """Return what the holder of this lock says of itself."""
    with suppress(OSError):
        return path.read_text(encoding="utf-8").strip() or "another process"
    return "another process"


def is_held(path: Path) -> bool:
    """Tell whether a live process holds it."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def _open(path: Path) -> int:
    try:
        return private.open_file(path, os.O_RDWR)
    except PermissionError:
        return private.open_file(path, os.O_RDONLY)  # another user's is locked as well as ours
