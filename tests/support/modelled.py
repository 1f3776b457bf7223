"""What PostgreSQL would hold, for the model: facts with versions, and a feed; and what readers may be shown of it.

Writes are known from when they commit, and owed to every reader who starts after they were acknowledged.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from feedapp.cache.catalogue import keys
from feedapp.cache.catalogue.declarations import START
from feedapp.pagination import Cursor, Entry, Position, Slice

if TYPE_CHECKING:
    from feedapp.cache.catalogue.declarations import Key
    from feedapp.pagination import Walk

FACTS = (keys.POST.key(1), keys.POST.key(2), keys.POST_LIKES_COUNT.key(1))
FEED = keys.PUBLIC_FEED
SIZE = 2
LONGEST = 10
"""In ticks of the model's clock, as timing.LONGEST_WRITE in seconds."""


class Place(NamedTuple):
    """A page of the feed: where it begins, and the text that stands for that in its key."""

    walk: Walk
    cursor: Cursor | None

    @property
    def text(self) -> str:
        """The text of its cursor."""
        return f"{self.walk}-{self.cursor.position.micros}-{self.cursor.position.id}" if self.cursor else START


@dataclass
class Owed:
    """What a reader must be shown at least: versions of facts, and posts that are there, or gone."""

    versions: dict[Key, int]
    posts: set[int]
    gone: set[int]


@dataclass
class Site:
    """Everything that was committed, by id or key, and what of it was acknowledged or shown."""

    clock: int = 100
    versions: dict[Key, int] = field(default_factory=lambda: dict.fromkeys(FACTS, 0))
    posts: dict[int, Entry] = field(default_factory=lambda: {n: Entry(n, 1, 10 * n) for n in (1, 2, 3)})
    gone: set[int] = field(default_factory=set)
    acknowledged: Owed = field(default_factory=lambda: Owed(dict.fromkeys(FACTS, 0), {1, 2, 3}, set()))
    shown: Owed = field(default_factory=lambda: Owed(dict.fromkeys(FACTS, 0), set(), set()))

    def owed(self, *, monotonic: bool) -> Owed:
        """Say what a reader who starts now is owed; if `monotonic`, also what others have been shown."""
        known, shown = self.acknowledged, self.shown if monotonic else Owed(dict.fromkeys(FACTS, 0), set(), set())
        versions = {key: max(known.versions[key], shown.versions[key]) for key in FACTS}
        return Owed(versions, known.posts | shown.posts, set(known.gone))

    def load_page(self, place: Place) -> Slice:
        """Answer as the statement of a page does."""
        there = [entry for entry in self.posts.values() if entry.id not in self.gone]
        older = place.walk == "older"
        there.sort(key=lambda entry: entry.position, reverse=older)
        ahead, behind = there, False
        if place.cursor:
            start = place.cursor.position
            ahead = [entry for entry in there if (entry.position < start if older else entry.position > start)]
            behind = len(ahead) < len(there)
        return Slice(tuple(ahead[:SIZE]), more=len(ahead) > SIZE, behind=behind)

    def check_facts(self, found: dict[Key, int], owed: Owed) -> None:
        """Fail if a fact is older than it may be; note what was shown."""
        for key, version in found.items():
            least = owed.versions[key]
            assert version >= least, f"stale: {key.name} at {version}, owed {least}"
            self.shown.versions[key] = max(self.shown.versions[key], version)

    def check_page(self, place: Place, page: Slice, owed: Owed) -> None:
        """Fail if a post that should be on the page is not, or one that is gone still is; note what was shown."""
        shown = [entry.id for entry in page.entries]
        assert not owed.gone & set(shown), f"stale: {place.text} shows {shown}, of which {owed.gone} are gone"
        for post in owed.posts - self.gone:
            position = self.posts[post].position
            if self._belongs(place, position) and post not in shown and self._reaches(place, page, position):
                raise AssertionError(f"stale: {place.text} shows {shown} without {post}")
        self.shown.posts.update(shown)

    @staticmethod
    def _belongs(place: Place, position: Position) -> bool:
        if place.cursor is None:
            return True
        start = place.cursor.position
        return position < start if place.walk == "older" else position > start

    @staticmethod
    def _reaches(place: Place, page: Slice, position: Position) -> bool:
        """Tell whether the page goes as far as a position: it is not full, or ends beyond it."""
        if len(page.entries) < SIZE:
            return True
        last = page.entries[-1].position
        return position > last if place.walk == "older" else position < last
