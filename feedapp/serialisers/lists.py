"""Lists as the API sends them."""

from __future__ import annotations

from typing import Generic, TypeVar

from typing_extensions import TypedDict

T = TypeVar("T")


class ItemsJson(TypedDict, Generic[T]):
    """All there are."""

    items: list[T]


class PageJson(TypedDict, Generic[T]):
    """A page; a cursor is None where nothing lies."""

    items: list[T]
    next_cursor: str | None
    prev_cursor: str | None
