"""What requests take beside a body: parts of the path, parameters of the query, headers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from feedapp.blueprints.searches import KINDS
from feedapp.lengths import IDEMPOTENCY_KEY_LENGTH
from feedapp.models.notifications import KINDS as NOTIFIED
from feedapp.pagination import DEFAULT, LARGEST, SMALLEST
from feedapp.reading.spans import ORDERS
from feedapp.services.content.comments import ORDERS as COMMENT_ORDERS
from feedapp.text.search_query import LONGEST
from feedapp.web.fingerprints import KEY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from feedapp.blueprints.api.kit.declaration import Call
    from feedapp.blueprints.api_docs.paths import PathOfCall

Json = dict[str, Any]
ID: Json = {"type": "string", "minLength": 1}
IDS: Json = {"type": "array", "items": {"type": "string"}, "maxItems": LARGEST}
"""What cannot be an id is left out, as an id of nothing is, and so is an empty one."""
TIME: Json = {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}]}
NAME: Json = {"type": "string", "minLength": 1}
PATH: dict[str, tuple[str, Json, str]] = {
    "post_id": ("The post's id.", ID, "1"),
    "media_id": ("The picture's id.", ID, "1"),
    "comment_id": ("The comment's id.", ID, "1"),
    "token_id": ("The id of a token or session, from `GET /api/tokens`.", ID, "8d0f6a5c1b7e4f2a"),
    "username": ("Whose name it is now, in any case.", NAME, "ada"),
    "user_id": ("The user's id.", ID, "1"),
    "tag": ("The tag, in any case, without `#`.", NAME, "gardening"),
    "report_id": ("The report's id.", ID, "1"),
    "webhook_id": ("The webhook's id.", ID, "1"),
    "code": ("The `code` of a problem.", NAME, "not_found"),
}
FEED = (
    "`home` (posts of yours, of people and with tags you follow; needs a token), `bookmarks` (what you saved, the last "
    "saved first; needs a token), `public`, `active` (everyone's, by their last comments), "
    "`user` with `username`, or `tag` with `tag`. The default is `user` with a "
    "`username`, `tag` with a `tag`, else `home` with a token and `public` without."
)
QUERY: dict[str, tuple[str, Json, Any]] = {
    "feed": (
        FEED,
        {"type": "string", "enum": ["home", "public", "active", "user", "tag", "bookmarks"]},
        "public",
    ),
    "username": ("Whose posts, with `feed=user`.", NAME, "ada"),
    "ids": (
        "The posts with these ids, in this order, and no other parameter; unknown ids are left out.",
        IDS,
        None,
    ),
    "q": (
        'Words, "phrases", -without, from:name, tag:name, after: and before: a day.',
        {"type": "string", "maxLength": LONGEST},
        "tomato",
    ),
    "kind": (
        "What is searched; posts if it is left out.",
        {"type": "string", "enum": list(KINDS), "default": KINDS[0]},
        "posts",
    ),
    "author": ("Who wrote it, a username.", NAME, "ada"),
    "tag": ("A tag that it has, with or without `#`; also with `feed=tag`.", NAME, "gardening"),
    "since": ("From this day on, in UTC.", {"type": "string", "format": "date"}, "2026-01-31"),
    "until": ("Before this day, in UTC.", {"type": "string", "format": "date"}, "2026-02-28"),
    "order": (
        "The newest first, or the oldest. The order of the first page: a cursor keeps to it if `order` is given again.",
        {"type": "string", "enum": list(ORDERS), "default": ORDERS[0]},
        "asc",
    ),
    "state": (
        "Which reports: those that wait, or those that were decided.",
        {"type": "string", "enum": ["open", "resolved"], "default": "open"},
        "open",
    ),
    "cursor": (
        "Where the page begins: `next_cursor` or `prev_cursor` of a page of this list.",
        {"type": "string", "minLength": 1},
        None,
    ),
    "limit": (
        "The longest page.",
        {"type": "integer", "minimum": SMALLEST, "maximum": LARGEST, "default": DEFAULT},
        DEFAULT,
    ),
}
"""By name: what it means, its schema, an example."""
OF_CALL: dict[tuple[str, str], tuple[str, Json, Any]] = {
    ("/posts", "since"): ("From this time on: a time as in RFC 3339, or a day in UTC.", TIME, "2026-01-31T12:00:00Z"),
    ("/posts", "until"): ("Before this time: a time as in RFC 3339, or a day in UTC.", TIME, "2026-02-28"),
    ("/comments", "ids"): ("The comments with these ids, in this order; unknown ids are left out.", IDS, None),
    ("/users", "ids"): ("The users with these ids, in this order; unknown ids are left out.", IDS, None),
    ("/posts/<post_id>/comments", "order"): (
        "`thread` (an answer below what it answers), `oldest` or `newest` first.",
        {"type": "string", "enum": list(COMMENT_ORDERS), "default": "thread"},
        "newest",
    ),
    ("/notifications", "kind"): ("Only those of this kind.", {"type": "string", "enum": list(NOTIFIED)}, "mention"),
}
"""What has another meaning in one call, by its path and the name."""
REQUIRED = frozenset({("/comments", "ids"), ("/users", "ids")})
"""What cannot be left out, as that."""


def parameters(call: Call[Any], address: PathOfCall) -> list[Json]:
    """Describe what a call takes, in the order path, query, headers."""
    return [
        *(_one("path", name, *PATH[name], required=True) for name in address.names),
        *(_of_query(call, name) for name in call.parameters),
        *_headers(call),
    ]


def _of_query(call: Call[Any], name: str) -> Json:
    asked = (call.path, name)
    return _one("query", name, *OF_CALL.get(asked, QUERY[name]), required=asked in REQUIRED)


def _headers(call: Call[Any]) -> Iterator[Json]:
    if call.idempotent:
        about = "Makes it safe to send the request again: the same key and request are carried out once. A random UUID."
        schema = {"type": "string", "maxLength": IDEMPOTENCY_KEY_LENGTH, "pattern": f"^{KEY.pattern}$"}
        yield _one("header", "Idempotency-Key", about, schema, "7b0f4b2e-5a0e-4a8e-9b53-0f1d1f5c6c0e")
    if call.current is not None:
        about = "The `ETag` that you have seen, or `*`: a later edit is not overwritten, but answered with a 412."
        yield _one("header", "If-Match", about, {"type": "string"}, None)
    if not call.writes:
        about = "An `ETag` that you have: the answer is a 304 if nothing changed."
        yield _one("header", "If-None-Match", about, {"type": "string"}, None)


def _one(place: str, name: str, about: str, schema: Json, example: Any, *, required: bool = False) -> Json:
    one: Json = {"name": name, "in": place, "description": about, "schema": schema}
    if required:
        one["required"] = True
    if schema.get("type") == "array":
        one |= {"style": "form", "explode": False}
    if example is not None:
        one["example"] = example
    return one
