"""One process at a time, told apart by the kernel: a lock is gone when its holder is, however that ended."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def take_lock(path: Path, owner: str) -> int | None:
    """Hold `path` until the returned descriptor is closed; None if a live process holds it.

    `owner` is written into the file for whoever comes in vain.
    """
    descriptor = os.open(path, os.O_CREAT | os.O_RDONLY, 0o644)  # another user's file is locked as well as ours
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    with suppress(OSError):
        path.write_text(f"{owner}\n", encoding="utf-8")
    return descriptor


def share_lock(path: Path) -> int | None:
    """Hold `path` together with others until the returned descriptor is closed; None if that is not possible here.

    Somebody who holds it alone (`wait_until_alone`) is waited for.
    """
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_RDONLY, 0o644)
    except OSError:
        return None
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


@contextmanager
def wait_until_alone(path: Path, say: Callable[[], None]) -> Iterator[None]:
    """Hold `path` alone; `say` is called before those who share it are waited for. Ctrl-C ends the waiting."""
    descriptor = os.open(path, os.O_CREAT | os.O_RDONLY, 0o644)
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
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False
