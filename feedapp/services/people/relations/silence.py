"""Silence: only followers come upon somebody in lists of what strangers write, in searches and in suggestions.

Who may silence, why, and what is noted down of it is a moderator's matter: this carries it out as part of their write.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.cache.catalogue.invalidation.relations import silence_changed

if TYPE_CHECKING:
    from feedapp.repositories.users import UserRepository
    from feedapp.writing.unit_of_work import Work


class SilenceService:
    """Silences people, and lets them be heard again; doing either twice does it once."""

    def __init__(self, users: UserRepository) -> None:
        self._users = users

    def change(self, work: Work, user_id: int, *, silenced: bool) -> bool:
        """Silence somebody, or end that, as part of a larger write; tell whether that changed anything."""
        if not self._users.silence(user_id, silenced=silenced):
            return False
        work.stales(silence_changed(user_id=user_id))
        return True
