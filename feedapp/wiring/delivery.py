"""What the outbox delivers to, beside Redis."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config import Settings
    from feedapp.writing.targets import Target


def targets(settings: Settings) -> tuple[Target, ...]:
    """Make the targets that the settings name."""
    del settings
    return ()
