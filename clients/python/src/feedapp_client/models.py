"""What the API sends, as far as this client reads it. Answers may have more fields than these."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class Author(TypedDict):
    """Who wrote something. `id` stays when the name changes."""

    id: str
    username: str
    display_name: str
    avatar: str | None


class User(Author):
    """A profile."""

    bio: str
    created_at: str
    posts_count: int
    followers_count: int
    following_count: int


class Post(TypedDict):
    """A post. `version` changes with each edit, and with nothing else."""

    id: str
    url: str
    body: str
    language: str | None
    author: Author
    created_at: str
    edited_at: str | None
    likes_count: int
    comments_count: int
    liked: bool | None
    bookmarked: bool | None
    visibility: str
    media: list[dict[str, Any]]
    version: str


class Comment(TypedDict):
    """A comment."""

    id: str
    post_id: str
    body: str
    language: str | None
    author: Author
    created_at: str
    edited_at: str | None
    version: str


class Change(TypedDict):
    """A change; `version` is there for posts and comments."""

    kind: Literal["post", "comment", "user"]
    id: str
    post_id: NotRequired[str]
    change: Literal["created", "edited", "deleted"]
    at: str
    version: NotRequired[str]


class Changes(TypedDict):
    """Some changes, and where the next ones begin."""

    items: list[Change]
    next_cursor: str


class Token(TypedDict):
    """A token, shown once."""

    token: str
    id: str
    name: str | None
    scopes: list[str]
    expires_at: str
