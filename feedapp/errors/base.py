"""The base of all errors of the domain, and what is wrong with input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field of the input, in words that say what to do."""

    field: str
    message: str


class DomainError(Exception):
    """Something went wrong on our side, and it was logged."""

    # The base of all of them. `status` is the HTTP status that says it best, `code` names the kind for programs and
    # `title` for people, and the docstring explains it to both under /api/problems/.
    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class InvalidInputError(DomainError):
    """Some fields cannot be accepted as they are. Nothing was changed."""

    code = "invalid_input"
    status = 422
    title = "Some fields need another value"

    def __init__(self, *errors: FieldError) -> None:
        super().__init__(" ".join(f"{error.field}: {error.message}" for error in errors))
        self.errors = errors


class InvalidQueryError(InvalidInputError):
    """Some parameters of the address are unknown, given twice, or cannot be accepted as they are."""

    code = "invalid_parameters"
    status = 400
    title = "Some parameters need another value"


def kinds() -> dict[str, type[DomainError]]:
    """Give every kind of problem by its code."""
    found: dict[str, type[DomainError]] = {}
    waiting: list[type[DomainError]] = [DomainError]
    while waiting:
        kind = waiting.pop()
        found.setdefault(kind.code, kind)
        waiting.extend(kind.__subclasses__())
    return dict(sorted(found.items()))
