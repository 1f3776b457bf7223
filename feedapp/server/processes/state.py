"""What a supervisor says of itself to `flask --app wsgi reload`, in memory that ends with it.

It is an anonymous file of the process (memfd): its own user and root read it below /proc, nothing is left behind by a
process that was killed, and no directory has to be writable.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

NAME = "feedapp-supervisor"
_FULL = 64 * 1024


@dataclass(frozen=True)
class State:
    """Where it listens, how many reloads it has finished, and what came of the last."""

    host: str
    port: int
    reloads: int = 0
    is_reloading: bool = False
    is_new: bool = True
    told: str = ""


class Statement:
    """The state that a supervisor shows."""

    def __init__(self, state: State) -> None:
        self._file = os.memfd_create(NAME) if hasattr(os, "memfd_create") else None
        self.state = state
        self.show(state)

    def show(self, state: State) -> None:
        """Show another."""
        self.state = state
        if self._file is not None:
            data = json.dumps(asdict(state)).encode()
            os.pwrite(self._file, data.ljust(_FULL), 0)  # one write: readers see all of it or none


def supervisors(port: int) -> dict[int, State]:
    """Give the supervisors of this user (for root: of all) that listen at a port, by process id."""
    found = {}
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if "feedapp.server" in process.cmdline() and (state := read(process.pid)) and state.port == port:
                found[process.pid] = state
    return found


def read(pid: int) -> State | None:
    """Read the state of a process; None if it has none that we may read."""
    with suppress(OSError, ValueError, TypeError):
        for link in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(FileNotFoundError):
                if str(link.readlink()).startswith(f"/memfd:{NAME}"):
                    return State(**json.loads(link.read_bytes()))
    return None
