"""Notices that the parent process (make) was interrupted or has ended."""

import os
import signal
from pathlib import Path


class Parent:
    """The process that started this one: make.

    A terminal's Ctrl-C reaches both make and us. But `kill -INT` of make alone only makes it stop catching the signal
    and wait for us, so this is what to look for (on Linux; elsewhere only whether it still exists).
    """

    def __init__(self) -> None:
        self._pid = os.getppid()
        self._caught = self._catches_interrupt()

    def is_leaving(self) -> bool:
        """Whether it has ended or was interrupted since this object was made."""
        return os.getppid() != self._pid or (self._caught and not self._catches_interrupt())

    def _catches_interrupt(self) -> bool:
        try:
            status = Path(f"/proc/{self._pid}/status").read_text(encoding="utf-8")
        except OSError:
            return False
        caught = next((line.split()[1] for line in status.splitlines() if line.startswith("SigCgt:")), "0")
        return bool(int(caught, 16) >> (signal.SIGINT - 1) & 1)
