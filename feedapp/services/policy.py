"""Permissions: who may do what, once for pages, API and commands. `may` answers, `require` raises.

What is not in the table is forbidden for everybody. Roles (moderator, admin) would be further rules here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from feedapp.errors import ForbiddenError
from feedapp.reading.read_models import CommentView

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedapp.reading.read_models import PostView, Viewer

Action = Literal["edit", "delete"]
Kind = Literal["post", "comment"]


class Thing(NamedTuple):
    """What something is done to, as far as rights depend on it."""

    kind: Kind
    author_id: int


class _Rule(NamedTuple):
    allows: Callable[[Viewer, Thing], bool]
    refusal: str


def _is_author(viewer: Viewer, thing: Thing) -> bool:
    return viewer.id == thing.author_id


_RULES: dict[tuple[Action, Kind], _Rule] = {
    ("edit", "post"): _Rule(_is_author, "Only its author can change a post."),
    ("delete", "post"): _Rule(_is_author, "Only its author can delete a post."),
    ("edit", "comment"): _Rule(_is_author, "Only its author can change a comment."),
    ("delete", "comment"): _Rule(_is_author, "Only its author can delete a comment."),
}


def thing(view: PostView | CommentView) -> Thing:
    """Give the thing that a read model shows."""
    return Thing("comment" if isinstance(view, CommentView) else "post", view.author.id)


def may(viewer: Viewer | None, action: Action, thing: Thing) -> bool:
    """Tell whether a viewer may do that; somebody anonymous may change nothing."""
    rule = _RULES.get((action, thing.kind))
    return viewer is not None and rule is not None and rule.allows(viewer, thing)


def require(viewer: Viewer | None, action: Action, thing: Thing) -> None:
    """Raise ForbiddenError, which says who may, if this viewer may not."""
    if not may(viewer, action, thing):
        rule = _RULES.get((action, thing.kind))
        raise ForbiddenError(rule.refusal if rule else f"Nobody can {action} a {thing.kind}.")
