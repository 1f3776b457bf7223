"""Reads a line into a record of its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from feedapp.archive.fields import Fields
from feedapp.archive.kinds import KINDS

if TYPE_CHECKING:
    from datetime import datetime

    from feedapp.archive.batches import Record

UNKNOWN = "line"
"""Stands for the type of a line that has none that is known."""
_BY_NAME = {kind.kind: kind for kind in KINDS}
TYPES = (*_BY_NAME, UNKNOWN)


def kind_of(data: Any) -> str:
    """Give the type that an object claims to be of, or UNKNOWN."""
    kind = data.get("type") if isinstance(data, dict) else None
    return kind if isinstance(kind, str) and kind in _BY_NAME else UNKNOWN


def parse(data: bytes) -> Any:
    """Read the JSON of a line. Raise ValueError."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise ValueError(f"is not valid JSON in UTF-8: {error.msg}, at character {error.pos + 1}") from None


def record(data: Any, *, line: int, now: datetime) -> Record:
    """Check what a line says; what has no time happened `now`. Raise ValueError with all that is wrong with a field."""
    if not isinstance(data, dict):
        raise ValueError('is not an object such as {"type": "user", "username": "ada"}')  # noqa: TRY004  (a fault of the data)
    kind = kind_of(data)
    if kind == UNKNOWN:
        raise ValueError(f"type must be one of {', '.join(_BY_NAME)}" if "type" in data else "type is missing")
    return _BY_NAME[kind].read(Fields(data, now), line)
