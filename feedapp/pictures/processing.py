"""Has pictures decoded, each in a process of its own (`decoder.py`): one at a time, a few wait, but not for long."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import TYPE_CHECKING, Literal

from feedapp import deadline
from feedapp.errors import (
    FieldError,
    TooManyPixelsError,
    TryLaterError,
    UnreadablePictureError,
    UnsupportedPictureError,
)
from feedapp.pictures.formats import ICONS, LARGEST, MOST_PIXELS, OPAQUE, SQUARES, WIDTHS, Made

if TYPE_CHECKING:
    from collections.abc import Iterator

Shape = Literal["whole", "square", "icon"]
PLANS: dict[Shape, dict[str, object]] = {
    "whole": {"most_pixels": MOST_PIXELS, "largest": LARGEST, "widths": WIDTHS, "format": "WEBP"},
    "square": {"most_pixels": MOST_PIXELS, "squares": SQUARES, "format": "WEBP"},
    "icon": {"most_pixels": MOST_PIXELS, "squares": ICONS, "opaque": [OPAQUE], "format": "PNG"},
}
DECODER = Path(__file__).with_name("decoder.py")
PLACES, WAITING = 1, 4
"""How many are decoded at a time by one process of the site, and how many may wait for that."""
LONGEST_WAIT, LONGEST_WORK = 2.0, 4.5
"""Seconds: together they leave time to save a picture within the deadline of a request."""
LONGEST_WORK_OF_COMMAND = 60.0
"""A command, such as an import, hurries for nobody."""
BUSY = "Too many pictures are being read right now. Please send it again in a moment."


class PictureProcessing:
    """Makes the files of pictures. It holds no connection to anything meanwhile."""

    def __init__(self, *, places: int = PLACES, waiting: int = WAITING) -> None:
        self._places = BoundedSemaphore(places)
        self._room = places + waiting
        self._inside = 0
        self._counting = Lock()

    def make(self, data: bytes, shape: Shape) -> list[Made]:
        """Make the files of a picture, the largest last.

        Raise UnsupportedPictureError, UnreadablePictureError, TooManyPixelsError, TryLaterError.
        """
        with self._place():
            hurries = deadline.remaining() is not None
            return _made(data, shape, deadline.limited(LONGEST_WORK) if hurries else LONGEST_WORK_OF_COMMAND)

    @contextmanager
    def _place(self) -> Iterator[None]:
        with self._counting:
            if self._inside >= self._room:
                raise TryLaterError(BUSY)
            self._inside += 1
        try:
            if not self._places.acquire(timeout=deadline.limited(LONGEST_WAIT)):
                raise TryLaterError(BUSY)
            try:
                yield
            finally:
                self._places.release()
        finally:
            with self._counting:
                self._inside -= 1


def _made(data: bytes, shape: Shape, seconds: float) -> list[Made]:
    with subprocess.Popen(  # noqa: S603  (a program of our own)
        [sys.executable, "-I", str(DECODER), json.dumps(PLANS[shape])],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={"MALLOC_ARENA_MAX": "1"},  # or each thread of a decoder takes address space of its own
        start_new_session=True,  # Ctrl-C ends whoever waits for it
    ) as process:
        try:
            out, _ = process.communicate(data, timeout=seconds)
        except subprocess.TimeoutExpired:
            raise TryLaterError(BUSY) from None
        finally:
            process.kill()
    if process.returncode == -signal.SIGXCPU:
        raise _unreadable("takes too long to read: save it again in another program, smaller")
    head, _, rest = out.partition(b"\n")
    try:
        said = json.loads(head)
    except ValueError:  # it was ended: by its bound of memory, or by a fault of the decoder
        raise _unreadable() from None
    if "files" not in said:
        raise _refusal(said.get("refused"))
    files = []
    for width, height, size in said["files"]:
        content, rest = rest[:size], rest[size:]
        files.append(Made(width, height, content))
    return files


def _refusal(code: str) -> UnsupportedPictureError | UnreadablePictureError | TooManyPixelsError:
    match code:
        case "unsupported":
            return UnsupportedPictureError(FieldError("file", "is no JPEG, PNG, WebP, GIF or AVIF: send one of these"))
        case "too_many_pixels":
            most = MOST_PIXELS // 1_000_000
            return TooManyPixelsError(FieldError("file", f"has more than {most} megapixels: make it smaller"))
        case _:
            return _unreadable()


def _unreadable(why: str = "cannot be read: it is damaged, or was not sent as a whole") -> UnreadablePictureError:
    return UnreadablePictureError(FieldError("file", why))
