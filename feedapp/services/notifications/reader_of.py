"""Who is told something outside of a request: what they see, and which kinds they do not want."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from feedapp.cache.catalogue.keys import REFUSED, RELATIONS, USER
from feedapp.reading.sight import Sight

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from feedapp.reading.notifications import NotificationView
    from feedapp.reading.reader import Reading


class Reader(NamedTuple):
    """Somebody who is told."""

    user_id: int
    username: str
    sight: Sight
    refused: Collection[str]
    locale: str | None
    """The language that they have chosen, if any."""

    def wanted(self, views: Sequence[NotificationView]) -> list[NotificationView]:
        """Give those that they have not read and want to hear of."""
        return [each for each in views if not each.read and each.kind not in self.refused and not each.muted]


def recipient_of(reading: Reading, user_id: int) -> Reader | None:
    """Give somebody; None for who is out of sight."""
    keys = [USER.key(user_id), RELATIONS.key(user_id), REFUSED.key(user_id)]
    facts = reading.facts(keys)
    user, relations = (facts.get(key) for key in keys[:2])
    if not user or relations is None:
        return None
    sight = Sight.of(user_id, relations, moderates=user["role"] != "member")
    return Reader(user_id, user["username"], sight, facts.get(keys[2], ()), user.get("locale"))
