"""Load through a balancer, in which everybody looks at once at what they have just changed."""

from __future__ import annotations

import random
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.deploy.installed import Installed

MEMBERS = 6
PAUSE = 0.03
"""Seconds between two things that a member does: what is replaced needs a processor, too."""


@dataclass
class Seen:
    """What went wrong, and how much went right."""

    failed: list[Any] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    writes: int = 0
    reads: int = 0


@contextmanager
def under_load(site: Installed, name: str = "load") -> Iterator[Seen]:
    """Read and write through the balancer all the time, as members who are called so.

    What was written at one host is read at any: the balancer asks them in turn.
    """
    over, seen = threading.Event(), Seen()
    members = [_Member(site, site.member(f"{name}{number}"), seen) for number in range(MEMBERS)]
    threads = [threading.Thread(target=member.work, args=(over,)) for member in members]
    for thread in threads:
        thread.start()
    try:
        time.sleep(1)
        yield seen
        time.sleep(1)
    finally:
        over.set()
        for thread in threads:
            thread.join()


class _Member:
    """Owns a post: nobody else edits it, likes it or comments on it, so all of it is known."""

    def __init__(self, site: Installed, token: str, seen: Seen) -> None:
        self._site, self._token, self._seen = site, token, seen
        self._chances = random.Random(token)
        self._post = site.ask("POST", "/api/posts", {"body": "0"}, token=token)[1]["id"]
        self._known: dict[str, Any] = {"body": "0", "liked": False, "likes_count": 0, "comments_count": 0}

    def work(self, over: threading.Event) -> None:
        """Go on until it is over."""
        some = [self._edit, self._like, self._comment, self._publish, *[self._read] * 6]
        while not over.is_set():
            try:
                self._chances.choice(some)()
            except OSError as error:
                self._seen.failed.append(repr(error))
            time.sleep(PAUSE)

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        site = self._site
        status, answer = site.ask(method, path, body, token=self._token, port=site.front, tls=True)
        if method == "GET":
            self._seen.reads += 1
        else:
            self._seen.writes += 1
        if status in (200, 201):
            return answer
        self._seen.failed.append((method, path, status, answer))
        return None

    def _wrote(self, answer: Any, **known: Any) -> None:
        if answer is not None:
            self._known |= known
        self._look()

    def _look(self) -> None:
        found = self._ask("GET", f"/api/posts/{self._post}")
        if found:
            wrong = {name: found[name] for name, value in self._known.items() if found[name] != value}
            self._seen.stale += [f"{name} is {value}, not {self._known[name]}" for name, value in wrong.items()]

    def _edit(self) -> None:
        body = str(int(self._known["body"]) + 1)
        self._wrote(self._ask("PATCH", f"/api/posts/{self._post}", {"body": body}), body=body)

    def _like(self) -> None:
        liked = not self._known["liked"]
        done = self._ask("POST" if liked else "DELETE", f"/api/posts/{self._post}/likes")
        self._wrote(done, liked=liked, likes_count=int(liked))

    def _comment(self) -> None:
        done = self._ask("POST", f"/api/posts/{self._post}/comments", {"body": "yes"})
        self._wrote(done, comments_count=self._known["comments_count"] + 1)

    def _publish(self) -> None:
        made = self._ask("POST", "/api/posts", {"body": "one more"})
        found = self._ask("GET", "/api/posts?limit=50")
        if made and found and made["id"] not in [post["id"] for post in found["items"]]:
            self._seen.stale.append(f"post {made['id']} is not in the feed")

    def _read(self) -> None:
        path = self._chances.choice(("/api/posts?limit=20", "/api/posts?feed=home", "/api/me", "/api/notifications"))
        self._ask("GET", path)
