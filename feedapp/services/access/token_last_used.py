"""When tokens and sessions were last used, noted at most once an hour for each, beside the requests that used them.

A request only adds to a set in its process; the set is written down by the relay's thread. So a warm read stays without
SQL, and "last used" is true to about an hour. A session that is not used for 14 days ends (`repositories/tokens.py`):
when it does stands in the fact of the token, which is deleted when a use is written down.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from feedapp.cache.catalogue.invalidation.access import tokens_changed

if TYPE_CHECKING:
    from feedapp.reading.tokens.uses import Uses
    from feedapp.repositories.tokens import TokenRepository
    from feedapp.writing.unit_of_work import UnitOfWork

AT_LEAST = timedelta(minutes=30)
"""What another process has noted within this time is not noted again."""


class UseService:
    """Writes down what `Uses` has seen. What is lost when the process dies is noted at the next use."""

    def __init__(self, *, uses: Uses, unit_of_work: UnitOfWork, tokens: TokenRepository) -> None:
        self._uses = uses
        self._unit_of_work = unit_of_work
        self._tokens = tokens

    def write_down(self) -> None:
        """Write it down, in one statement, if there is anything."""
        hashes = self._uses.take()
        if not hashes:
            return
        try:
            with self._unit_of_work() as work:
                noted = self._tokens.note_uses(hashes, at_least=AT_LEAST)
                work.stales(tokens_changed(tokens=noted))
        except Exception:
            self._uses.put_back(hashes)  # a session that is in use must not end because this was lost
            raise
