"""Where serving processes keep their figures for Prometheus, and finding those of all that run on this machine."""

import os
import tempfile
from pathlib import Path

from feedapp.embedded.locks import is_held

RUN_LOCK = "run.lock"
_PREFIX = "feedapp-metrics"


def of_server(parent: int) -> Path:
    """Name the directory for all workers of one server that is not run by `make run`: the children of one process."""
    return Path(tempfile.gettempdir()) / f"{_PREFIX}-{os.getuid()}-{parent}"


def of_run(directory: Path) -> Path:
    """Name the directory for `make run` in a directory."""
    return directory / "metrics"


def found(directory: Path) -> list[Path]:
    """Give those of a `make run` that runs there, of servers of this user that run, and PROMETHEUS_MULTIPROC_DIR's."""
    places = {Path(given) for given in [os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")] if given}
    if is_held(directory / RUN_LOCK):
        places.add(of_run(directory))
    for place in Path(tempfile.gettempdir()).glob(f"{_PREFIX}-{os.getuid()}-*"):
        parent = place.name.rpartition("-")[2]
        if parent.isdigit() and _runs(int(parent)):
            places.add(place)
    return sorted(place for place in places if place.is_dir())


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
