"""Changes as the API sends them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NotRequired

from typing_extensions import TypedDict

from feedapp.serialisers.fields import Id, Time

if TYPE_CHECKING:
    from feedapp.services.content.changes.reading import ChangesView, ChangeView


class ChangeJson(TypedDict):
    """A change. `post_id` stands with a comment, `version` with a post or comment that is still there."""

    kind: Literal["post", "comment", "user"]
    id: Id
    post_id: NotRequired[Id]
    change: Literal["created", "edited", "deleted"]
    at: Time
    version: NotRequired[str]


class ChangesJson(TypedDict):
    """Changes, the earliest first. `next_cursor` is never null: it is where the next ones begin."""

    items: list[ChangeJson]
    next_cursor: str


def changes(view: ChangesView) -> ChangesJson:
    """Give a page of changes."""
    return {"items": [_change(each) for each in view.items], "next_cursor": view.next_cursor}


def _change(view: ChangeView) -> ChangeJson:
    change: ChangeJson = {"kind": view.kind, "id": str(view.id), "change": view.change, "at": view.at}  # type: ignore[typeddict-item]
    if view.post_id is not None:
        change["post_id"] = str(view.post_id)
    if view.version is not None:
        change["version"] = view.version
    return change
