"""Who somebody is, and what they may do."""

from __future__ import annotations

from feedapp.errors.base import DomainError


class UnauthenticatedError(DomainError):
    """Only for people who are signed in, and nobody is."""

    code = "unauthenticated"
    status = 401
    title = "Sign in first"


class InvalidTokenError(UnauthenticatedError):
    """The token is unknown, revoked or expired."""

    code = "invalid_token"
    title = "This token is not valid"


class WrongPasswordError(UnauthenticatedError):
    """The username and the password do not match."""

    code = "wrong_password"
    title = "Wrong username or password"


class ForbiddenError(DomainError):
    """The person who is signed in may not do this."""

    code = "forbidden"
    status = 403
    title = "Not allowed"


class ScopeError(DomainError):
    """The token is good, but was not made for this: it lacks the scope."""

    code = "scope"
    status = 403
    title = "Not in the scopes of this token"


class TooManyTokensError(DomainError):
    """The account has as many tokens and sessions as an account may have. No token was issued."""

    code = "too_many_tokens"
    status = 409
    title = "Too many tokens"


class SecondFactorNeededError(UnauthenticatedError):
    """A password that is right, of somebody whose log-in takes a code as well: send it in `code`."""

    code = "second_factor"
    title = "A code is needed"

    def __init__(self, detail: str, *, ticket: str) -> None:
        super().__init__(detail)
        self.ticket = ticket


class WrongCodeError(UnauthenticatedError):
    """A code that is not the one that the authenticator shows, or was used."""

    code = "wrong_code"
    title = "Wrong code"
