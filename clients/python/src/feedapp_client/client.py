"""The calls of the API that programs use most; `Client.send` has the rest."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Self, cast
from urllib.parse import quote

from feedapp_client.sending import Sender

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import httpx

    from feedapp_client.models import Author, Changes, Comment, Post, Token, User

MOST_IDS = 100


class Client:
    """A site, seen by whom the token belongs to, or by anybody.

    It holds connections: use it in a `with`, or close it with `send.close`.

    >>> with Client("https://feed.example.org") as site:
    ...     site.log_in("ada", "a good password", name="my bot")
    ...     post = site.publish("Good morning")
    """

    def __init__(
        self,
        site: str,
        *,
        token: str | None = None,
        attempts: int = 5,
        http: httpx.Client | None = None,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self.send = Sender(site, token=token, attempts=attempts, http=http, wait=wait)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.send.close()

    def log_in(self, username: str, password: str, *, name: str | None = None, scopes: Sequence[str] = ()) -> Token:
        """Get a token, and use it from now on. Raise ProblemError."""
        wanted: dict[str, Any] = {"username": username, "password": password}
        if name is not None:
            wanted["name"] = name
        if scopes:
            wanted["scopes"] = list(scopes)
        token: Token = self.send.post("/api/tokens", wanted)
        self.send.token = token["token"]
        return token

    def log_out(self) -> None:
        """Revoke the token."""
        self.send.delete("/api/tokens/current")
        self.send.token = None

    def me(self) -> User:
        """Read one's own profile."""
        return cast("User", self.send.get("/api/me"))

    def user(self, username: str) -> User:
        """Read a profile."""
        return cast("User", self.send.get(f"/api/users/{_part(username)}"))

    def users(self, ids: Sequence[str]) -> list[User]:
        """Read profiles by ids; those that nobody has are left out."""
        return self._among("/api/users", ids)

    def posts(self, feed: str | None = None, *, username: str | None = None, **asked: str) -> Iterator[Post]:
        """Read a feed to its end, page by page: `since`, `until` and `order` may be asked for."""
        named = {"feed": feed, "username": username, **asked}
        return self.pages("/api/posts", **{name: value for name, value in named.items() if value is not None})

    def posts_by_id(self, ids: Sequence[str]) -> list[Post]:
        """Read posts by ids; those that are not there are left out."""
        return self._among("/api/posts", ids)

    def post(self, post_id: str) -> Post:
        """Read a post."""
        return cast("Post", self.send.get(f"/api/posts/{_part(post_id)}"))

    def publish(self, body: str, *, key: str | None = None, **more: Any) -> Post:
        """Write a post, once. Give a `key` if you may have to do it again after a crash."""
        return cast("Post", self.send.post("/api/posts", {"body": body, **more}, key=key))

    def edit(self, post: Post, body: str) -> Post:
        """Replace a post's text, unless somebody else did. Raise ProblemError with the code `changed_meanwhile`."""
        path = f"/api/posts/{_part(post['id'])}"
        return cast("Post", self.send.patch(path, {"body": body}, version=post["version"]))

    def delete(self, post_id: str) -> None:
        """Delete a post."""
        self.send.delete(f"/api/posts/{_part(post_id)}")

    def comments(self, post_id: str) -> Iterator[Comment]:
        """Read the comments on a post."""
        return self.pages(f"/api/posts/{_part(post_id)}/comments")

    def comments_by_id(self, ids: Sequence[str]) -> list[Comment]:
        """Read comments by ids; those that are not there are left out."""
        return self._among("/api/comments", ids)

    def comment(self, post_id: str, body: str, *, key: str | None = None) -> Comment:
        """Comment on a post, once."""
        return cast("Comment", self.send.post(f"/api/posts/{_part(post_id)}/comments", {"body": body}, key=key))

    def like(self, post_id: str) -> int:
        """Like a post; give how many do."""
        return cast("int", self.send.post(f"/api/posts/{_part(post_id)}/likes")["likes_count"])

    def unlike(self, post_id: str) -> int:
        """Take a like back; give how many there are."""
        return cast("int", self.send.delete(f"/api/posts/{_part(post_id)}/likes")["likes_count"])

    def follow(self, username: str) -> None:
        """Follow somebody."""
        self.send.post(f"/api/users/{_part(username)}/followers")

    def followers(self, username: str) -> Iterator[Author]:
        """Read who follows somebody."""
        return self.pages(f"/api/users/{_part(username)}/followers")

    def changes(self, cursor: str | None = None, *, limit: int = 100) -> Changes:
        """Read what changed since a cursor; `now` gives one to begin with."""
        asked = {"limit": str(limit)} | ({} if cursor is None else {"cursor": cursor})
        return cast("Changes", self.send.get("/api/changes", asked))

    def pages(self, path: str, **asked: str) -> Iterator[Any]:
        """Read a list to its end, entry by entry."""
        asked.setdefault("limit", "100")
        cursor: str | None = None
        while True:
            page = self.send.get(path, asked | ({} if cursor is None else {"cursor": cursor}))
            yield from page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return

    def newer(self, path: str, cursor: str | None, **asked: str) -> tuple[list[Any], str]:
        """Give what came to a list with the newest first since a cursor, oldest first, and the cursor to go on with.

        Without a cursor nothing came yet: it begins now.
        """
        if cursor is None:
            return [], self.send.get(path, asked)["prev_cursor"]
        came: list[Any] = []
        while True:
            page = self.send.get(path, asked | {"cursor": cursor})
            cursor = cast("str", page["prev_cursor"])
            if not page["items"]:
                return came, cursor
            came += page["items"][::-1]

    def _among(self, path: str, ids: Sequence[str]) -> list[Any]:
        found: list[Any] = []
        for start in range(0, len(ids), MOST_IDS):
            found += self.send.get(path, {"ids": ",".join(ids[start : start + MOST_IDS])})["items"]
        return found


def _part(text: str) -> str:
    return quote(text, safe="")
