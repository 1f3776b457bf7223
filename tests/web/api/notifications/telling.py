"""What tests of notifications say often."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.web.api.calls import Json, data

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.support.people import Somebody

FIELDS = {"id", "kind", "created_at", "read", "actor", "others_count", "post_id", "comment_id"}


def told(client: FlaskClient, who: Somebody, query: str = "") -> Json:
    """Read what somebody is told, and see that the count says the same in all three places."""
    found = data(client.get(f"/api/notifications{query}", headers=who.headers))
    assert set(found) == {"items", "next_cursor", "prev_cursor", "unread_count"}
    assert all(set(each) == FIELDS for each in found["items"])
    assert data(client.get("/api/notifications/unread", headers=who.headers)) == {"unread_count": found["unread_count"]}
    assert data(client.get("/api/me", headers=who.headers))["unread_count"] == found["unread_count"]
    return found


def brief(found: Json) -> list[tuple[Any, ...]]:
    """Give of each entry its kind, who did it, how many others, and whether it was read."""
    return [
        (each["kind"], each["actor"] and each["actor"]["username"], each["others_count"], each["read"])
        for each in found["items"]
    ]


def do(client: FlaskClient, who: Somebody, method: str, path: str, **body: str | bool) -> Json:
    answer = client.open(f"/api/{path}", method=method, headers=who.headers, json=body or None)
    assert answer.status_code < 300, answer.text
    return answer.get_json() or {}


def read(client: FlaskClient, who: Somebody, until: str) -> int:
    count: int = do(client, who, "POST", "notifications/read", until=until)["unread_count"]
    return count
