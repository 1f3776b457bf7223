"""A copy of a site that follows its changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from feedapp_client.errors import ProblemError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from feedapp_client.client import Client
    from feedapp_client.models import Change, Comment, Post, User

AT_ONCE = 20
"""Pages of changes that are read before what they name is: a thing that changed often is read once."""
LIMIT = 100
GONE = 404


@dataclass
class Mirror:
    """What somebody with this client's token sees, by ids. `cursor` is all it takes to go on after a restart.

    It begins with `start`, or with the oldest change that the site keeps, which is enough for a young site.
    """

    client: Client
    cursor: str | None = None
    posts: dict[str, Post] = field(default_factory=dict)
    comments: dict[str, Comment] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    changes: int = 0
    """How many were read."""
    _gone: set[tuple[str, str]] = field(default_factory=set)

    def start(self) -> None:
        """Read everything there is, and go on from a moment before that."""
        self.cursor = self.client.changes("now")["next_cursor"]
        posts = list(self.client.posts("public"))
        self.posts = {post["id"]: post for post in posts}
        self.comments = {}
        for post in posts:
            if post["comments_count"]:
                self._keep(self.comments, self._comments(post["id"]))
        authors = (each["author"]["id"] for each in (*self.posts.values(), *self.comments.values()))
        self.users = {user["id"]: user for user in self.client.users(list(dict.fromkeys(authors)))}

    def update(self) -> bool:
        """Take over what has changed; tell whether there may be more.

        Raise ProblemError, with the code `cursor_expired` if it is too late: `start` again.
        """
        cursor, items, full = self.cursor, list[Any](), True
        for _ in range(AT_ONCE):
            page = self.client.changes(cursor, limit=LIMIT)
            cursor = page["next_cursor"]
            items += page["items"]
            full = len(page["items"]) == LIMIT
            if not full:
                break
        self._apply(items)
        self.changes += len(items)
        self.cursor = cursor
        return full

    def _apply(self, changes: list[Change]) -> None:
        last: dict[tuple[str, str], Change] = {}
        again: set[tuple[str, str]] = set()
        for change in changes:
            named = (change["kind"], change["id"])
            last[named] = change
            if change["change"] == "deleted":
                self._gone.add(named)
                self._drop(*named)
            elif change["change"] == "created" and named in self._gone:
                again.add(named)
        wanted = [change for change in last.values() if change["change"] != "deleted" and not self._has(change)]
        for kind in ("user", "post", "comment"):
            self._read(kind, [change["id"] for change in wanted if change["kind"] == kind])
        for kind, id_ in again:
            self._read_below(kind, id_)

    def _has(self, change: Change) -> bool:
        kept: Any = self._of(change["kind"]).get(change["id"])
        return kept is not None and "version" in change and kept["version"] == change["version"]

    def _of(self, kind: str) -> dict[str, Any]:
        by_kind: dict[str, dict[str, Any]] = {"post": self.posts, "comment": self.comments, "user": self.users}
        return by_kind[kind]

    def _read(self, kind: str, ids: list[str]) -> None:
        read: Any = {"post": self.client.posts_by_id, "comment": self.client.comments_by_id, "user": self.client.users}[
            kind
        ]
        found: Any = read(ids) if ids else []
        kept = {each["id"]: each for each in found}
        self._of(kind).update(kept)
        for id_ in ids:
            if id_ not in kept:
                self._drop(kind, id_)

    def _read_below(self, kind: str, id_: str) -> None:
        """Read what came back with a post or a person that was out of sight for a while."""
        self._gone.discard((kind, id_))
        if kind == "post" and id_ in self.posts:
            self._keep(self.comments, self._comments(id_))
        elif kind == "user" and id_ in self.users:
            name = self.users[id_]["username"]
            self._keep(self.posts, self.client.posts("user", username=name))
            self._keep(self.comments, self.client.pages("/api/search", kind="comments", author=name))
            for post_id in [post["id"] for post in self.posts.values() if post["author"]["id"] == id_]:
                self._keep(self.comments, self._comments(post_id))

    def _comments(self, post_id: str) -> list[Comment]:
        """Read the comments on a post; none if it was deleted meanwhile, which the changes tell later."""
        try:
            return list(self.client.comments(post_id))
        except ProblemError as error:
            if error.status != GONE:
                raise
            return []

    @staticmethod
    def _keep(into: dict[str, Any], found: Iterable[Any]) -> None:
        into.update({each["id"]: each for each in found if "author" in each})

    def _drop(self, kind: str, id_: str) -> None:
        """Drop one thing, and what hangs on it."""
        self._of(kind).pop(id_, None)
        if kind == "user":
            for post_id in [each["id"] for each in self.posts.values() if each["author"]["id"] == id_]:
                self._drop("post", post_id)
            for comment_id in [each["id"] for each in self.comments.values() if each["author"]["id"] == id_]:
                self._drop("comment", comment_id)
        if kind == "post":
            for comment_id in [each["id"] for each in self.comments.values() if each["post_id"] == id_]:
                self._drop("comment", comment_id)
