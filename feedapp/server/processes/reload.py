"""A reload: one worker after another is replaced, each only once its successor can serve."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from feedapp.server.processes.places import Worker, told

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

READY_SECONDS = 60.0
"""For a successor to become ready: it imports the application, and asks PostgreSQL once."""


class Reload:
    """Goes on whenever `step` is called, so that workers that end meanwhile are replaced as ever."""

    def __init__(self, workers: list[Worker], new: Callable[[], Worker]) -> None:
        self._workers = workers
        self._new = new
        self._place = 0
        self._successor: Worker | None = None
        self._give_up = 0.0
        self.is_over = False
        self.reason = ""
        """Why a successor could not serve; empty if all could."""
        self.leaving: list[subprocess.Popen[bytes]] = []
        """Processes that are to end; whoever steps takes them from here."""

    def step(self) -> None:
        """Start the next successor, or let the one that is ready take its place."""
        if self._successor is None:
            self._successor, self._give_up = self._new(), monotonic() + READY_SECONDS
            self._successor.start(is_successor=True)
        elif self._successor.is_ready():
            before = self._workers[self._place].process
            self._workers[self._place], self._successor = self._successor, None
            if before is not None:
                self.leaving.append(before)
            self._place += 1
            self.is_over = self._place == len(self._workers)
        elif (status := self._successor.ended()) is not None:
            self._fail(self._successor.reason or f"the new worker ended ({told(status)}): the log says why")
        elif monotonic() > self._give_up:
            self._fail(f"the new worker was not ready within {READY_SECONDS:.0f} s")

    def abandon(self) -> None:
        """End the successor that is on its way."""
        if self._successor is not None and self._successor.process is not None:
            self.leaving.append(self._successor.process)
        self._successor, self.is_over = None, True

    def _fail(self, reason: str) -> None:
        self.reason = reason
        self.abandon()

    def told(self) -> str:
        """Sum it up in a sentence."""
        if not self.reason:
            return "All workers are new"
        stayed = len(self._workers) - self._place
        which = "The old workers stay" if not self._place else f"{stayed} of {len(self._workers)} old workers stay"
        return f"{which}: {self.reason}"
