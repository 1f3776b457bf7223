"""What can go wrong in the domain. Services raise these; blueprints turn them into answers, each in one place."""

from feedapp.errors.access import (
    ForbiddenError,
    InvalidTokenError,
    TooManyTokensError,
    UnauthenticatedError,
    WrongPasswordError,
)
from feedapp.errors.base import DomainError, FieldError, InvalidInputError, InvalidQueryError, kinds
from feedapp.errors.later import TooManyAttemptsError, TryLaterError, UnavailableError, UnconfirmedError
from feedapp.errors.requests import (
    MalformedError,
    MethodNotAllowedError,
    MisdirectedError,
    TooLargeError,
    UnsupportedCodingError,
    UnsupportedTypeError,
)
from feedapp.errors.state import (
    ConflictError,
    InProgressError,
    KeyReusedError,
    NotFoundError,
    PreconditionFailedError,
    ResultGoneError,
    StaleEditError,
    TooLateError,
)

__all__ = [
    "ConflictError",
    "DomainError",
    "FieldError",
    "ForbiddenError",
    "InProgressError",
    "InvalidInputError",
    "InvalidQueryError",
    "InvalidTokenError",
    "KeyReusedError",
    "MalformedError",
    "MethodNotAllowedError",
    "MisdirectedError",
    "NotFoundError",
    "PreconditionFailedError",
    "ResultGoneError",
    "StaleEditError",
    "TooLargeError",
    "TooLateError",
    "TooManyAttemptsError",
    "TooManyTokensError",
    "TryLaterError",
    "UnauthenticatedError",
    "UnavailableError",
    "UnconfirmedError",
    "UnsupportedCodingError",
    "UnsupportedTypeError",
    "WrongPasswordError",
    "kinds",
]
