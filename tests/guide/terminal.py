"""A terminal at which somebody types a line and answers what it asks."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import time
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.guide.steps import Question

_CONTROL = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|[\r\x00\x07]")
QUIET_SECONDS = 0.2
"""For so long nothing more has to come before a question counts as asked."""


class Typed(NamedTuple):
    """What came of a line: its exit status, and what stood on the terminal."""

    status: int
    output: str


def type_line(words: Sequence[str], questions: Sequence[Question] = (), *, seconds: float) -> Typed:
    """Run a command at a terminal of its own, and answer its questions in order. Raise TimeoutError."""
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        ["setsid", "--ctty", *words], stdin=theirs, stdout=theirs, stderr=theirs, cwd="/", close_fds=True
    )
    os.close(theirs)
    deadline, output, heard, left = time.monotonic() + seconds, "", 0, list(questions)
    try:
        while True:
            if select.select([ours], [], [], QUIET_SECONDS)[0]:
                with suppress(OSError):  # nobody has the other end any more
                    if told := os.read(ours, 65_536):
                        output += told.decode(errors="replace")
                        continue
                break
            if process.poll() is not None:
                break
            if left and left[0].asked in output[heard:]:
                heard = len(output)
                os.write(ours, f"{left.pop(0).answer}\n".encode())
            elif time.monotonic() > deadline:
                raise TimeoutError(f"{words[-1]!r} has not ended within {seconds:.0f} s:\n{_plain(output)[-4000:]}")
        status = process.wait(max(1, deadline - time.monotonic()))
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            process.wait()
        os.close(ours)
    assert not left, f"{words[-1]!r} did not ask {left[0].asked!r}:\n{_plain(output)}"
    return Typed(status, _plain(output))


def _plain(output: str) -> str:
    return _CONTROL.sub("", output)
