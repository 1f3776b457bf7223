"""Which names are somebody's: a text leads to people who exist, and to nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.cache.keys import TAKEN

if TYPE_CHECKING:
    from collections.abc import Collection

    from feedapp.services.reading import Reading


class NameService:
    """Looks names up through the cache: a sign-up, a new name and a deletion are seen by the next read."""

    def __init__(self, *, reading: Reading) -> None:
        self._reading = reading

    def existing(self, names: Collection[str]) -> frozenset[str]:
        """Give those that belong to somebody, all in lower case. One trip, and one statement if any is not cached."""
        keys = {TAKEN.key(name): name for name in names}
        found = self._reading.facts(list(keys))
        return frozenset(name for key, name in keys.items() if found[key])
