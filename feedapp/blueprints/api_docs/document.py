"""The OpenAPI 3.1 document, derived from the declared calls. Everything here is plain JSON: dicts, lists, texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from feedapp.blueprints.api_docs.messages import MESSAGE_SCHEMA, messages
from feedapp.blueprints.api_docs.operations import Operations
from feedapp.blueprints.api_docs.paths import addresses
from feedapp.blueprints.api_docs.problems import PROBLEM_SCHEMA, problem_examples
from feedapp.blueprints.api_docs.schemas import Schemas

if TYPE_CHECKING:
    from collections.abc import Collection

    from feedapp.blueprints.api.kit.endpoint import Endpoint
    from feedapp.services.access.rate_limits import RateLimits

Json = dict[str, Any]
VERSION = "1"
"""Of the API, not of feedapp: it changes when a client of today would break."""
ABOUT = """\
JSON in UTF-8. Ids and cursors are opaque strings. Times are RFC 3339 in UTC. Authenticate with \
`Authorization: Bearer TOKEN`, with a token from `POST /api/tokens`; cookies are ignored. Unknown or repeated \
parameters are a 400; unknown fields of a body are ignored.

A page is `{items, next_cursor, prev_cursor}`. The end is a null `next_cursor`, never a short page.

Every `POST` takes an `Idempotency-Key`: the same request with the same key is carried out once. Errors are \
`application/problem+json` (RFC 9457); `code` names the kind, and `type` leads to what it means. Every `GET` answers \
`HEAD` as well, and every address `OPTIONS`, with `Allow`.

A window of a limit begins with the first request that counts. Reads count only if the cache could not answer them."""
SECTIONS = {
    "posts": "Posts and feeds",
    "comments": "Comments",
    "likes": "Likes",
    "media": "Pictures",
    "tags": "Tags",
    "search": "Search",
    "changes": "What has changed",
    "people": "People",
    "followings": "Followers and suggestions",
    "activity": "What somebody commented on and likes",
    "me": "Your own account",
    "tokens": "Tokens and sessions",
    "notifications": "Notifications",
    "bookmarks": "Bookmarks",
    "pins": "Pinned posts",
    "relations": "Blocked and muted people",
    "muted_words": "Muted words",
    "reports": "Reports",
    "moderation": "What moderators did",
    "hiding": "Hiding, for moderators",
    "sanctions": "Suspensions and silence, for moderators",
    "sweeps": "Deleting all that somebody wrote, for moderators",
    "webhooks": "Webhooks, for admins",
    "problems": "Kinds of problems",
    "root": "Documentation",
}
"""What the calls of each blueprint are about, in the order of the page."""


def document(endpoints: Collection[Endpoint[Any]], rate_limits: RateLimits) -> Json:
    """Describe all calls, with the limits that hold here."""
    schemas = Schemas(endpoint.call for endpoint in endpoints)
    operations = Operations(schemas, rate_limits)
    paths: dict[str, Json] = {}
    for endpoint in sorted(endpoints, key=lambda each: _place(section(each.name))):
        for address in addresses(endpoint.call.path):
            paths.setdefault(address.path, {})[endpoint.call.method.lower()] = operations.of(endpoint, address)
    used = dict.fromkeys(section(endpoint.name) for endpoint in endpoints)
    return {
        "openapi": "3.1.1",
        "info": {"title": "feedapp", "version": VERSION, "description": ABOUT},
        "servers": [{"url": "/", "description": "This site."}],
        "tags": [{"name": name, "description": SECTIONS[name]} for name in sorted(used, key=_place)],
        "paths": paths,
        "webhooks": messages(),
        "components": {
            "schemas": {**schemas.all, "Problem": PROBLEM_SCHEMA, "WebhookMessage": MESSAGE_SCHEMA},
            "examples": problem_examples(),
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A token from `POST /api/tokens`. Its scopes stand with each call: `read`, `write`, "
                    "`moderate`, `admin`.",
                }
            },
        },
    }


def section(name: str) -> str:
    """Give the part of the API that an endpoint belongs to: the name of its blueprint."""
    return name.split(".")[-2]


def _place(name: str) -> int:
    return list(SECTIONS).index(name)
