"""Writes of tags, bookmarks and pins to the community of `touring`: method, address, who sends it, and the body."""

from __future__ import annotations

MARKS: dict[str, tuple[str, str, str, dict[str, str]]] = {
    "use a tag for the first time": ("POST", "/api/posts", "ada", {"body": "new #apples"}),
    "use a tag that is followed": ("POST", "/api/posts", "bob", {"body": "new #Beans"}),
    "take a tag away": ("PATCH", "/api/posts/2", "bob", {"body": "without"}),
    "follow a tag": ("POST", "/api/tags/plum/followers", "ada", {}),
    "unfollow a tag": ("DELETE", "/api/tags/beans/followers", "cyd", {}),
    "bookmark": ("POST", "/api/posts/1/bookmarks", "cyd", {}),
    "remove a bookmark": ("DELETE", "/api/posts/1/bookmarks", "bob", {}),
    "pin": ("POST", "/api/posts/4/pin", "ada", {}),
    "unpin": ("DELETE", "/api/posts/1/pin", "ada", {}),
}
