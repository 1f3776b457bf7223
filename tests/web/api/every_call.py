"""Every call of the API, for tests that try the same with all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.support.people import Somebody


class Call(NamedTuple):
    """One call of the API that takes a body, with one that it would accept."""

    method: str
    path: str
    good: dict[str, Any]
    by: Literal["ada", "a moderator"] = "ada"


WRITES = [
    Call("POST", "/api/users", {"username": "dee", "password": "a good password", "display_name": "Dee"}),
    Call("POST", "/api/tokens", {"username": "ada", "password": "a good password"}),
    Call("PATCH", "/api/me", {"display_name": "A", "bio": "b"}),
    Call("POST", "/api/posts", {"body": "text"}),
    Call("PATCH", "/api/posts/1", {"body": "text"}),
    Call("POST", "/api/posts/1/comments", {"body": "text"}),
    Call("PATCH", "/api/posts/1/comments/1", {"body": "text"}),
    Call("POST", "/api/reports", {"post_id": "1", "reason": "spam", "note": "text"}),
    Call("POST", "/api/reports/1/resolution", {"action": "none", "note": "text"}, "a moderator"),
    Call("POST", "/api/users/ada/suspension", {"reason": "text"}, "a moderator"),
    Call("POST", "/api/users/ada/sweep", {"reason": "text"}, "a moderator"),
    Call("POST", "/api/users/ada/silence", {"reason": "text"}, "a moderator"),
    Call("POST", "/api/posts/1/hiding", {"reason": "text"}, "a moderator"),
    Call("POST", "/api/posts/1/comments/1/hiding", {"reason": "text"}, "a moderator"),
    Call("POST", "/api/notifications/read", {"until": "1-1"}),
    Call("PATCH", "/api/notifications/settings", {"like": True}),
]
ALL = [
    *((call.method, call.path) for call in WRITES),
    ("POST", "/api/media"), ("PATCH", "/api/media/1"),
    ("DELETE", "/api/media/1"), ("PUT", "/api/me/avatar"), ("DELETE", "/api/me/avatar"),
    ("DELETE", "/api/me"), ("PUT", "/api/me/password"),
    ("GET", "/api/tokens"), ("DELETE", "/api/tokens"), ("DELETE", "/api/tokens/9"), ("GET", "/api/suggestions"),
    ("GET", "/api/notifications"), ("GET", "/api/notifications/unread"), ("GET", "/api/notifications/settings"),
    ("POST", "/api/posts/1/mutes"), ("DELETE", "/api/posts/1/mutes"),
    ("GET", "/api/users/ada/followers"), ("GET", "/api/users/ada/following"),
    ("GET", "/api/users/ada/comments"), ("GET", "/api/users/ada/likes"), ("GET", "/api/me/likes"),
    ("DELETE", "/api/tokens/current"), ("GET", "/api/me"), ("GET", "/api/me/export"), ("GET", "/api/users/ada"),
    ("GET", "/api/webhooks"), ("POST", "/api/webhooks"), ("GET", "/api/webhooks/1"), ("PATCH", "/api/webhooks/1"),
    ("DELETE", "/api/webhooks/1"), ("POST", "/api/webhooks/1/secret"), ("POST", "/api/webhooks/1/ping"),
    ("GET", "/api/webhooks/1/deliveries"),
    ("GET", "/api/changes"), ("GET", "/api/users/by-id/1"), ("GET", "/api/users?ids=1"), ("GET", "/api/comments?ids=1"),
    ("GET", "/api/me/blocks"), ("GET", "/api/me/mutes"),
    ("GET", "/api/me/muted-words"), ("PUT", "/api/me/muted-words"),
    ("POST", "/api/users/ada/blocks"), ("DELETE", "/api/users/ada/blocks"),
    ("POST", "/api/users/ada/mutes"), ("DELETE", "/api/users/ada/mutes"),
    ("POST", "/api/users/ada/followers"), ("DELETE", "/api/users/ada/followers"), ("GET", "/api/posts"),
    ("GET", "/api/posts/1"), ("DELETE", "/api/posts/1"), ("POST", "/api/posts/1/likes"),
    ("GET", "/api/tags"), ("GET", "/api/tags/beans"),
    ("POST", "/api/tags/beans/followers"), ("DELETE", "/api/tags/beans/followers"),
    ("POST", "/api/posts/1/bookmarks"), ("DELETE", "/api/posts/1/bookmarks"),
    ("POST", "/api/posts/1/pin"), ("DELETE", "/api/posts/1/pin"),
    ("DELETE", "/api/posts/1/likes"), ("GET", "/api/posts/1/likes"), ("GET", "/api/posts/1/comments"),
    ("GET", "/api/reports"), ("GET", "/api/reports/1"), ("GET", "/api/moderation/log"),
    ("DELETE", "/api/users/ada/sweep"), ("DELETE", "/api/users/ada/suspension"), ("DELETE", "/api/users/ada/silence"),
    ("DELETE", "/api/posts/1/hiding"), ("DELETE", "/api/posts/1/comments/1/hiding"),
    ("GET", "/api/posts/1/comments/1"), ("DELETE", "/api/posts/1/comments/1"),
    ("POST", "/api/posts/1/comments/1/likes"), ("DELETE", "/api/posts/1/comments/1/likes"),
]  # fmt: skip


def send(client: FlaskClient, method: str, path: str, who: Somebody | None, **more: Any) -> Any:
    """Send a request with somebody's token, None for none."""
    headers = {**(who.headers if who else {}), **more.pop("headers", {})}
    return client.open(path, method=method, headers=headers, **more)
