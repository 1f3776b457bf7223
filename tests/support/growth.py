"""How the time that something takes grows with the text: a ratio of one run, so a busy machine changes nothing."""

from __future__ import annotations

from time import process_time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

SHORT, LONG, TRIES = 2_000, 20_000, 5
AT_LEAST = 0.002


def growth(work: Callable[[str], object], unit: str) -> float:
    """How many times longer 20,000 characters of `unit` take than 2,000: about 10 if linear, 100 if quadratic."""
    short, long = (unit * (length // len(unit)) for length in (SHORT, LONG))
    rounds = 1
    while _seconds(work, short, rounds) < AT_LEAST:
        rounds *= 2
    pairs = [(_seconds(work, long, rounds), _seconds(work, short, rounds)) for _ in range(TRIES)]
    return min(seconds for seconds, _ in pairs) / min(seconds for _, seconds in pairs)


def _seconds(work: Callable[[str], object], text: str, rounds: int) -> float:
    began = process_time()
    for _ in range(rounds):
        work(text)
    return process_time() - began
