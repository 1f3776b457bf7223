"""The app with a deliberate fault, for tests only: what the checker must notice, or feedapp must survive.

FEEDAPP_KILL_PROBABILITY: with it, each write may end the process between commit and delete, while there is a file by
the name in FEEDAPP_KILL_WHILE. FEEDAPP_MISTAKE: one of
mistakes.MISTAKES, each a known way to get a cache wrong.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path
from random import random
from typing import TYPE_CHECKING

from feedapp.cache.protocol.writes import CacheWrites
from tests.support.mistakes import MISTAKES
from wsgi import app

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.cache.protocol.writes import Hold

__all__ = ["app"]


def kill_between_commit_and_delete(probability: float, armed: Path) -> None:
    """End the whole process, some times, where the commit is through and nothing is deleted yet."""
    whole = CacheWrites.forget

    def forget(self: CacheWrites, hold: Hold, *, database: str | None = None) -> str | None:
        if hold.keys and random() < probability and armed.exists():
            os.killpg(os.getpgid(0), signal.SIGKILL)
        return whole(self, hold, database=database)

    setattr(CacheWrites, "forget", forget)  # noqa: B010  (mypy would not let a method be assigned)


def _deliver_nothing() -> None:
    """Switch the outbox off, which would otherwise make good for what a mistake leaves behind."""
    from feedapp.writing.targets.redis import RedisTarget  # noqa: PLC0415

    def deliver(self: RedisTarget, ids: Sequence[int], run: str) -> None:
        """Say that it was done, so that no write waits for it."""
        self._outbox.confirm(ids, run=run)

    setattr(RedisTarget, "deliver", deliver)  # noqa: B010  (as above)


if os.environ.get("FEEDAPP_MISTAKE"):
    MISTAKES[os.environ["FEEDAPP_MISTAKE"]](setattr)
    _deliver_nothing()
if os.environ.get("FEEDAPP_KILL_PROBABILITY"):
    kill_between_commit_and_delete(
        float(os.environ["FEEDAPP_KILL_PROBABILITY"]), Path(os.environ["FEEDAPP_KILL_WHILE"])
    )
