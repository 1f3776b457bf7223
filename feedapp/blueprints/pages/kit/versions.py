"""The hidden field `version` of a form that changes something: which state its author has seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

from flask import request

from feedapp.errors import StaleEditError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from feedapp.reading.versions import Expected

FIELD = "version"
T = TypeVar("T")


def _text(written: Any) -> dict[str, str]:
    return {"body": written.body}


def expected() -> Expected:
    """Read it; a form without one changes whatever is there."""
    seen = request.form.get(FIELD)
    return None if seen is None else frozenset({seen})


def applied(sent: Mapping[str, str], change: Callable[[], T], values: Callable[[Any], dict[str, str]] = _text) -> T:
    """Carry out a change of what was `sent`; if that stands there already, the form was sent twice, and all is well.

    `values` reads the fields of what stands there. Raise StaleEditError if it is something else.
    """
    try:
        return change()
    except StaleEditError as error:
        if sent.items() - values(error.current).items():
            raise
        return cast("T", error.current)
