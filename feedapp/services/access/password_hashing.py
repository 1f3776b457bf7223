"""Password hashes a few at a time, so that no number of log-ins takes the threads and processors that others need.

A hash takes some 20 ms of a processor and 19 MB. They are made by threads of their own, which give way to every other
thread of the machine. A request waits for its hash in a thread that could serve others meanwhile, so at most half of
them are taken by hashes. Two people who log in at one moment wait for each other; where many have waited just now
nobody does any more: that is an attack or a rush, and a quick refusal keeps the site answering.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from threading import BoundedSemaphore, Lock, get_native_id
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

from argon2 import PasswordHasher

from feedapp.errors import TryLaterError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")
NICENESS = 10
"""Added to that of the process: hashes get a tenth of an ordinary thread's share, when there is not enough for all."""
PATIENCE = 0.5
LONG_PATIENCE = 5.0
"""Where no limits hold (RATE_LIMITS=0): each waits its turn, however many do, well within a request's deadline."""
SHARE = 0.1
"""Of a thread's time that may go into waiting for a place, over some ten seconds."""
BUSY = "The site is busy checking passwords. Nothing was changed; please try again in a moment."


class BoundedHasher(PasswordHasher):
    """Argon2, at most half as many at once as there are `threads` to serve requests, and as there are processors.

    Whoever finds no place raises TryLaterError; if `patient`, only after a long wait.
    """

    def __init__(self, *, threads: int, patient: bool = False, **parameters: Any) -> None:
        super().__init__(**parameters)
        places = max(1, min(threads // 2, os.cpu_count() or 1))
        self.places = Places(places, patient=patient)
        self._count = places
        self._pool, self._process = self._new_pool(), os.getpid()

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        """Hash a password. Raise TryLaterError."""
        return self._carried_out(lambda: super(BoundedHasher, self).hash(password, salt=salt))

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]  # noqa: A002
        """Check a password. Raise TryLaterError, and what argon2 raises."""
        return self._carried_out(lambda: super(BoundedHasher, self).verify(hash, password))

    def _carried_out(self, work: Callable[[], T]) -> T:
        with self.places.taken():
            if self._process != os.getpid():  # a server that forks after loading the app leaves the threads behind
                self._pool, self._process = self._new_pool(), os.getpid()
            return self._pool.submit(work).result()

    def _new_pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self._count, thread_name_prefix="hash", initializer=_give_way)


class Places:
    """So many at once; others wait for that, as long as waiting is rare, or however long if `patient`."""

    def __init__(self, count: int, *, patient: bool = False) -> None:
        self._patient = patient
        self._free = BoundedSemaphore(count)
        self._lock = Lock()
        self._waited = 0.0
        self._noted = monotonic()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Have a place for the block. Raise TryLaterError."""
        if not self._free.acquire(blocking=False) and not self._wait():
            raise TryLaterError(BUSY)
        try:
            yield
        finally:
            self._free.release()

    def expect(self) -> None:
        """Raise TryLaterError if there is no place, nor will be by waiting: before more is done for what needs one."""
        if not self._patient and self._waited_lately() > PATIENCE:
            if not self._free.acquire(blocking=False):
                raise TryLaterError(BUSY)
            self._free.release()

    def _wait(self) -> bool:
        if self._patient:
            return self._free.acquire(timeout=LONG_PATIENCE)
        if self._waited_lately() > PATIENCE:
            return False
        started = monotonic()
        try:
            return self._free.acquire(timeout=PATIENCE)
        finally:
            with self._lock:
                self._waited += monotonic() - started

    def _waited_lately(self) -> float:
        """Give the seconds that were waited, less what has been allowed for since."""
        with self._lock:
            now = monotonic()
            self._waited = max(0.0, self._waited - SHARE * (now - self._noted))
            self._noted = now
            return self._waited


def _give_way() -> None:
    if sys.platform == "linux":  # elsewhere threads have no priority of their own
        with suppress(OSError):
            thread = get_native_id()
            os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + NICENESS)
