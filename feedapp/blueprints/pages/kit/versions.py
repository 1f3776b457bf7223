"""The hidden field `version` of a form that changes something: the state that its author has seen."""

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
    """Carry out a change of what was `sent`. If it was saved already, the form was sent twice, and that is fine.

    `values` reads the fields of the current state. Raise StaleEditError if it differs.
    """
    try:
        return change()
    except StaleEditError as error:
        if sent.items() - values(error.current).items():
            raise
        return cast("T", error.current)
