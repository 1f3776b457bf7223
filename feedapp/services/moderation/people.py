"""Members as moderators look through them: who signed up last, who wrote last, who came from the same network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from feedapp.networks import UNKNOWN, network_of
from feedapp.observability import logs
from feedapp.pagination import Slice, cut

if TYPE_CHECKING:
    from feedapp.reading.read_models import Paged, Viewer
    from feedapp.reading.reader import Reading
    from feedapp.reading.viewers import Credentials
    from feedapp.repositories.moderation.people import PeopleRepository
    from feedapp.services.moderation.moderators import Moderators

CURSORS = "j"
"""The letter of their cursors, which those of other lists do not have."""


class MemberService:
    """Lists members for moderators, who see more of them than others do: networks, and who is out of sight."""

    def __init__(self, *, reading: Reading, moderators: Moderators, people: PeopleRepository) -> None:
        self._reading = reading
        self._moderators = moderators
        self._people = people

    def listed(
        self, credentials: Credentials, *, by: str, network: str, cursor: str | None, limit: int
    ) -> tuple[Viewer, Paged[dict[str, Any]]]:
        """Give a page by `signup`, or who wrote last by `activity`; of one network, or all for an empty text.

        A network may be given as any address in it, or by `@name` of somebody who came from there.

        Raise UnauthenticatedError, ForbiddenError.
        """
        viewer = self._moderators.viewer(credentials, "suspend", "user")
        wanted = _network(network)
        if by == "activity":
            nothing = cut(Slice((), more=False, behind=False), limit=limit, cursor=None, onward="older")
            return viewer, self._reading.paged(nothing, CURSORS).of(self._people.latest_writers(network=wanted))
        read = None if cursor is None else self._reading.read_cursor(cursor, CURSORS)
        rows = self._people.newest(network=wanted, size=limit, cursor=read)
        page = cut(rows.slice, limit=limit, cursor=read, onward="older")
        return viewer, self._reading.paged(page, CURSORS).of([rows.rows[entry.id] for entry in page.entries])


def _network(text: str) -> str | None:
    """Read a network or an address; what is neither is nobody's."""
    text = text.strip()
    if not text or text.startswith("@"):
        return text.lower() or None
    address = text.removesuffix("/64").removesuffix("/24")
    return text if network_of(address) == UNKNOWN else logs.network(address)
