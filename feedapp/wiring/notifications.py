"""What people are told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedapp.repositories.notifications.digests import DigestRepository
from feedapp.repositories.notifications.pushes import PushRepository
from feedapp.repositories.notifications.unseen import UnseenRepository
from feedapp.repositories.notifications.wishes import WishRepository
from feedapp.repositories.notifications.writes import NotificationRepository
from feedapp.services.notifications.digests import DigestService
from feedapp.services.notifications.lists import NotificationLists
from feedapp.services.notifications.pushes import PushService
from feedapp.services.notifications.telling import Telling
from feedapp.services.notifications.unseen import Unseen
from feedapp.services.notifications.wishes import WishService
from feedapp.writing.mail.links import MailLinks
from feedapp.writing.targets.web_push import VapidKeys

if TYPE_CHECKING:
    from feedapp.wiring.core import Core
    from feedapp.wiring.stores import Stores
    from feedapp.writing.belongings import Belongings


@dataclass(frozen=True, kw_only=True)
class Notifications:
    """What people are told, and what they have read of it."""

    telling: Telling
    notifications: NotificationLists
    wishes: WishService
    unseen: Unseen
    digests: DigestService
    pushes: PushService

    @property
    def belongings(self) -> tuple[Belongings, ...]:
        """What of it is somebody's, in the order in which it is deleted with their account."""
        return self.telling, self.wishes


def build(given: Stores, base: Core) -> Notifications:
    """Build it."""
    repository = NotificationRepository(given.session)
    digests = DigestRepository(given.session)
    return Notifications(
        telling=Telling(unit_of_work=base.unit_of_work, site=base.site, notifications=repository),
        notifications=NotificationLists(
            reading=base.reading, viewers=base.viewers, unit_of_work=base.unit_of_work, notifications=repository
        ),
        wishes=WishService(
            reading=base.reading,
            viewers=base.viewers,
            unit_of_work=base.unit_of_work,
            users=given.users,
            wishes=WishRepository(given.session),
            digests=digests,
            addresses=given.mail_addresses,
            can_mail=base.mailer.enabled,
        ),
        pushes=PushService(
            viewers=base.viewers,
            unit_of_work=base.unit_of_work,
            pushes=PushRepository(given.session),
            keys=VapidKeys(given.settings.secret_key),
            private=given.settings.push_private,
        ),
        digests=DigestService(
            unit_of_work=base.unit_of_work,
            digests=digests,
            mailer=base.mailer,
            links=MailLinks(given.settings.secret_key),
        ),
        unseen=Unseen(UnseenRepository(given.session)),
    )
