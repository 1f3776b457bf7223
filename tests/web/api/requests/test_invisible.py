"""What nobody can see is refused by every way in, with the same words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.people import PASSWORD

if TYPE_CHECKING:
    from flask.testing import FlaskClient


@pytest.mark.parametrize(
    "text", ["\u3164", "\u2800\u2800", "\u115f\u1160", "\ufe0f",
    "\u0085", "a\u0090", "\u0301\u0302", "\U000e0041", "a" + "\u0301" * 50]
)  # fmt: skip
def test_what_nobody_can_see_is_refused(client: FlaskClient, people: Any, text: str) -> None:
    ada = people("ada")
    client.post("/api/posts", headers=ada.headers, json={"body": "seen"})
    client.post("/api/posts/1/comments", headers=ada.headers, json={"body": "seen"})
    for method, path, field in (
        ("POST", "/api/posts", "body"),
        ("PATCH", "/api/posts/1", "body"),
        ("POST", "/api/posts/1/comments", "body"),
        ("PATCH", "/api/posts/1/comments/1", "body"),
        ("PATCH", "/api/me", "display_name"),
        ("POST", "/api/users", "display_name"),
    ):
        more = {"username": "bob", "password": PASSWORD} if path == "/api/users" else {}
        answer = client.open(path, method=method, headers=ada.headers, json={field: text, **more})
        assert answer.status_code == 422, (path, answer.text)
        assert answer.get_json()["errors"][0]["field"] == field
