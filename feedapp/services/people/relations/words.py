"""Words that the viewer does not want to read: what has one of them is left out of their feeds and threads.

As with people whom they mute, nobody else learns of it, and what is looked for (a search, a profile, an id) is found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.cache.catalogue.invalidation.relations import muted_words_changed
from feedapp.errors import InvalidTokenError, UnauthenticatedError
from feedapp.reading.viewers import SIGN_IN
from feedapp.text.muted_words import unique

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.reading.read_models import Viewer
    from feedapp.reading.viewers import Credentials, ViewerService
    from feedapp.repositories.relations.words import MutedWordRepository
    from feedapp.repositories.users import UserRepository
    from feedapp.writing.unit_of_work import UnitOfWork


class MutedWordService:
    """Reads and replaces them. They are part of what the viewer does not see, which comes with every page."""

    def __init__(
        self,
        *,
        viewers: ViewerService,
        unit_of_work: UnitOfWork,
        users: UserRepository,
        words: MutedWordRepository,
    ) -> None:
        self._viewers = viewers
        self._unit_of_work = unit_of_work
        self._users = users
        self._words = words

    def own(self, credentials: Credentials) -> tuple[Viewer, Sequence[str]]:
        """Give the viewer and their words, in alphabetical order. Raise UnauthenticatedError."""
        viewer = self._viewers.identify(credentials).viewer
        if viewer is None:
            raise UnauthenticatedError(SIGN_IN)
        return viewer, unique(list(viewer.sight.words))

    def replace(self, credentials: Credentials, words: Sequence[str]) -> Sequence[str]:
        """Set all of the viewer's words, which are checked; give them as `own` does. Raise UnauthenticatedError."""
        viewer = self._viewers.require(credentials)
        wanted = unique(list(words))
        with self._unit_of_work() as work:
            if self._users.lock(viewer.id) is None:
                raise InvalidTokenError("This account was deleted.")
            if sorted(self._words.of(viewer.id)) != sorted(wanted):
                self._words.replace(viewer.id, wanted)
                work.stales(muted_words_changed(user_id=viewer.id))
        return wanted
