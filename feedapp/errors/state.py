"""How things stand: what is asked for is not there, taken, changed meanwhile, or done already."""

from __future__ import annotations

from feedapp.errors.base import DomainError, FieldError


class NotFoundError(DomainError):
    """It does not exist, or was deleted."""

    code = "not_found"
    status = 404
    title = "Not found"


class ConflictError(DomainError):
    """Somebody else has taken what was asked for."""

    code = "taken"
    status = 409
    title = "Already taken"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.errors = (FieldError(field, message),)


class StaleEditError(DomainError):
    """It was changed since you read it; `current` is what it says now. Nothing was saved."""

    code = "changed_meanwhile"
    status = 412
    title = "Changed meanwhile"

    def __init__(self, current: object) -> None:
        super().__init__("This was changed since you read it, and nothing was saved. See what it says now.")
        self.current = current


class PreconditionFailedError(DomainError):
    """If-Match names another version than the current one."""

    code = "precondition_failed"
    status = 412
    title = "Another version"


class KeyReusedError(DomainError):
    """The Idempotency-Key was used for another request. Nothing was changed."""

    code = "key_reused"
    status = 422
    title = "This key was used before"


class InProgressError(DomainError):
    """The same request is being carried out right now. Its answer will be there `Retry-After` seconds later."""

    code = "in_progress"
    status = 409
    title = "Already in progress"
    retry_after = 1


class ResultGoneError(DomainError):
    """The request with this Idempotency-Key was carried out, but what it made was deleted or revoked since."""

    code = "result_gone"
    status = 409
    title = "The result was deleted"


class TooManyTagsError(DomainError):
    """You follow as many tags as anybody can. Nothing was changed."""

    code = "too_many_tags"
    status = 409
    title = "Too many tags"


class TooManyWebhooksError(DomainError):
    """The site has as many webhooks as it can. Nothing was changed."""

    code = "too_many_webhooks"
    status = 409
    title = "Too many webhooks"


class AlreadyResolvedError(DomainError):
    """A moderator has decided about this report already. Nothing was changed."""

    code = "already_resolved"
    status = 409
    title = "Already decided"


class TooLateError(DomainError):
    """What this belongs to was deleted at the same moment. Nothing was changed."""

    code = "too_late"
    status = 409
    title = "Too late"


class CursorExpiredError(DomainError):
    """What came after this cursor is no longer kept. Read everything again, and go on from `cursor=now`."""

    code = "cursor_expired"
    status = 410
    title = "Too old a cursor"
