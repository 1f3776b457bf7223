"""Writes down, in an app process, which leases are taken, what is stored under them, and which keys are deleted.

From that, `loads.py` checks that each key is loaded once for each time it was missing.
"""

from __future__ import annotations

import marshal
import time
from threading import Lock
from typing import TYPE_CHECKING, Any

from feedapp.cache.catalogue.envelope import LEASE
from feedapp.cache.redis.backend import LeaseRedisCache

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from feedapp.cache.redis.backend import Offer

CLAIM, STAMP, FILL, DELETE = range(4)
Event = tuple[int, int, int, str]
"""What, from when, until when (monotonic nanoseconds), which key."""
_FLUSHED_AFTER = 50


def watch(file: Path) -> None:
    """Begin; the events of this process are appended to the file."""
    kept: list[Event] = []
    lock = Lock()
    output = file.open("ab", buffering=0)

    def note(kind: int, start: int, keys: Iterable[str]) -> None:
        end = time.monotonic_ns()
        with lock:
            kept.extend((kind, start, end, key) for key in keys)
            if len(kept) >= _FLUSHED_AFTER or kind == DELETE:
                output.write(marshal.dumps(kept))
                kept.clear()

    offer, fill, both, hold, release = (
        getattr(LeaseRedisCache, n) for n in ("offer", "fill", "fill_and_offer", "hold", "release")
    )

    def noted_offer(self: Any, offers: Sequence[Offer]) -> Any:
        start = time.monotonic_ns()
        answers = offer(self, offers)
        note_won(start, offers, answers)
        return answers

    def note_won(start: int, offers: Sequence[Offer], answers: Sequence[bytes | None]) -> None:
        won = [(key, stored) for (key, stored, _, _), answer in zip(offers, answers, strict=True) if answer is None]
        note(CLAIM, start, [key for key, stored in won if stored.startswith(LEASE)])
        note(STAMP, start, [key for key, stored in won if stored and not stored.startswith(LEASE)])

    def noted_fill(
        self: Any, lease: bytes, filled: Mapping[str, tuple[bytes, int]], given_up: Iterable[str] = ()
    ) -> Any:
        start = time.monotonic_ns()
        answers = fill(self, lease, filled, given_up)
        note(FILL, start, [key for key, kept_ in zip(filled, answers, strict=True) if kept_])
        return answers

    def noted_both(self: Any, lease: bytes, filled: Mapping[str, tuple[bytes, int]], offers: Sequence[Offer]) -> Any:
        start = time.monotonic_ns()
        kept, stood = both(self, lease, filled, offers)
        note(FILL, start, [key for key, kept_ in zip(filled, kept, strict=True) if kept_])
        note_won(start, offers, stood)
        return kept, stood

    def noted_hold(self: Any, keys: Sequence[str], writer: str, milliseconds: int) -> Any:
        start = time.monotonic_ns()
        try:
            return hold(self, keys, writer, milliseconds)
        finally:
            note(DELETE, start, keys)

    def noted_release(self: Any, pairs: Sequence[tuple[str, str]]) -> Any:
        start = time.monotonic_ns()
        try:
            return release(self, pairs)
        finally:
            note(DELETE, start, [key for key, _ in pairs])

    for name, replacement in (
        ("offer", noted_offer),
        ("fill", noted_fill),
        ("fill_and_offer", noted_both),
        ("hold", noted_hold),
        ("release", noted_release),
    ):
        setattr(LeaseRedisCache, name, replacement)


def events(files: Iterable[Path]) -> list[Event]:
    """Read what all processes wrote, in the order in which it began."""
    found: list[Event] = []
    for file in files:
        with file.open("rb") as source:
            while True:
                try:
                    found += marshal.load(source)  # noqa: S302  (our own files, of this run)
                except (EOFError, ValueError, TypeError):  # the end, or where a process was killed
                    break
    return sorted(found, key=lambda event: event[1])
