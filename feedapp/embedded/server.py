"""What the embedded servers have in common: a process beside a socket, from `start` to `stop`."""

from __future__ import annotations

import shutil
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

from feedapp.embedded.errors import EmbeddedServerError
from feedapp.embedded.processes import Process, end, spawn, wait_until_ready

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from feedapp.embedded.privileges import Account


class Startable(ABC):
    """What runs between `start` and `stop`, also as a context manager."""

    @abstractmethod
    def start(self) -> None:
        """Return when it answers; do nothing if it runs."""

    @abstractmethod
    def stop(self) -> None:
        """Return when it has ended; do nothing if it does not run."""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class Server(Startable):
    """One server. `directory` holds its log and data; `sockets`, known once it has started, its socket.

    `clients` is the other user who may connect.
    """

    NAME: ClassVar[str]
    LOSES: ClassVar[str]
    """What is lost if it is killed, in words for the operator."""
    START_SECONDS: ClassVar[float]
    STEPS: ClassVar[tuple[tuple[int, float], ...]]
    """How it is stopped: signals, each with the seconds to wait for its end."""

    def __init__(self, directory: Path, *, clients: Account | None = None) -> None:
        self.directory = directory
        self._clients = clients
        self.log = directory / f"{self.NAME.lower()}.log"
        self._sockets: Path | None = None
        self._process: Process | None = None

    @property
    def pid(self) -> int | None:
        """None when it does not run."""
        return self._process.pid if self._process and self._process.poll() is None else None

    @property
    def sockets(self) -> Path:
        """The directory of its socket. Raise EmbeddedServerError if it was never started."""
        if self._sockets is None:
            raise EmbeddedServerError(f"{self.NAME} was not started")
        return self._sockets

    @abstractmethod
    def _is_ready(self) -> bool:
        """Whether it answers."""

    def stop(self) -> None:
        """Return when it has ended; do nothing if it does not run."""
        if self._process:
            end(self._process, *self.STEPS)
            self._process = None
        if self._sockets:
            shutil.rmtree(self._sockets, ignore_errors=True)

    def kill(self) -> None:
        """End it as a crash would (SIGKILL), for tests of what happens then."""
        if self._process:
            end(self._process)

    def _run(self, command: Sequence[str], **more: Any) -> None:
        """Run it and return when it answers; see `spawn` for `more`."""
        self._process = spawn(command, log=self.log, **more)
        try:
            wait_until_ready(self.NAME, self._process, self._is_ready, log=self.log, seconds=self.START_SECONDS)
        except BaseException:
            self.stop()
            raise
