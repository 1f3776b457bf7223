"""Directories for Prometheus metrics of serving processes, and how to find those of all servers on this machine.

A directory belongs to the workers of one server. Its name contains the pid of their parent, and pids are reused: so
each worker holds a shared lock on it, which ends with the worker, however that ends. A directory without a lock belongs
to a server that has ended.
"""

import fcntl
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from feedapp.embedded.errors import EmbeddedServerError
from feedapp.embedded.locks import is_held

RUN_LOCK = "run.lock"
SETTING = "PROMETHEUS_MULTIPROC_DIR"
"""The setting of prometheus_client: a directory for the metrics of processes that serve together."""
LOOK_AGAIN = 0.01
_PREFIX = "feedapp-metrics"


def given() -> str | None:
    """Read the setting; None if it is not set, or to nothing. Raise EmbeddedServerError if it is wrong."""
    value = os.environ.get(SETTING, "").strip()
    by_right = os.access in os.supports_effective_ids  # a worker may have the right to pass through closed directories
    if value and not (Path(value).is_dir() and os.access(value, os.W_OK | os.X_OK, effective_ids=by_right)):
        raise EmbeddedServerError(
            f"{SETTING} is {value!r}, which is no directory that can be written to: make it first"
        )
    return value or None


def join_server(parent: int) -> Path:
    """Hold, while this process lives, the directory for all workers of one server: the children of process `parent`.

    It contains nothing of an earlier server with that pid. Those of other ended servers are removed. Call it before
    anything imports prometheus_client. Raise EmbeddedServerError if it belongs to someone else.
    """
    for place in _places():
        with _abandoned(place) as is_abandoned:
            if is_abandoned:
                shutil.rmtree(place, ignore_errors=True)
    place = Path(tempfile.gettempdir(), f"{_prefix()}{parent}")
    while True:
        with suppress(FileExistsError):
            place.mkdir(mode=0o700)
        with suppress(FileNotFoundError):  # another worker, which found it abandoned, removes it
            if not _is_ours(place):
                raise EmbeddedServerError(
                    f"{place} belongs to someone else: remove it, or set {SETTING} to one of yours"
                )
            held = _open(place)
            fcntl.flock(held, fcntl.LOCK_SH)
            if _is_at(held, place):
                return place  # and `held` stays open
            os.close(held)


def of_run(directory: Path) -> Path:
    """Name the directory for `make run` in a directory."""
    return directory / "metrics"


def found(directory: Path) -> list[Path]:
    """Give those of a running `make run` there, of running servers of this user, and PROMETHEUS_MULTIPROC_DIR."""
    places = {Path(value) for value in [os.environ.get(SETTING, "").strip()] if value}
    if is_held(directory / RUN_LOCK):
        places.add(of_run(directory))
    for place in _places():
        with _abandoned(place) as is_abandoned:
            if not is_abandoned:
                places.add(place)
    return sorted(place for place in places if place.is_dir())


def _prefix() -> str:
    return f"{_PREFIX}-{os.geteuid()}-"


def _places() -> Iterator[Path]:
    for place in Path(tempfile.gettempdir()).glob(f"{_prefix()}*"):
        with suppress(FileNotFoundError):
            if _is_ours(place):
                yield place


def _is_ours(place: Path) -> bool:
    """Tell whether it is a directory, not a link to one, of this user. Raise FileNotFoundError."""
    status = place.lstat()
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid()


def _open(place: Path) -> int:
    return os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)


def _is_at(descriptor: int, place: Path) -> bool:
    """Tell whether the path is still this directory, not another of the same name."""
    with suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(descriptor), place.lstat())
    return False


@contextmanager
def _abandoned(place: Path) -> Iterator[bool]:
    """Tell whether no process uses a directory; a process that is about to use it waits meanwhile."""
    try:
        descriptor = _open(place)
    except FileNotFoundError:
        yield False
        return
    try:
        yield not _is_used(descriptor) and _is_at(descriptor, place)
    finally:
        os.close(descriptor)


def _is_used(descriptor: int) -> bool:
    """Lock a directory exclusively, or tell that processes use it. Waits for others that also only check."""
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return False
        with suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return True
        time.sleep(LOOK_AGAIN)
