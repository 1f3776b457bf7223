"""What people are told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedapp.repositories.notifications.writes import NotificationRepository
from feedapp.services.notifications.lists import NotificationLists
from feedapp.services.notifications.telling import Telling

if TYPE_CHECKING:
    from feedapp.wiring.core import Core
    from feedapp.wiring.stores import Stores


@dataclass(frozen=True, kw_only=True)
class Notifications:
    """What people are told, and what they have read of it."""

    telling: Telling
    notifications: NotificationLists


def build(given: Stores, base: Core) -> Notifications:
    """Build it."""
    repository = NotificationRepository(given.session)
    return Notifications(
        telling=Telling(unit_of_work=base.unit_of_work, notifications=repository),
        notifications=NotificationLists(
            reading=base.reading, viewers=base.viewers, unit_of_work=base.unit_of_work, notifications=repository
        ),
    )
