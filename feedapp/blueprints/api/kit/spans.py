"""The parameters `since`, `until` and `order` of a list."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from feedapp.errors import FieldError, InvalidQueryError
from feedapp.pagination import Position
from feedapp.reading.spans import ORDERS, Span
from feedapp.times import read

if TYPE_CHECKING:
    from feedapp.blueprints.api.kit.sent import Sent

SPAN = ("since", "until", "order")
_LAST = datetime(9999, 12, 30, tzinfo=UTC)


def span_of(sent: Sent[Any]) -> Span:
    """Read which part of a list is asked for. Raise InvalidQueryError for each parameter that is wrong."""
    wrong: list[FieldError] = []

    def micros(name: str) -> int | None:
        text = sent.parameter(name)
        if text is None:
            return None
        try:
            return Position.at(read(text.strip(), now=_LAST, default_zone=UTC), 0).micros
        except ValueError as error:
            wrong.append(FieldError(name, f"{error}: write a time such as 2026-01-31T12:00:00Z, or a day"))
            return None

    since, until = micros("since"), micros("until")
    asked = sent.parameter("order")
    order = next((each for each in ORDERS if each == (asked or ORDERS[0])), None)
    if order is None or asked == "":
        wrong.append(FieldError("order", f"must be {' or '.join(ORDERS)}"))
    if wrong or order is None:
        raise InvalidQueryError(*wrong)
    return Span(since, until, order)
