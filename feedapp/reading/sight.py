"""What one viewer does not see, of whatever is there: whom they block and are blocked by, whom and what they mute.

All of it is one fact of the viewer, fetched in the trip that identifies them. Pages of lists are shared by all viewers;
`assembly` leaves out of them what is out of the viewer's sight. Counts are not: they are the same for everybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from feedapp.text.muted_words import has_word

if TYPE_CHECKING:
    from collections.abc import Mapping

NONE: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Sight:
    """Who reads, None for somebody anonymous, and whom they do not see.

    `blocks` are those whom the viewer blocks. `apart` are these and those who block the viewer: neither sees anything
    of the other. `mutes` are those whom the viewer leaves out of feeds and threads, and finds elsewhere.
    `words` are left out like what these write. Who `moderates` sees what moderators hid.
    """

    viewer_id: int | None = None
    blocks: frozenset[int] = NONE
    apart: frozenset[int] = NONE
    mutes: frozenset[int] = NONE
    moderates: bool = False
    words: tuple[str, ...] = ()

    @classmethod
    def of(cls, viewer_id: int, relations: Mapping[str, Any], *, moderates: bool = False) -> Sight:
        """Read the fact of a viewer, `keys.RELATIONS`."""
        blocks = frozenset(relations["blocks"])
        apart, mutes = blocks.union(relations["blocked_by"]), frozenset(relations["mutes"])
        return cls(viewer_id, blocks, apart, mutes, moderates, tuple(relations.get("words", ())))

    def meets(self, user_id: int) -> bool:
        """Tell whether anything of somebody is there for the viewer."""
        return user_id not in self.apart

    def reads(self, user_id: int) -> bool:
        """Tell whether what somebody writes stands in the viewer's feeds and threads."""
        return user_id not in self.apart and user_id not in self.mutes

    def bears(self, author_id: int, body: str) -> bool:
        """Tell whether a text has none of the words that the viewer does not want to read, or is their own."""
        return not self.words or author_id == self.viewer_id or not has_word(body, self.words)

    def uncovers(self, written: Mapping[str, Any]) -> bool:
        """Tell whether the viewer sees the cached post or comment, though a moderator may have hidden it."""
        return not written.get("hidden") or self.moderates or written["author_id"] == self.viewer_id

    def finds(self, user_id: int) -> bool:
        """Tell whether somebody has a profile for the viewer: whoever blocks somebody can undo it there."""
        return user_id not in self.apart or user_id in self.blocks


ANYBODY = Sight()
"""What somebody sees who is not signed in."""
