"""Tags as the API sends them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import TypedDict

from feedapp.serialisers.fields import Count

if TYPE_CHECKING:
    from feedapp.reading.tags import TagView


class TagJson(TypedDict):
    """A tag. `following` by the reader, null for a reader without a token."""

    name: str
    posts_count: Count
    followers_count: Count
    following: bool | None


def tag(view: TagView) -> TagJson:
    """Give a tag."""
    return {
        "name": view.name,
        "posts_count": view.posts_count,
        "followers_count": view.followers_count,
        "following": view.following,
    }
