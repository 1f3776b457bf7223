"""Requests that cannot be read, or that are not for us."""

from __future__ import annotations

from feedapp.errors.base import DomainError


class MalformedError(DomainError):
    """The request cannot be read: broken JSON, a body that is not text, or a header that breaks its grammar."""

    code = "malformed"
    status = 400
    title = "The request cannot be read"


class UnsupportedTypeError(DomainError):
    """The body has a media type that is not accepted here."""

    code = "unsupported_type"
    status = 415
    title = "Unsupported media type"


class UnsupportedCodingError(DomainError):
    """The body was compressed. Send it as it is."""

    code = "unsupported_coding"
    status = 415
    title = "Unsupported content coding"


class TooLargeError(DomainError):
    """The body has more bytes than this site accepts at once."""

    code = "too_large"
    status = 413
    title = "Too large"


class MethodNotAllowedError(DomainError):
    """The address exists but does not support this method. `Allow` lists those that it supports."""

    code = "method_not_allowed"
    status = 405
    title = "Method not allowed"


class MisdirectedError(DomainError):
    """The request is addressed to a host that does not belong to this site."""

    code = "wrong_host"
    status = 421
    title = "Not a host of this site"
