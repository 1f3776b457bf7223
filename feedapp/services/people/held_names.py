"""Which names somebody had before: a text that was written then means them, whatever they are called now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.cache.catalogue.invalidation.people import held_names_changed

if TYPE_CHECKING:
    from feedapp.repositories.former_usernames import HeldNameRepository
    from feedapp.writing.events import UserRenamed
    from feedapp.writing.unit_of_work import Work


class HeldNameService:
    """Notes them; `NameService` reads them. They are somebody's own, and go with the account."""

    kind = "held_name"

    def __init__(self, held: HeldNameRepository) -> None:
        self._held = held

    def renamed(self, work: Work, event: UserRenamed) -> None:
        """Note the name that a user gives up by taking another."""
        self._held.add(event.old, user_id=event.user_id)
        work.stales(held_names_changed(usernames=[event.old]))

    def delete_of(self, work: Work, user_id: int, *, at_most: int) -> int:
        """Forget so many of the names that somebody had as part of a larger write; give how many there were."""
        names = self._held.names_of(user_id, at_most=at_most)
        self._held.remove(user_id, names)
        work.stales(held_names_changed(usernames=names))
        return len(names)

    def has_of(self, user_id: int) -> bool:
        """Tell whether somebody had another name before."""
        return bool(self._held.names_of(user_id, at_most=1))
