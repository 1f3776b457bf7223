"""The app with a deliberate fault, for tests only: what the checker must notice, or feedapp must survive.

FEEDAPP_KILL_PROBABILITY: with it, each write may end the process between commit and delete. FEEDAPP_MISTAKE: one of
MISTAKES, each a known way to get a cache wrong.
"""

from __future__ import annotations

import os
import signal
from random import random
from secrets import token_hex
from time import sleep
from typing import TYPE_CHECKING, Any

from feedapp.cache import scripts, values
from feedapp.cache.reads import CacheReads
from feedapp.cache.writes import CacheWrites, Hold
from wsgi import app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from feedapp.cache.keys import Key

__all__ = ["app"]

SLOW_SECONDS = 0.02


def kill_between_commit_and_delete(probability: float) -> None:
    """End the whole process, some times, where the commit is through and nothing is deleted yet."""
    whole = CacheWrites.forget

    def forget(self: CacheWrites, hold: Hold) -> str | None:
        if hold.keys and random() < probability:
            os.killpg(os.getpgid(0), signal.SIGKILL)
        return whole(self, hold)

    _replace(CacheWrites, "forget", forget)


def unguarded_fill() -> None:
    """Store what was loaded whatever became of the lease."""
    _replace(scripts, "FILL", "redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) return 1")


def no_invalidation() -> None:
    """Leave it to the lifetimes."""
    _no_hold()
    _replace(CacheWrites, "forget", lambda self, _hold: self._backend.trust.known.run)


def delete_before_commit() -> None:
    """Delete the keys, then commit."""

    def hold(self: CacheWrites, keys: Iterable[Key]) -> Hold:
        stale = list(dict.fromkeys(keys))
        self._backend.delete_many(*(key.name for key in stale))
        return Hold(token_hex(8), stale, [])

    _replace(CacheWrites, "hold", hold)
    _replace(CacheWrites, "forget", lambda self, _hold: self._backend.trust.known.run)


def stamp_after_sql() -> None:
    """Give a page the stamps that stand, or are put, after it was loaded; a slow network lies in between."""

    def load_page(self: CacheReads, listing: Any, key: Key, _raw: object, walk: Any, load: Any) -> Any:
        page = load()
        sleep(SLOW_SECONDS)
        stamps = listing.settled if page.is_settled(*walk) else listing.stamps
        offered = [values.encode(token_hex(8)) for _ in stamps]
        stood = self._backend.offer(
            [(each.name, value, 10_000, None) for each, value in zip(stamps, offered, strict=True)]
        )
        found = [values.decode(old or new) for old, new in zip(stood, offered, strict=True)]
        if values.MISS not in found:
            entries = [list(entry) for entry in page.entries]
            kept = [found, int(stamps is listing.settled), entries, int(page.more), int(page.behind), page.now]
            self._backend.set(key.name, kept, 300)
        return page

    _replace(CacheReads, "_load_page", load_page)


def no_hold() -> None:
    """Delete after the commit, over a slow network, and let readers use the old values until then."""
    _no_hold()
    whole = CacheWrites.forget

    def forget(self: CacheWrites, hold: Hold) -> str | None:
        sleep(SLOW_SECONDS)
        return whole(self, hold)

    _replace(CacheWrites, "forget", forget)


def _no_hold() -> None:
    def hold(_self: CacheWrites, keys: Iterable[Key]) -> Hold:
        return Hold(token_hex(8), list(dict.fromkeys(keys)), [])

    _replace(CacheWrites, "hold", hold)


def _deliver_nothing() -> None:
    """Switch the outbox off, which would otherwise make good for what a mistake leaves behind."""
    from feedapp.services.relay import Relay  # noqa: PLC0415

    def deliver(_self: Relay, *, overdue_only: bool) -> None:
        del overdue_only

    _replace(Relay, "_deliver", deliver)


def _replace(owner: Any, name: str, value: object) -> None:
    setattr(owner, name, value)


MISTAKES: dict[str, Callable[[], None]] = {
    "unguarded-fill": unguarded_fill,
    "no-invalidation": no_invalidation,
    "delete-before-commit": delete_before_commit,
    "stamp-after-sql": stamp_after_sql,
    "no-hold": no_hold,
}

if os.environ.get("FEEDAPP_MISTAKE"):
    MISTAKES[os.environ["FEEDAPP_MISTAKE"]]()
    _deliver_nothing()
if os.environ.get("FEEDAPP_KILL_PROBABILITY"):
    kill_between_commit_and_delete(float(os.environ["FEEDAPP_KILL_PROBABILITY"]))
