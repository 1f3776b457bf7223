"""Until when the answer in hand stays true by the clock, if nothing that it was made from changes.

What depends on the time says so here while the answer is made: a token that expires, "3 min" that becomes "4 min".
"""

from __future__ import annotations

from contextvars import ContextVar
from math import inf

_until: ContextVar[float] = ContextVar("until", default=inf)


def begin() -> None:
    """Start with an answer that no clock can make wrong."""
    _until.set(inf)


def holds_until(moment: float) -> None:
    """Say that something in the answer is true until then at most, in seconds since the epoch."""
    if moment < _until.get():
        _until.set(moment)


def until() -> float:
    """Give the earliest of these moments."""
    return _until.get()
