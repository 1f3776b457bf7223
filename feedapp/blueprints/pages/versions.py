"""The hidden field `version` of a form that changes something: which state its author has seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

if TYPE_CHECKING:
    from feedapp.services.versions import Expected

FIELD = "version"


def expected() -> Expected:
    """Read it; a form without one changes whatever is there."""
    seen = request.form.get(FIELD)
    return None if seen is None else frozenset({seen})
