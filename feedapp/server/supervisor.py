"""Listens, and keeps as many workers running as are wanted: one that ends is replaced, however it ended."""

from __future__ import annotations

import logging
import os
import resource
import select
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from feedapp.server.limits import DRAIN_SECONDS

if TYPE_CHECKING:
    from collections.abc import Sequence

BACKLOG = 2048
SEND_BUFFER = 128 * 1024
UNREAD_SECONDS = 30
"""How long the system keeps unread bytes sent on a closed connection."""
MOST_FILES = 65_536
STOP_SECONDS = DRAIN_SECONDS + 4
SOON, LATEST = 0.1, 10.0
"""Seconds until a worker that ended before it was ready is replaced; doubled each time."""
LOOK_SECONDS = 5.0

log = logging.getLogger("feedapp.server")


class Target(NamedTuple):
    """What is served where; `prefix` is a command that becomes the worker, such as one that drops privileges."""

    application: str
    host: str
    port: int
    workers: int
    threads: int
    prefix: Sequence[str] = ()


class Worker:
    """One place among the workers, and the process that has it."""

    def __init__(self, target: Target, listener: socket.socket) -> None:
        self._target = target
        self._listener = listener
        self._ready: int | None = None
        self.process: subprocess.Popen[bytes] | None = None
        self.failures = 0
        self.due = 0.0

    def start(self) -> None:
        """Start the process."""
        self._ready, ready = os.pipe()
        descriptors = (self._listener.fileno(), ready)
        command = [
            *(*self._target.prefix, sys.executable, "-m", "feedapp.server.worker"),
            *(*map(str, descriptors), self._target.application, str(self._target.threads)),
        ]
        self.process = subprocess.Popen(command, pass_fds=descriptors, stdin=subprocess.DEVNULL)  # noqa: S603
        os.close(ready)

    def is_ready(self) -> bool:
        """Whether it has reported that it is ready."""
        if self._ready is not None and select.select([self._ready], [], [], 0)[0]:
            if os.read(self._ready, 1):
                self.failures = 0
                os.close(self._ready)
                self._ready = None
            else:  # it ended before
                return False
        return self._ready is None

    def ended(self) -> int | None:
        """Give the exit status of a process that has ended, once; plan when the place is filled again."""
        status = self.process.poll() if self.process else None
        if status is None:
            return None
        if not self.is_ready():
            self.failures += 1
        if self._ready is not None:
            os.close(self._ready)
            self._ready = None
        self.process = None
        self.due = monotonic() + (min(SOON * 2**self.failures, LATEST) if self.failures else 0)
        return status


class Supervisor:
    """From listening to the end of the last worker."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._signals: set[int] = set()
        self._woken, self._waker = os.pipe()
        self._leaving: list[subprocess.Popen[bytes]] = []

    def run(self) -> int:
        """Return the exit status: 0 after SIGTERM or SIGINT, 1 if the application could not be started."""
        _raise_file_limit()
        listener = listen(self._target.host, self._target.port)
        self._listen_to_signals()
        workers = [Worker(self._target, listener) for _ in range(self._target.workers)]
        for worker in workers:
            worker.start()
        log.info("Listening at %s:%d", self._target.host, self._target.port)
        status, has_started = 0, False
        while not self._signals & {signal.SIGTERM, signal.SIGINT}:
            has_started |= True in [worker.is_ready() for worker in workers]
            if not self._replace_ended(workers, has_started=has_started):
                status = 1
                break
            if signal.SIGHUP in self._signals:
                self._signals.discard(signal.SIGHUP)
                self._reload(workers, listener)
            self._pause(workers, has_started=has_started)
        listener.close()
        self._stop([each.process for each in workers if each.process])
        return status

    def _listen_to_signals(self) -> None:
        os.set_blocking(self._waker, False)
        signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, lambda number, _frame: self._signals.add(number))

    def _pause(self, workers: list[Worker], *, has_started: bool) -> None:
        due = [worker.due - monotonic() for worker in workers if not worker.process]
        seconds = min([LOOK_SECONDS if has_started else SOON, *due])
        if select.select([self._woken], [], [], max(0, seconds))[0]:
            os.read(self._woken, 512)

    def _replace_ended(self, workers: list[Worker], *, has_started: bool) -> bool:
        """Start what is missing and due. Give False if the application has never come up."""
        self._leaving = [each for each in self._leaving if each.poll() is None]
        for worker in workers:
            pid = worker.process.pid if worker.process else 0
            status = worker.ended()
            if status is not None:
                if worker.failures and not has_started:
                    return False  # it has said why
                log.error("Worker %d ended (%s) and is replaced", pid, _told(status))
            if not worker.process and worker.due <= monotonic():
                worker.start()
        return True

    def _reload(self, workers: list[Worker], listener: socket.socket) -> None:
        """Start new workers, and end the old ones once those answer."""
        log.info("The workers are replaced")
        successors = [Worker(self._target, listener) for _ in workers]
        for worker in successors:
            worker.start()
        while False in [each.is_ready() for each in successors]:
            if any(each.process and each.process.poll() is not None for each in successors):
                log.error("The new workers could not be started, so the old ones stay")
                self._stop([each.process for each in successors if each.process])
                return
            if self._signals & {signal.SIGTERM, signal.SIGINT}:
                self._leaving += [each.process for each in successors if each.process]
                return
            self._pause([], has_started=False)
        old = [each.process for each in workers if each.process]
        for process in old:
            process.terminate()
        self._leaving += old
        workers[:] = successors

    def _stop(self, processes: list[subprocess.Popen[bytes]]) -> None:
        processes = [*processes, *self._leaving]
        for process in processes:
            process.terminate()
        deadline = monotonic() + STOP_SECONDS
        for process in processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0, deadline - monotonic()))
        for process in processes:
            if process.poll() is None:
                log.error("Worker %d did not end and is killed", process.pid)
                process.kill()
                process.wait()


def listen(host: str, port: int) -> socket.socket:
    """Open the socket that all workers accept from: connections that one worker did not accept go to another."""
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Accepted ones have it from here. What is sent and not read stays in memory: this bounds it for each connection.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_SECONDS * 1000)
    listener.bind(address)
    listener.listen(BACKLOG)
    return listener


def _raise_file_limit() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _told(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"status {status}"
