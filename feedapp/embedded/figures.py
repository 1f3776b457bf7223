"""Where serving processes keep their figures for Prometheus, and finding those of all that run on this machine.

A directory belongs to the workers of one server. Its name has the number of the process whose children they are, and
numbers are given out again, to anybody: so each worker holds a shared lock in it, which ends with the worker however
that ends. A directory whose lock nobody holds is that of an ended server.
"""

import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from feedapp.embedded.errors import EmbeddedServerError
from feedapp.embedded.locks import is_held

RUN_LOCK = "run.lock"
IN_USE = "in-use.lock"
_PREFIX = "feedapp-metrics"


def join_server(parent: int) -> Path:
    """Hold, while this process lives, the directory for all workers of one server: the children of process `parent`.

    It has nothing in it of an earlier server with that number. Those of other ended servers are removed. To be called
    before anything imports prometheus_client. Raise EmbeddedServerError if it belongs to someone else.
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
                    f"{place} belongs to someone else: remove it, or set PROMETHEUS_MULTIPROC_DIR to one of yours"
                )
            held = _open_lock(place)
            fcntl.flock(held, fcntl.LOCK_SH)
            if _is_at(held, place / IN_USE):
                return place  # and `held` stays open
            os.close(held)


def of_run(directory: Path) -> Path:
    """Name the directory for `make run` in a directory."""
    return directory / "metrics"


def found(directory: Path) -> list[Path]:
    """Give those of a `make run` that runs there, of servers of this user that run, and PROMETHEUS_MULTIPROC_DIR's."""
    places = {Path(given) for given in [os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")] if given}
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


def _open_lock(place: Path) -> int:
    return os.open(place / IN_USE, os.O_CREAT | os.O_RDONLY, 0o600)


def _is_at(descriptor: int, path: Path) -> bool:
    with suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(descriptor), path.stat())
    return False


@contextmanager
def _abandoned(place: Path) -> Iterator[bool]:
    """Tell whether no process uses a directory; a process that begins to waits until the answer has been used."""
    try:
        descriptor = _open_lock(place)  # made if there is none: it may be on its way to be
    except FileNotFoundError:  # the directory itself is gone
        yield False
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        is_abandoned = True
    except BlockingIOError:
        is_abandoned = False
    try:
        yield is_abandoned
    finally:
        os.close(descriptor)
