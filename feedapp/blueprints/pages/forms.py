"""Forms: what was typed, and what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

from flask import request

from feedapp.schemas.inputs import Input, from_form

if TYPE_CHECKING:
    from collections.abc import Mapping

    from feedapp.errors import ConflictError, InvalidInputError

InputT = TypeVar("InputT", bound=Input)


class Form(NamedTuple):
    """What stands in the fields of a form, and the messages beside them."""

    values: Mapping[str, str]
    messages: Mapping[str, str]


def read(schema: type[InputT], *, optional: frozenset[str] = frozenset()) -> InputT:
    """Read the form that was sent; an optional field left empty counts as left out. Raise InvalidInputError."""
    sent = request.form.to_dict()
    return from_form(schema, {name: value for name, value in sent.items() if value.strip() or name not in optional})


def refused(error: InvalidInputError | ConflictError) -> Form:
    """Give the form back as it was sent, passwords left out, with the messages beside the fields."""
    return Form(typed(), {each.field: _sentence(each.message) for each in error.errors})


def typed() -> dict[str, str]:
    """Give what was typed, but for passwords."""
    return {name: value for name, value in request.form.items() if "password" not in name}


def _sentence(message: str) -> str:
    """Make a sentence of a message that goes on from the field's name."""
    text = message if message[:1].isupper() else f"This {message}"
    return text if text.endswith((".", "!", "?")) else f"{text}."
