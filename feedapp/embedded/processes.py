"""Starting, finding, awaiting and ending the operating system's processes."""

import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, TypeVar

import psutil

from feedapp.embedded import private
from feedapp.embedded.errors import EmbeddedServerError
from feedapp.embedded.privileges import SAME, command_as

Process = subprocess.Popen[bytes]
Result = TypeVar("Result")

POLL_SECONDS = 0.005
LOG_LINES = 8
SERVER_NAMES = {"postgres", "valkey-server"}


def spawn(
    command: Sequence[str],
    *,
    log: Path | None,
    death_signal: int,
    identity: str = SAME,
    env: dict[str, str] | None = None,
) -> Process:
    """Start a command that Ctrl-C does not reach and that ends when this process does, however that ends.

    The last run's log is kept as `.old`: a rename works even if that run was another user's.
    `log=None` leaves standard output and error as they are.
    """
    wrapped = command_as(identity, list(command), parent=os.getpid(), death_signal=death_signal)

    if log is None:
        return _LONG_LIVED.call(lambda: _open(wrapped, None, env))
    with suppress(FileNotFoundError):
        log.replace(log.with_suffix(".old"))
    with os.fdopen(private.open_file(log, os.O_WRONLY | os.O_TRUNC), "wb") as output:
        return _LONG_LIVED.call(lambda: _open(wrapped, output, env))


def _open(command: Sequence[str], output: IO[bytes] | None, env: dict[str, str] | None) -> Process:
    return subprocess.Popen(  # noqa: S603 (the command is ours)
        command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True, env=env
    )


class _LongLivedThread:
    """Runs calls in one thread that lives as long as this process.

    Linux sends the death signal when the *thread* that started a child ends, not when its process does.
    """

    def __init__(self) -> None:
        self._calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._pid = 0

    def call(self, function: Callable[[], Result]) -> Result:
        with self._lock:
            if self._pid != os.getpid():  # the first call, or the first after a fork, which threads do not survive
                self._calls = queue.SimpleQueue()
                self._pid = os.getpid()
                threading.Thread(target=self._run, args=(self._calls,), daemon=True, name="feedapp-spawn").start()
            outcome: queue.SimpleQueue[Result | BaseException] = queue.SimpleQueue()

            def run() -> None:
                try:
                    outcome.put(function())
                except BaseException as error:  # noqa: BLE001 (raised again in the caller's thread)
                    outcome.put(error)

            self._calls.put(run)
            result = outcome.get()
        if isinstance(result, BaseException):
            raise result
        return result

    @staticmethod
    def _run(calls: queue.SimpleQueue[Callable[[], None]]) -> None:
        while True:
            calls.get()()


_LONG_LIVED = _LongLivedThread()


def wait_until_ready(name: str, process: Process, ready: Callable[[], bool], *, log: Path, seconds: float) -> None:
    """Raise EmbeddedServerError with the log's name and last lines if the process ends or never answers."""
    deadline = time.monotonic() + seconds
    while not ready():
        if process.poll() is not None:
            raise EmbeddedServerError(_failure(f"{name} stopped at once (status {process.returncode})", log))
        if time.monotonic() > deadline:
            raise EmbeddedServerError(_failure(f"{name} did not answer within {seconds:.0f} s", log))
        time.sleep(POLL_SECONDS)


def _failure(what: str, log: Path) -> str:
    return f"{what}, see {log}: {' | '.join(last_lines(log))}"


def last_lines(log: Path, count: int = LOG_LINES) -> list[str]:
    """Return the end of a log; empty if there is none."""
    try:
        return log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:]
    except OSError:
        return []


def end(process: Process, *steps: tuple[int, float]) -> None:
    """Send each (signal, seconds to wait) in turn until the process has ended, and reap it; at last SIGKILL."""
    for signal_number, seconds in steps:
        if process.poll() is not None:
            return
        process.send_signal(signal_number)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
    if process.poll() is None:
        process.kill()
        process.wait()


def end_leftovers(mark: str, *, seconds: float = 10) -> None:
    """End what a killed run left behind: every server's process with `mark` in its command line or title."""
    leftovers = [process for process in psutil.process_iter() if _is_server_with(process, mark)]
    for process in leftovers:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGINT)
    _, alive = psutil.wait_procs(leftovers, timeout=seconds)
    for process in alive:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, timeout=seconds)


def _is_server_with(process: psutil.Process, mark: str) -> bool:
    try:
        return process.name() in SERVER_NAMES and mark in " ".join(process.cmdline())
    except psutil.Error:
        return False
