"""Numbers of the operator's desk as people write them."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import wraps
from math import floor, log10
from typing import TYPE_CHECKING, ParamSpec

from feedapp.languages.catalogues import gettext as _
from feedapp.languages.catalogues import marked
from feedapp.languages.formats import figure, written

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")

NOTHING = "-"
_SURE = 3
"""The rule of three: when none of n differs, it is 95 % sure that at most 3 in n do."""
MINUTES, FINE, LARGE, KILO = 120, 0.01, 100, 1_000
WHOLE = 0.9995
"""From here on it is a second, rounded."""


def localised(write: Callable[P, str]) -> Callable[P, str]:
    """Decorate what writes a number as Python does: it is given as the reader's language has it."""

    @wraps(write)
    def localised(*args: P.args, **kwargs: P.kwargs) -> str:
        return figure(write(*args, **kwargs))

    return localised


@localised
def seconds(value: float | None) -> str:
    """Write a time as people say it."""
    if value is None:
        return NOTHING
    if value == 0:
        return "0 s"
    if value < WHOLE:
        return f"{value * 1_000:.1f} ms" if value < FINE else f"{value * 1_000:.0f} ms"
    return f"{value:.1f} s" if value < MINUTES else f"{value / 60:.0f} min"


@localised
def share(value: float | None) -> str:
    """Write a share in per cent."""
    if value is None:
        return NOTHING
    digits = 0 if value in {0, 1} else 2 if value < FINE else 1
    return f"{100 * value:.{digits}f} %"


@localised
def size(value: float | None) -> str:
    """Write bytes."""
    if value is None:
        return NOTHING
    for unit in ("B", "kB", "MB", "GB"):
        if value < KILO or unit == "GB":
            break
        value /= KILO
    return f"{value:,.0f} {unit}" if unit == "B" or value >= LARGE else f"{value:,.1f} {unit}"


@localised
def number(value: float | None) -> str:
    """Write a number."""
    if value is None:
        return NOTHING
    return (
        f"{value:,.0f}" if value >= LARGE or value == int(value) else f"{value:,.2g}" if value < 1 else f"{value:,.1f}"
    )


def clock(moment: float | None) -> str:
    """Write a moment, in UTC."""
    return NOTHING if not moment else written(datetime.fromtimestamp(moment, UTC), marked("dd MMM HH:mm:ss"))


def nines(compared: int, wrong: int) -> str:
    """Say with how many nines they agree; "or more" where too few were compared to tell."""
    if not compared or wrong >= compared:
        return "0"
    shown = str(max(0, floor(-log10((wrong or _SURE) / compared) + 1e-9)))
    return shown if wrong else _("%(nines)s or more") % {"nines": shown}
