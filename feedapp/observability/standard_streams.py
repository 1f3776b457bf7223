"""Standard input, output and error of a command, whatever they are: a pipe that ends, a full disk, or nothing at all.

What cannot be written or read is a ClickException, one line on standard error and exit status 1, wherever in a command
it happens. A pipe whose reader has left is no error of ours: click ends silently for a BrokenPipeError, also with 1.
"""

from __future__ import annotations

import atexit
import io
import os
import select
import sys
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any, TextIO

import click

if TYPE_CHECKING:
    from collections.abc import Callable

STDIN, STDOUT, STDERR = 0, 1, 2


def guard() -> None:
    """Replace the three of this process. To be called before anything is opened or written."""
    given = (sys.stdin, sys.stdout, sys.stderr)
    _fill_gaps()
    sys.stdin = _reader(STDIN, given[0])
    output = _Output(STDOUT, closed=given[1] is None)
    sys.stdout = _writer(output, given[1])
    sys.stderr = _writer(_Errors(STDERR, closed=given[2] is None), given[2])
    atexit.register(_flush_or_fail, output)


class StreamError(click.ClickException):
    """A standard stream cannot be used; `is_told` once the operator has read so."""

    is_told = False

    def show(self, file: IO[Any] | None = None) -> None:
        """Say it."""
        super().show(file)
        self.is_told = True


class _Stream(io.RawIOBase):
    """A descriptor that is never closed. `closed` says that whoever started the command has closed it."""

    def __init__(self, descriptor: int, *, closed: bool) -> None:
        self._descriptor = descriptor
        self._closed = closed
        self.name = ("<stdin>", "<stdout>", "<stderr>")[descriptor]

    def fileno(self) -> int:
        if self._closed:
            raise io.UnsupportedOperation("is closed")
        return self._descriptor

    def isatty(self) -> bool:
        return not self._closed and os.isatty(self._descriptor)

    def _use(self, call: Callable[[], int], poll: Callable[[], object]) -> int:
        """Call, and where a descriptor that does not block has nothing or no room just now, wait for it."""
        if self._closed:
            raise StreamError(f"{self._called} is closed.")
        while True:
            try:
                return call()
            except BlockingIOError:
                poll()

    @property
    def _called(self) -> str:
        return ("Standard input", "Standard output", "Standard error")[self._descriptor]


class _Input(_Stream):
    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        try:
            return self._use(lambda: os.readv(self._descriptor, [buffer]), lambda: select.select([self], [], []))
        except OSError as error:
            raise StreamError(f"{self._called} cannot be read: {error.strerror}.") from error


class _Output(_Stream):
    fault: BrokenPipeError | StreamError | None = None

    def writable(self) -> bool:
        return True

    def write(self, data: bytes | memoryview) -> int:  # type: ignore[override]
        if self.fault:  # said once: what was still buffered goes nowhere
            return len(data)
        try:
            return self._use(lambda: os.write(self._descriptor, data), lambda: select.select([], [self], []))
        except (BrokenPipeError, StreamError) as error:
            self.fault = error
            raise
        except OSError as error:
            self.fault = StreamError(f"{self._called} cannot be written to: {error.strerror}.")
            raise self.fault from error


class _Errors(_Output):
    """There is nobody left to tell, so a command goes on, and its exit status tells."""

    def write(self, data: bytes | memoryview) -> int:  # type: ignore[override]
        with suppress(BrokenPipeError, StreamError):
            return super().write(data)
        return len(data)


def _fill_gaps() -> None:
    """Open what is not: else the next file or connection would get its number, and what is meant for a terminal."""
    for descriptor in (STDIN, STDOUT, STDERR):
        try:
            os.fstat(descriptor)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # noqa: FBT003


def _reader(descriptor: int, given: TextIO | None) -> TextIO:
    raw = io.BufferedReader(_Input(descriptor, closed=given is None))
    return io.TextIOWrapper(raw, encoding=given.encoding if given else "utf-8", errors=given.errors if given else None)


def _writer(raw: _Output, given: TextIO | None) -> TextIO:
    return io.TextIOWrapper(
        io.BufferedWriter(raw),  # type: ignore[type-var]
        encoding=given.encoding if given else "utf-8",
        errors=given.errors if given else "backslashreplace",
        line_buffering=raw.isatty() or isinstance(raw, _Errors),
    )


def _flush_or_fail(output: _Output) -> None:
    """Fail for what a library printed at the very end, too, where the interpreter would say nothing or too much."""
    with suppress(BrokenPipeError, StreamError):
        sys.stdout.flush()
    if output.fault is None:
        return
    if isinstance(output.fault, StreamError) and not output.fault.is_told:
        output.fault.show()
    os._exit(1)
