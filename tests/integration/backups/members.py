"""Somebody who writes, by the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

if TYPE_CHECKING:
    from tests.integration.backups.conftest import Site

PASSWORD = "correct horse battery"


def answer_of(response: Any) -> Any:
    return response.json


class Member:
    """Somebody new, by the API."""

    def __init__(self, site: Site) -> None:
        self.name = f"m{uuid4().hex[:12]}"
        self._site = site
        given = {"username": self.name, "password": PASSWORD}
        assert site.client.post("/api/users", json=given).status_code == 201
        token = answer_of(site.client.post("/api/tokens", json=given))["token"]
        self.headers = {"Authorization": f"Bearer {token}"}

    def post(self, body: str) -> str:
        made = self._site.client.post("/api/posts", json={"body": body}, headers=self.headers)
        assert made.status_code == 201
        return str(answer_of(made)["id"])

    def bodies(self) -> list[str]:
        answer = self._site.client.get(f"/api/posts?feed=user&username={self.name}", headers=self.headers)
        return [post["body"] for post in answer_of(answer)["items"]]
