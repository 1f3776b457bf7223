"""Problems as the document describes them: one schema, and an example of each kind."""

from __future__ import annotations

from inspect import cleandoc
from typing import Any

from feedapp.errors import DomainError, InvalidInputError, InvalidQueryError, kinds
from feedapp.web.problems import PROBLEMS

Json = dict[str, Any]
PROBLEM_SCHEMA: Json = {
    "type": "object",
    "description": "What went wrong (RFC 9457). `code` names the kind, `type` is the address that explains it.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "What to do about it, for people."},
        "code": {"type": "string"},
        "challenge": {"type": "object", "description": "With `proof_of_work`: what to solve (ALTCHA)."},
        "errors": {
            "type": "array",
            "description": "The fields at fault.",
            "items": {
                "type": "object",
                "required": ["field", "pointer", "message"],
                "properties": {
                    "field": {"type": "string"},
                    "pointer": {"type": ["string", "null"], "description": "Null for what is not in the body."},
                    "message": {"type": "string"},
                },
            },
        },
    },
}
FIELDS: dict[type[DomainError], Json] = {
    InvalidInputError: {"field": "body", "pointer": "#/body", "message": "must not be empty"},
    InvalidQueryError: {"field": "limit", "pointer": None, "message": "must be a whole number from 1 to 100"},
}


def problem_examples() -> dict[str, Json]:
    """Give an example of each kind, by its code."""
    return {code: {"summary": kind.title, "value": _example(kind)} for code, kind in kinds().items()}


def _example(kind: type[DomainError]) -> Json:
    field = FIELDS.get(kind)
    return {
        "type": PROBLEMS + kind.code,
        "title": kind.title,
        "status": kind.status,
        "detail": f"{field['field']}: {field['message']}" if field else cleandoc(kind.__doc__ or kind.title),
        "code": kind.code,
        **({"errors": [field]} if field else {}),
    }
