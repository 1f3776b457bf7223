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
    """Something that is our own fault; it was written down."""

    # The base of all of them. `status` is the HTTP status that says it best, `code` names the kind for programs and
    # `title` for people, and the docstring explains it to both under /api/problems/.
    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class InvalidInputError(DomainError):
    """Fields that cannot be accepted as they are; nothing was changed."""

    code = "invalid_input"
    status = 422
    title = "Some fields need another value"

    def __init__(self, *errors: FieldError) -> None:
        super().__init__(" ".join(f"{error.field}: {error.message}" for error in errors))
        self.errors = errors


class InvalidQueryError(InvalidInputError):
    """Parameters in the address that are unknown, given twice, or cannot be accepted as they are."""

    code = "invalid_parameters"
    status = 400
    title = "Some parameters need another value"


class MalformedError(DomainError):
    """A request that cannot even be read: broken JSON, a body that is no text, a header that breaks its grammar."""

    code = "malformed"
    status = 400
    title = "The request cannot be read"


class UnsupportedTypeError(DomainError):
    """A body of a kind that is not read here."""

    code = "unsupported_type"
    status = 415
    title = "Unsupported media type"


class UnsupportedCodingError(DomainError):
    """A body that was compressed: it has to be sent as it is."""

    code = "unsupported_coding"
    status = 415
    title = "Unsupported content coding"


class TooLargeError(DomainError):
    """A body of more bytes than this site takes at once."""

    code = "too_large"
    status = 413
    title = "Too large"


class MethodNotAllowedError(DomainError):
    """An address that exists, but does not answer to this method; `Allow` has those that it does answer to."""

    code = "method_not_allowed"
    status = 405
    title = "Method not allowed"


class MisdirectedError(DomainError):
    """A request that is addressed to a host that is not this site's."""

    code = "wrong_host"
    status = 421
    title = "Not the host of this site"


class UnauthenticatedError(DomainError):
    """Nobody is signed in, and this is only for who is."""

    code = "unauthenticated"
    status = 401
    title = "Sign in first"


class InvalidTokenError(UnauthenticatedError):
    """A token that is unknown, revoked or expired."""

    code = "invalid_token"
    title = "This token is not good"


class WrongPasswordError(UnauthenticatedError):
    """A username and a password that do not belong together."""

    code = "wrong_password"
    title = "Wrong username or password"


class ForbiddenError(DomainError):
    """Somebody is signed in, but this is not theirs to do."""

    code = "forbidden"
    status = 403
    title = "Not yours to change"


class NotFoundError(DomainError):
    """What was named does not exist, or no longer."""

    code = "not_found"
    status = 404
    title = "Not found"


class ConflictError(DomainError):
    """What was asked for is taken by somebody else."""

    code = "taken"
    status = 409
    title = "Already taken"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.errors = (FieldError(field, message),)


class TooManyTokensError(DomainError):
    """Somebody has as many tokens and sessions as anybody may have; nothing was issued."""

    code = "too_many_tokens"
    status = 409
    title = "Too many tokens"


class StaleEditError(DomainError):
    """What was to be changed was changed meanwhile; `current` is how it stands now. Nothing was changed."""

    code = "changed_meanwhile"
    status = 412
    title = "Changed meanwhile"

    def __init__(self, current: object) -> None:
        super().__init__("This was changed since you read it, and nothing was saved. See what it says now.")
        self.current = current


class PreconditionFailedError(DomainError):
    """An If-Match that names another version than the one that is there."""

    code = "precondition_failed"
    status = 412
    title = "Another version"


class KeyReusedError(DomainError):
    """An Idempotency-Key that was used for another request; nothing was changed."""

    code = "key_reused"
    status = 422
    title = "This key was used before"


class InProgressError(DomainError):
    """The same request is being carried out at this moment; `retry_after` seconds later its answer can be had."""

    code = "in_progress"
    status = 409
    title = "Already being carried out"
    retry_after = 1


class ResultGoneError(DomainError):
    """A request that was carried out before under its Idempotency-Key; what it made was deleted or revoked since."""

    code = "result_gone"
    status = 409
    title = "What this made is gone"


class TooLateError(DomainError):
    """Somebody deleted what was being written to at that moment; nothing was changed."""

    code = "too_late"
    status = 409
    title = "Too late"


class TryLaterError(DomainError):
    """As much of this is being done as can be done at once; `retry_after` seconds later it may be."""

    code = "busy"
    status = 503
    title = "Busy just now"
    retry_after = 1


class TooManyAttemptsError(TryLaterError):
    """Too many attempts in too short a time."""

    code = "too_many_attempts"
    status = 429
    title = "Too many attempts"

    def __init__(self, detail: str, *, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class UnconfirmedError(DomainError):
    """A write that stands, though it could not be made sure that everybody sees it: look before sending it again."""

    code = "unconfirmed"
    status = 503
    title = "Saved, but not yet seen everywhere"
    retry_after = 5

    def __init__(self) -> None:
        super().__init__("This was saved, but others may not see it for a moment. Look before you send it again.")


class UnavailableError(DomainError):
    """PostgreSQL does not answer just now; nothing was changed and the same request may be sent again."""

    code = "unavailable"
    status = 503
    title = "Not available just now"
    retry_after: int = 2


def kinds() -> dict[str, type[DomainError]]:
    """Give every kind of problem by its code."""
    found: dict[str, type[DomainError]] = {}
    waiting: list[type[DomainError]] = [DomainError]
    while waiting:
        kind = waiting.pop()
        found.setdefault(kind.code, kind)
        waiting.extend(kind.__subclasses__())
    return dict(sorted(found.items()))
