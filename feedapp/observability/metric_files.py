"""Files for figures that cannot end a process: their place on the disk is taken before anything is written.

prometheus_client maps files that have a size but no place yet. When the disk is full, writing to one is SIGBUS, which
ends the process. What finds no place here goes on in memory, where this process counts on, and others do not see it.
"""

from __future__ import annotations

import logging
import mmap
import os
from pathlib import Path
from typing import Any

from prometheus_client import values
from prometheus_client.mmap_dict import MmapedDict

_FIRST_BYTES = 1 << 16
_ENTRY_BYTES = 64
"""More than what an entry takes beside its key."""

log = logging.getLogger("feedapp.observability.metrics")


class ReservedDict(MmapedDict):
    """One file of one process."""

    def __init__(self, filename: str, read_mode: bool = False) -> None:  # noqa: FBT001, FBT002 (as the library calls it)
        self._in_memory: int | None = None
        if not read_mode:
            try:
                with open(filename, "ab") as file:  # noqa: PTH123 (as the library opens it)
                    _reserve(file.fileno(), _FIRST_BYTES)
            except OSError as error:
                Path(filename).unlink(missing_ok=True)  # whoever adds the figures up would stumble over an empty one
                filename = self._memory(error)
        super().__init__(filename, read_mode)  # type: ignore[no-untyped-call]

    def _init_value(self, key: str) -> None:
        if self._used + len(key.encode()) + _ENTRY_BYTES > self._capacity and self._in_memory is None:
            try:
                _reserve(self._f.fileno(), self._capacity * 2)
            except OSError as error:
                self._go_on_in(self._memory(error))
        super()._init_value(key)  # type: ignore[no-untyped-call]

    def _memory(self, error: OSError) -> str:
        log.warning("Metrics are kept in memory from now on: %s", error.strerror)
        self._in_memory = os.memfd_create("figures")
        os.truncate(self._in_memory, _FIRST_BYTES)
        return f"/proc/self/fd/{self._in_memory}"

    def _go_on_in(self, filename: str) -> None:
        file = open(filename, "a+b")  # noqa: PTH123, SIM115 (it stays open, as the library's)
        file.truncate(self._capacity)
        memory = mmap.mmap(file.fileno(), self._capacity)
        memory[:] = self._m[:]
        self._f.close()
        self._f, self._m = file, memory


def _reserve(descriptor: int, size: int) -> None:
    """Take a place of that size for a file. Raise OSError if there is none."""
    reserve: Any = getattr(os, "posix_fallocate", None)
    if reserve is not None:
        reserve(descriptor, 0, size)


def use() -> None:
    """Let prometheus_client use these; to be called before the first figure is made."""
    if hasattr(os, "memfd_create"):  # Linux alone has it
        setattr(values, "MmapedDict", ReservedDict)  # noqa: B010 (mypy would not let a class be assigned)
