"""Who somebody is, and what they may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.errors.base import DomainError
from feedapp.languages.catalogues import marked

if TYPE_CHECKING:
    from datetime import datetime


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


class AccountLeavingError(DomainError):
    """The account is to be deleted. Until then its owner can take it back: `"restore": true` with POST /api/tokens."""

    code = "account_leaving"
    status = 403
    title = "This account is to be deleted"

    def __init__(self, detail: str, *, user_id: int) -> None:
        super().__init__(detail)
        self.user_id = user_id

    @classmethod
    def of(cls, user_id: int, deletion_at: datetime | None) -> AccountLeavingError:
        """Say so of an account that is to be deleted then; None if that has begun."""
        if deletion_at is None:
            return cls(marked("This account is being deleted."), user_id=user_id)
        day = f"{deletion_at:%d %B %Y}"
        return cls(marked(f"This account will be deleted on {day}, as you wanted."), user_id=user_id)


class SuspendedError(DomainError):
    """The account is suspended; `detail` says why, and until when. It is good again after that."""

    code = "suspended"
    status = 403
    title = "This account is suspended"

    def __init__(self, detail: str, *, user_id: int = 0) -> None:
        super().__init__(detail)
        self.user_id = user_id

    @classmethod
    def of(cls, user_id: int, reason: str, until: str | None) -> SuspendedError:
        """Say it to whom it concerns; `until` is RFC 3339."""
        if not until:
            return cls(marked(f"This account is suspended: {reason}"), user_id=user_id)
        end = f"{until[:16].replace('T', ' ')} UTC"
        return cls(marked(f"This account is suspended until {end}: {reason}"), user_id=user_id)


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


class WrongPasskeyError(UnauthenticatedError):
    """A passkey that is nobody's here, or whose answer does not fit."""

    code = "wrong_passkey"
    title = "This passkey does not let you in"
