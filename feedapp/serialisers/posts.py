"""Posts and comments as the API sends them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from feedapp.serialisers.people import author

if TYPE_CHECKING:
    from feedapp.reading.read_models import CommentView, PostView


def post(view: PostView, *, root: str) -> dict[str, Any]:
    """Give a post; `root` is the address of the site, with a slash at the end."""
    return {
        "id": str(view.id),
        "url": f"{root}posts/{view.id}",
        "body": view.body,
        "author": author(view.author),
        "created_at": view.created_at,
        "edited_at": view.edited_at,
        "likes_count": view.likes_count,
        "comments_count": view.comments_count,
        "liked": view.liked,
    }


def comment(view: CommentView) -> dict[str, Any]:
    """Give a comment."""
    return {
        "id": str(view.id),
        "post_id": str(view.post_id),
        "body": view.body,
        "author": author(view.author),
        "created_at": view.created_at,
        "edited_at": view.edited_at,
    }
