"""Eight people who write, edit, delete, rename themselves and leave, each in a thread, until they are told to stop."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import TYPE_CHECKING, Any

from tests.support.people import PASSWORD, newcomer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from feedapp.wiring import Services

WRITERS = 8


class Writer:
    """One of them; a new account takes the place of one that was deleted."""

    def __init__(self, app: Flask, services: Services, number: int) -> None:
        self._app = app
        self._services = services
        self._client = app.test_client()
        self._number = number
        self._chance = random.Random(number)
        self._lives = 0
        self.calls = 0
        self._begin()

    def _begin(self) -> None:
        self._lives += 1
        self._name = f"w{self._number}_{self._lives}"
        with self._app.app_context():
            user_id = newcomer(self._services, self._name)
            token = self._services.accounts.issue(user_id, "api").token
        self._headers = {"Authorization": f"Bearer {token}"}
        self._posts: list[str] = []
        self._comments: list[tuple[str, str]] = []

    def act(self) -> None:
        """Do one thing."""
        dice = self._chance.random()
        if dice < 0.3:
            self._posts.append(self._call("post", "/api/posts", {"body": self._text()})["id"])
        elif dice < 0.55:
            self._comment()
        elif dice < 0.7 and self._posts:
            self._call("patch", f"/api/posts/{self._chance.choice(self._posts)}", {"body": self._text()})
        elif dice < 0.8 and self._comments:
            post_id, id_ = self._chance.choice(self._comments)
            self._call("patch", f"/api/posts/{post_id}/comments/{id_}", {"body": self._text()})
        elif dice < 0.88 and len(self._posts) > 2:
            self._call("delete", f"/api/posts/{self._posts.pop(0)}")
        elif dice < 0.93 and len(self._comments) > 2:
            post_id, id_ = self._comments.pop(0)
            self._call("delete", f"/api/posts/{post_id}/comments/{id_}")
        elif dice < 0.96:
            self._call("patch", "/api/me", {"bio": self._text()})
        elif dice < 0.985:
            self._name = f"r{self._number}_{self._lives}_{self.calls}"
            self._call("patch", "/api/me", {"username": self._name, "current_password": PASSWORD})
        else:
            self._call("delete", "/api/me", {"current_password": PASSWORD})
            self._begin()

    def _comment(self) -> None:
        some = self._client.get("/api/posts?feed=public&limit=10").get_json()["items"]
        if some:
            post_id = self._chance.choice(some)["id"]
            made = self._call("post", f"/api/posts/{post_id}/comments", {"body": self._text()})
            if "id" in made:
                self._comments.append((post_id, made["id"]))

    def _text(self) -> str:
        return f"{self._name} {self._chance.random()}"

    def _call(self, method: str, path: str, body: dict[str, str] | None = None) -> dict[str, Any]:
        self.calls += 1
        answer = getattr(self._client, method)(path, headers=self._headers, json=body)
        assert answer.status_code in {200, 201, 202, 204, 404, 409}, answer.text  # a thing of another's may be gone
        found: dict[str, Any] = answer.get_json() or {}
        return found


@contextmanager
def at_work(app: Flask, services: Services) -> Iterator[list[Writer]]:
    """Let them write until the block ends."""
    is_over = Event()
    writers = [Writer(app, services, number) for number in range(WRITERS)]

    def work(writer: Writer) -> None:
        while not is_over.is_set():
            writer.act()

    with ThreadPoolExecutor(WRITERS) as threads:
        working = [threads.submit(work, writer) for writer in writers]
        try:
            yield writers
        finally:
            is_over.set()
    for each in working:
        each.result()
