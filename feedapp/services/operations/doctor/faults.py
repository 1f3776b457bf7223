"""What a check finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple


class Fault(NamedTuple):
    """Something that is wrong, in a line, and what to do."""

    what: str
    remedy: str


Check = Callable[[], Iterable[Fault]]
