"""What a check finds, and how all of them are asked at once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from threading import Thread
from time import monotonic
from typing import NamedTuple

from feedapp.observability.reasons import first_line

LONGEST = 30.0
"""Seconds for all checks together: each has limits of its own below that."""

log = logging.getLogger(__name__)


class Fault(NamedTuple):
    """Something that is wrong and what comes of it, in a line, and what to do.

    A note is what this machine cannot see: it may be well.
    """

    what: str
    remedy: str
    is_note: bool = False


Check = Callable[[], Iterable[Fault]]


class Named(NamedTuple):
    """A check, and what it looks at."""

    about: str
    check: Check


def ask_all(checks: Sequence[Named], *, longest: float = LONGEST) -> list[Fault]:
    """Ask all at once, and give the faults in their order.

    One that fails or does not end is a fault itself, and holds up no other.
    """
    asked = [_Asked(each) for each in checks]
    ends = monotonic() + longest
    return [fault for each in asked for fault in each.answer(ends, longest)]


class _Asked:
    """A check in a thread of its own. What it has said before it hangs counts, too."""

    def __init__(self, named: Named) -> None:
        self._about, self._check = named
        self._found: list[Fault] = []
        self._thread = Thread(target=self._run, name=f"doctor: {self._about}", daemon=True)
        self._thread.start()

    def answer(self, ends: float, longest: float) -> list[Fault]:
        self._thread.join(max(0.0, ends - monotonic()))
        if not self._thread.is_alive():
            return self._found
        late = Fault(
            f"{self._about} could not be checked within {longest:.0f} s, so what is wrong there stays unknown.",
            "See whether what it leads to answers, then ask again.",
        )
        return [*self._found, late]

    def _run(self) -> None:
        try:
            for fault in self._check():
                self._found.append(fault)
        except Exception as error:  # whatever it is, the other checks go on
            log.debug("A check failed", exc_info=True)
            said = f"{type(error).__name__}: {first_line(error)}"
            failed = Fault(
                f"{self._about} could not be checked ({said}), so what is wrong there stays unknown.",
                "Ask again with LOG_LEVEL=DEBUG, and report what it says then.",
            )
            self._found.append(failed)
