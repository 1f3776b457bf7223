"""JSON objects in strict UTF-8: what two readers could understand differently is refused (RFC 8259, 4; RFC 7493)."""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from collections import Counter
from typing import Any, NoReturn

from feedapp.errors import MalformedError

LONGEST_NAME = 50


def json_object(data: bytes) -> dict[str, Any]:
    """Read an object. Raise MalformedError, with what to do about it."""
    if data.startswith(BOM_UTF8):
        raise MalformedError("The body begins with a byte order mark: send UTF-8 without one.")
    try:
        found = json.loads(data.decode(), object_pairs_hook=_without_twins, parse_constant=_refuse_constant)
    except UnicodeDecodeError:
        raise MalformedError("The body is not valid JSON in UTF-8: it has bytes that are not UTF-8.") from None
    except json.JSONDecodeError as error:
        where = f"{error.msg} (line {error.lineno}, column {error.colno})"
        raise MalformedError(f"The body is not valid JSON in UTF-8: {where}.") from None
    except RecursionError:
        raise MalformedError("The JSON in the body is nested too deeply: make it flatter.") from None
    except ValueError:  # a number of thousands of digits
        raise MalformedError("The body has a number that is too long.") from None
    if not isinstance(found, dict):
        raise MalformedError('The body must be a JSON object, such as {"body": "Hello"}.')
    return found


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twin = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise MalformedError(f"The body has the field {twin[:LONGEST_NAME]!a} more than once: send each once.")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise MalformedError(f"The body is not valid JSON in UTF-8: {name} is not JSON.")
