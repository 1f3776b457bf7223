"""Writes of comments, in the community of `tests.support.touring`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.integration.moderation.writes import api

if TYPE_CHECKING:
    from collections.abc import Callable

CONVERSATION: dict[str, Callable[..., None]] = {
    "comment": api("POST", "/api/posts/1/comments", "cyd", body="new"),
    "edit a comment": api("PATCH", "/api/posts/1/comments/1", "ada", body="other"),
    "delete a comment": api("DELETE", "/api/posts/1/comments/1", "ada"),
    "delete an answered comment": api("DELETE", "/api/posts/1/comments/2", "bob"),
    "answer a comment": api("POST", "/api/posts/1/comments", "cyd", body="new", in_reply_to="2"),
    "delete the last answer": api("DELETE", "/api/posts/1/comments/5", "cyd"),
    "like a comment": api("POST", "/api/posts/1/comments/2/likes", "cyd"),
    "unlike a comment": api("DELETE", "/api/posts/1/comments/2/likes", "ada"),
}
