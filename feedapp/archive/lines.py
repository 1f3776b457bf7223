"""The lines of a file, plain or gzip, however large it is and whatever is wrong with it."""

from __future__ import annotations

import gzip
import io
import zlib
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

GZIP = b"\x1f\x8b"
BOM = b"\xef\xbb\xbf"
"""Before any line it says nothing: files that begin with one may have been put one after the other, packed or not."""
BUFFER = 1 << 16
LONGEST = 1 << 23
"""Bytes in a line; the largest picture takes half of it, and the longest body much less however it is escaped."""


class Line(NamedTuple):
    """One line. `fault` says why it could not be read, and then `data` is worth nothing."""

    number: int
    data: bytes
    fault: str | None = None


def lines(file: BinaryIO, advance: Callable[[int], None]) -> Iterator[Line]:
    """Read the lines that are not empty; `advance` hears of the bytes that were read of the file.

    Raise ValueError, before the first line, for a file that is neither text nor gzip. A file that breaks off ends with
    a line that says so.
    """
    counted = io.BufferedReader(_Counted(file, advance), BUFFER)
    beginning = counted.peek(1)
    if beginning.startswith(GZIP):
        return _lines(gzip.GzipFile(fileobj=counted))
    if b"\0" in beginning and not beginning.lstrip().startswith(b"{"):
        raise ValueError("is neither text nor gzip")
    return _lines(counted)


def _lines(source: BinaryIO | gzip.GzipFile | io.BufferedReader) -> Iterator[Line]:
    number = 0
    try:
        while data := source.readline(LONGEST):
            number += 1
            if len(data) == LONGEST and not data.endswith(b"\n"):
                _skip_rest(source)
                yield Line(number, b"", f"is longer than {LONGEST:,} bytes")
                continue
            while data.startswith(BOM):
                data = data.removeprefix(BOM)
            if data.strip():
                yield Line(number, data)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        yield Line(number + 1, b"", "the file is damaged from here on: it was cut off or changed after it was packed")


def _skip_rest(source: BinaryIO | gzip.GzipFile | io.BufferedReader) -> None:
    while (more := source.readline(LONGEST)) and not more.endswith(b"\n"):
        pass


class _Counted(io.RawIOBase):
    """Tells how much is read."""

    def __init__(self, file: BinaryIO, advance: Callable[[int], None]) -> None:
        self._file = file
        self._advance = advance

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        self._advance(len(data))
        return len(data)
