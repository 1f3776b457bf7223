"""What the outbox delivers to, beside Redis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.writing.targets.pictures import PictureDeletion

if TYPE_CHECKING:
    from feedapp.wiring.stores import Stores
    from feedapp.writing.targets import Target


def targets(given: Stores) -> tuple[Target, ...]:
    """Make the targets that the settings name."""
    return (PictureDeletion(given.picture_store, given.reads),)
