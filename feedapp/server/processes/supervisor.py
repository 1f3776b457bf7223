"""Listens, and keeps as many workers running as are wanted: one that ends is replaced, however it ended."""

from __future__ import annotations

import logging
import os
import select
import signal
import subprocess
from contextlib import suppress
from dataclasses import replace
from functools import partial
from time import monotonic

from feedapp.server.limits import DRAIN_SECONDS
from feedapp.server.processes import service_manager
from feedapp.server.processes.listening import bound, raise_file_limit
from feedapp.server.processes.places import SOON, Target, Worker, told
from feedapp.server.processes.reload import Reload
from feedapp.server.processes.state import State, Statement

STOP_SECONDS = DRAIN_SECONDS + 4
LOOK_SECONDS = 5.0
ENDS = frozenset({signal.SIGTERM, signal.SIGINT})

log = logging.getLogger("feedapp.server")


class Supervisor:
    """From listening to the end of the last worker."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._signals: set[int] = set()
        self._woken, self._waker = os.pipe()
        self._leaving: list[tuple[subprocess.Popen[bytes], float]] = []
        self._reload: Reload | None = None
        self._statement = Statement(State(target.host, target.port))

    def run(self) -> int:
        """Return the exit status: 0 after SIGTERM or SIGINT, 1 if the application could not be started."""
        raise_file_limit()
        listener = bound(self._target.host, self._target.port)
        self._listen_to_signals()
        new = partial(Worker, self._target, listener)
        workers = [new() for _ in range(self._target.workers)]
        for worker in workers:
            worker.start()
        status, has_started = 0, False
        while not self._signals & ENDS:
            are_ready = [worker.is_ready() for worker in workers]
            if not has_started and True in are_ready:
                has_started = True
                log.info("Listening at %s:%d", self._target.host, self._target.port)
                service_manager.tell(service_manager.READY)
            if not self._replace_ended(workers, has_started=has_started):
                status = 1
                break
            if signal.SIGHUP in self._signals and has_started and self._reload is None:
                self._signals.discard(signal.SIGHUP)
                log.info("The workers are replaced, one after another")
                self._reload = Reload(workers, new)
                self._statement.show(replace(self._statement.state, is_reloading=True))
            if self._reload is not None:
                self._go_on_reloading(self._reload)
            self._end_leaving()
            self._pause(workers, has_started=has_started)
        listener.close()
        if self._reload is not None:
            self._reload.abandon()
            self._let_leave(self._reload)
        self._stop([each.process for each in workers if each.process])
        return status

    def _listen_to_signals(self) -> None:
        os.set_blocking(self._waker, False)
        signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, lambda number, _frame: self._signals.add(number))

    def _pause(self, workers: list[Worker], *, has_started: bool) -> None:
        due = [worker.due - monotonic() for worker in workers if not worker.process]
        is_busy = self._reload is not None or not has_started
        seconds = min([SOON if is_busy else LOOK_SECONDS, *due])
        if select.select([self._woken], [], [], max(0, seconds))[0]:
            os.read(self._woken, 512)

    def _replace_ended(self, workers: list[Worker], *, has_started: bool) -> bool:
        """Start what is missing and due. Give False if the application has never come up."""
        for worker in workers:
            pid = worker.process.pid if worker.process else 0
            status = worker.ended()
            if status is not None:
                if worker.failures and not has_started:
                    return False  # it has said why
                log.error("Worker %d ended (%s) and is replaced", pid, told(status))
            if not worker.process and worker.due <= monotonic():
                worker.start()
        return True

    def _go_on_reloading(self, reload: Reload) -> None:
        reload.step()
        self._let_leave(reload)
        if reload.is_over:
            log.log(logging.ERROR if reload.reason else logging.INFO, reload.told())
            done = self._statement.state.reloads + 1
            before = self._statement.state
            self._statement.show(
                replace(before, reloads=done, is_reloading=False, is_new=not reload.reason, told=reload.told())
            )
            self._reload = None

    def _let_leave(self, reload: Reload) -> None:
        for process in reload.leaving:
            process.terminate()
            self._leaving.append((process, monotonic() + STOP_SECONDS))
        reload.leaving.clear()

    def _end_leaving(self) -> None:
        """Kill what was replaced and does not end: it would hold its memory and its connections for ever."""
        self._leaving = [(process, end) for process, end in self._leaving if process.poll() is None]
        for process, end in self._leaving:
            if monotonic() > end:
                log.error("Worker %d did not end and is killed", process.pid)
                process.kill()

    def _stop(self, processes: list[subprocess.Popen[bytes]]) -> None:
        processes = [*processes, *(process for process, _ in self._leaving)]
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
