"""Deletes files of pictures that nobody needs any more.

A message names the files of one picture, and is sent in the transaction that takes the picture away. It is sent before
the files are written, too, since a process may die before the picture is in a table: then it waits until no request can
still be at it. Either way it deletes nothing that a table names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from feedapp.pictures.formats import icon_names, names_of
from feedapp.writing.targets import Report

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Engine

    from feedapp.pictures.stores import PictureStore
    from feedapp.repositories.delivery.messages import Message

NAME = "pictures"
PENDING_SECONDS = 120.0
"""Much longer than any request may take to use the files that it has written."""
_USED = text(
    "SELECT EXISTS (SELECT FROM pictures WHERE digest = :digest) OR EXISTS (SELECT FROM users WHERE avatar = :digest)"
    " OR EXISTS (SELECT FROM site_settings WHERE icon = :digest)"
)


def deletion(digest: str, width: int | None, *, pending: bool = False) -> dict[str, Any]:
    """Make the payload of a message about the files of a picture; of an avatar for no width."""
    return {"digest": digest, "width": width, "pending": pending}


def icon_deletion(digest: str, *, pending: bool = False) -> dict[str, Any]:
    """Make the payload of a message about the files of an icon of the site."""
    return {**deletion(digest, None, pending=pending), "icon": True}


class PictureDeletion:
    """The target. `engine` is in autocommit."""

    name = NAME
    patience = 30 * 24 * 3600.0
    lease = 60.0

    def __init__(self, store: PictureStore, engine: Engine) -> None:
        self._store = store
        self._engine = engine

    def deliver(self, messages: Sequence[Message]) -> Report:
        """Delete what is named, unless it is used. Raise PictureStoreError."""
        due = [each for each in messages if not each.payload["pending"] or each.age > PENDING_SECONDS]
        with self._engine.connect() as connection:
            unused = [each for each in due if not connection.scalar(_USED, {"digest": each.payload["digest"]})]
        self._store.delete(name for each in unused for name in _names(each.payload))
        return Report(delivered=[each.id for each in due])


def _names(payload: Mapping[str, Any]) -> list[str]:
    digest: str = payload["digest"]
    return icon_names(digest) if payload.get("icon") else names_of(digest, payload["width"])
