"""Has pictures of links drawn, each in a process of its own: one at a time; the last ones are kept."""

from __future__ import annotations

import subprocess
import sys
from collections import OrderedDict
from contextlib import contextmanager
from dataclasses import asdict, astuple, dataclass
from functools import cached_property
from hashlib import blake2b
from math import inf
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING

import orjson

from feedapp import deadline
from feedapp.errors import TryLaterError

if TYPE_CHECKING:
    from collections.abc import Iterator

DRAWING = 2
"""Goes up when cards look different from then on."""
KEPT, LARGEST_KEPT = 64, 300_000
"""So many pictures of so many bytes at most: some 5 MB, as they are."""
LONGEST_WORK = 4.0
"""Seconds."""
FAILED_SECONDS = 60.0
"""For which one that could not be drawn is not tried again."""
LONGEST_TEXT = 400
"""Characters of a text: more than there is room for."""
ROOT = Path(__file__).resolve().parents[3]
PROGRAM = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from feedapp.pictures.cards.drawing import main; main()"
BUSY = "The picture of this link cannot be made right now. Please try again in a moment."


@dataclass(frozen=True)
class Card:
    """What stands on one. `initial` is for whom there is no avatar; "" where nobody is shown.

    `host` is for a site whose name has letters of no font.
    """

    site: str
    accent: str
    title: str
    subtitle: str = ""
    text: str = ""
    initial: str = ""
    avatar: str | None = None
    host: str = ""

    @cached_property
    def version(self) -> str:
        """Name what stands on it: another text is another version."""
        return blake2b(repr((DRAWING, *astuple(self))).encode(), digest_size=10).hexdigest()


class CardMaking:
    """Draws them, and keeps those that were asked for last."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._failed: OrderedDict[str, float] = OrderedDict()
        self._lock = Lock()
        self._drawing = Lock()

    def kept(self, card: Card) -> bytes | None:
        """Give one that was drawn before."""
        with self._lock:
            if card.version in self._kept:
                self._kept.move_to_end(card.version)
            return self._kept.get(card.version)

    @contextmanager
    def turn(self, card: Card) -> Iterator[None]:
        """Take the turn to draw one. Raise TryLaterError, and at once, while another is drawn: none waits.

        Likewise for one that could not be drawn a moment ago.
        """
        with self._lock:
            failed = monotonic() - self._failed.get(card.version, -inf) < FAILED_SECONDS
        if failed or not self._drawing.acquire(blocking=False):
            raise TryLaterError(BUSY)
        try:
            yield
        finally:
            self._drawing.release()

    def draw(self, card: Card, avatar: bytes | None) -> bytes:
        """Draw one, as PNG, by whoever has the turn. Raise TryLaterError."""
        try:
            drawn = _drawn(card, avatar or b"", deadline.limited(LONGEST_WORK))
        except TryLaterError:
            with self._lock:
                self._failed[card.version] = monotonic()
                while len(self._failed) > KEPT:
                    self._failed.popitem(last=False)
            raise
        with self._lock:
            if len(drawn) <= LARGEST_KEPT:
                self._kept[card.version] = drawn
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return drawn


def _drawn(card: Card, avatar: bytes, seconds: float) -> bytes:
    with subprocess.Popen(  # noqa: S603  (a program of our own)
        [sys.executable, "-I", "-c", PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={"MALLOC_ARENA_MAX": "1"},
        start_new_session=True,
    ) as process:
        try:
            out, _ = process.communicate(orjson.dumps(asdict(card)) + b"\n" + avatar, timeout=seconds)
        except subprocess.TimeoutExpired:
            raise TryLaterError(BUSY) from None
        finally:
            process.kill()
    if process.returncode != 0 or not out:  # it was ended by its bounds, or a font is damaged
        raise TryLaterError(BUSY)
    return out
