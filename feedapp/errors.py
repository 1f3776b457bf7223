"""What can go wrong in the domain. Services raise these; blueprints turn them into answers, each in one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field of the input, in words that say what to do."""

    field: str
    message: str


class DomainError(Exception):
    """The base of all of them: `status` is the HTTP status that says it best, `title` the kind in a few words."""

    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class InvalidInputError(DomainError):
    """Fields that cannot be accepted as they are; nothing was changed."""

    status = 422
    title = "Some fields need another value"

    def __init__(self, *errors: FieldError) -> None:
        super().__init__(" ".join(f"{error.field}: {error.message}" for error in errors))
        self.errors = errors


class InvalidQueryError(InvalidInputError):
    """The same for parameters in the address."""

    status = 400
    title = "Some parameters need another value"


class MalformedError(DomainError):
    """Input that cannot even be read: broken JSON, a body that is no text."""

    status = 400
    title = "The request cannot be read"


class UnsupportedTypeError(DomainError):
    """A body of a kind that is not read here."""

    status = 415
    title = "Unsupported media type"


class UnauthenticatedError(DomainError):
    """Nobody is signed in, or the token is unknown, revoked or expired."""

    status = 401
    title = "Sign in first"


class ForbiddenError(DomainError):
    """Somebody is signed in, but this is not theirs to do."""

    status = 403
    title = "Not yours to change"


class NotFoundError(DomainError):
    """What was named does not exist, or no longer."""

    status = 404
    title = "Not found"


class ConflictError(DomainError):
    """What was asked for is taken by somebody else."""

    status = 409
    title = "Already taken"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.errors = (FieldError(field, message),)


class StaleEditError(DomainError):
    """What was to be changed was changed meanwhile; `current` is how it stands now. Nothing was changed."""

    status = 412
    title = "Changed meanwhile"

    def __init__(self, current: object) -> None:
        super().__init__("This was changed since you read it, and nothing was saved. See what it says now.")
        self.current = current


class KeyReusedError(DomainError):
    """An Idempotency-Key that was used for another request; nothing was changed."""

    status = 422
    title = "This key was used before"


class TwinError(DomainError):
    """The same request is being carried out at this moment; `retry_after` seconds later its answer can be had."""

    status = 409
    title = "Already being carried out"
    retry_after = 1


class TooManyAttemptsError(DomainError):
    """Too many attempts in too short a time; `retry_after` seconds until the next is allowed."""

    status = 429
    title = "Too many attempts"

    def __init__(self, detail: str, *, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class UnavailableError(DomainError):
    """PostgreSQL does not answer just now; nothing was changed and the same request may be sent again."""

    status = 503
    title = "Not available just now"
    retry_after: int = 2
