"""The headers of answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from feedapp.errors import TooManyAttemptsError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from feedapp.blueprints.api.kit.declaration import Call, Reply
    from feedapp.errors import DomainError

Json = dict[str, Any]
HEADERS: dict[str, tuple[str, Json, Any]] = {
    "X-Request-Id": ("Names the request in the log.", {"type": "string"}, "5f1c1f4a6b1d"),
    "Cache-Control": ("Who may keep the answer.", {"type": "string"}, "public, no-cache"),
    "Vary": ("Which headers of the request it depends on.", {"type": "string"}, "Authorization, Accept-Encoding"),
    "ETag": (
        "Names what was sent, for `If-None-Match` and, with edits, `If-Match`.",
        {"type": "string"},
        '"2f5c.8d1e"',
    ),
    "Link": (
        "The pages around this one, `rel` `next` and `prev`; what takes the place of this call, `deprecation`.",
        {"type": "string"},
        None,
    ),
    "Location": ("The address of what was made.", {"type": "string", "format": "uri-reference"}, "/api/posts/1"),
    "Idempotent-Replayed": (
        "The request was carried out before, and this is its first answer.",
        {"type": "string", "const": "true"},
        "true",
    ),
    "RateLimit-Policy": (
        "The limits that this request counts for, with quota and seconds (draft-ietf-httpapi-ratelimit-headers-11).",
        {"type": "string"},
        '"posts";q=60;w=60',
    ),
    "RateLimit": (
        "How they stand: what remains, and seconds until all of it is available again.",
        {"type": "string"},
        '"posts";r=59;t=60',
    ),
    "Deprecation": ("Since when the call is deprecated (RFC 9745).", {"type": "string"}, "@1767225600"),
    "Sunset": ("Until when it works (RFC 8594).", {"type": "string"}, "Wed, 01 Jul 2026 00:00:00 GMT"),
    "Content-Disposition": (
        "The name under which to save it.",
        {"type": "string"},
        'attachment; filename="ada.jsonl.gz"',
    ),
    "Retry-After": ("Seconds to wait.", {"type": "integer", "minimum": 0}, 1),
    "WWW-Authenticate": ("How to authenticate (RFC 6750).", {"type": "string"}, "Bearer"),
    "Accept-Encoding": ("The content codings that are accepted.", {"type": "string", "const": "identity"}, "identity"),
}
"""By name: what it means, its schema, an example."""
ALWAYS = ("X-Request-Id", "Vary", "RateLimit-Policy", "RateLimit")
OF_DEPRECATED = ("Deprecation", "Sunset", "Link")
UNAUTHENTICATED, STALE, UNSUPPORTED = 401, 412, 415


def always(call: Call[Any]) -> tuple[str, ...]:
    """Name the headers of every answer of a call."""
    return ALWAYS if call.deprecated is None else (*ALWAYS, *OF_DEPRECATED)


def unchanged(call: Call[Any]) -> tuple[str, ...]:
    """Name the headers of an answer that nothing changed."""
    return ("ETag",) if call.deprecated is None else ("ETag", *OF_DEPRECATED)


def of_reply(call: Call[Any], reply: Reply[Any]) -> Json:
    """Describe the headers of a good answer."""
    names = [*always(call), *reply.headers]
    if reply.model is not None:
        names += ["Cache-Control"]
    if reply.version is not None or not call.writes:
        names.append("ETag")
    if reply.many == "page":
        names.append("Link")
    if call.idempotent:
        names.append("Idempotent-Replayed")
    return described(dict.fromkeys(names))


def of_problem(call: Call[Any], status: int, kinds: Collection[type[DomainError]]) -> Json:
    """Describe the headers of a problem with this status, which may be any of these kinds."""
    names = [*always(call), "Cache-Control"]
    if any(issubclass(kind, TooManyAttemptsError) or hasattr(kind, "retry_after") for kind in kinds):
        names.append("Retry-After")
    if status == UNAUTHENTICATED:
        names.append("WWW-Authenticate")
    if status == UNSUPPORTED and call.writes:
        names.append("Accept-Encoding")
    if status == STALE and call.current is not None:
        names.append("ETag")
    return described(names)


def described(names: Iterable[str]) -> Json:
    """Give headers as OpenAPI describes them."""
    return {name: _one(*HEADERS[name]) for name in names}


def _one(about: str, schema: Json, example: Any) -> Json:
    one: Json = {"description": about, "schema": schema}
    if example is not None:
        one["example"] = example
    return one
