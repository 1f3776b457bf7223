"""Tags as one viewer sees them: the keys needed, and the read models made of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from feedapp.cache.catalogue.keys import TAG, TAGS_OF

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from feedapp.cache.catalogue.declarations import Key


@dataclass(frozen=True, slots=True)
class TagView:
    """A tag; `following` is whether the viewer follows it, None for an anonymous viewer."""

    name: str
    posts_count: int
    followers_count: int
    following: bool | None


def tag_keys(names: Sequence[str], viewer_id: int | None) -> list[Key]:
    """Name the keys for a list of tags."""
    keys = [TAG.key(name) for name in names]
    return keys if viewer_id is None else [*keys, TAGS_OF.key(viewer_id)]


def tag_views(names: Sequence[str], facts: Mapping[Key, Any], viewer_id: int | None) -> list[TagView]:
    """Assemble a list of tags."""
    followed = None if viewer_id is None else facts[TAGS_OF.key(viewer_id)]
    counts = [(name, facts[TAG.key(name)]) for name in names]
    return [
        TagView(name, count["posts_count"], count["followers_count"], None if followed is None else name in followed)
        for name, count in counts
    ]
