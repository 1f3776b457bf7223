"""Every read: facts and pages, from the cache, or from PostgreSQL into it."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from feedapp.cache.catalogue.keys import PAGE_SIZES as SIZES
from feedapp.cache.catalogue.keys import START, USERNAME
from feedapp.pagination import Cursor, CursorCodec, Entry, Slice, Walk, cut

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from feedapp.cache.catalogue.keys import Key, Listing
    from feedapp.cache.protocol.page_reads import CacheReads
    from feedapp.repositories.facts import FactRepository, Ids
    from feedapp.repositories.pages import PageRepository

HINTS = 10_000
ALONG = 2_000


class Ordering(NamedTuple):
    """A sort of list: the letter in its cursors, its source in SQL, and which way reading goes."""

    kind: str
    source: str
    onward: Walk


class Place(NamedTuple):
    """A page that is asked for: of which list, from which cursor (None for the first), how many entries."""

    listing: Listing
    ordering: Ordering
    owner: int | None
    cursor: str | None
    limit: int

    def address(self) -> tuple[str, int]:
        """Name it as its key does: small pages are cut from the next larger size, so that keys stay few."""
        return self.cursor or START, next(size for size in SIZES if size >= self.limit)


class Entries(NamedTuple):
    """A page of ids, with the texts of the cursors that lead on."""

    entries: tuple[Entry, ...]
    next_cursor: str | None
    prev_cursor: str | None


class Reading:
    """Reads facts by key and pages by place, each through the cache."""

    def __init__(
        self, *, cache: CacheReads, facts: FactRepository, pages: PageRepository, cursors: CursorCodec
    ) -> None:
        self._cache = cache
        self._facts = facts
        self._pages = pages
        self._cursors = cursors
        self._hints: OrderedDict[str, int] = OrderedDict()
        self._along: OrderedDict[Key, Sequence[Key]] = OrderedDict()

    def ahead(self, *, facts: Iterable[Key] = (), places: Iterable[Place] = ()) -> None:
        """Fetch what will be needed in one round trip, without looking at it yet."""
        keys = list(facts)
        for place in places:
            keys += self._cache.page_keys(place.listing, place.address())
        self._cache.fetch(keys, along=self._along_with(keys))

    def facts(self, keys: Sequence[Key]) -> dict[Key, Any]:
        """Give what the keys stand for; what does not exist is not in the answer. At most one statement."""
        if not keys:
            return {}
        if along := self._along_with(keys):
            self._cache.fetch(keys, along=along)
        return self._cache.facts(keys, self.load_facts)

    def fetch_along(self, more: Mapping[Key, Sequence[Key]]) -> None:
        """From now on, fetch with each of these keys what its value led to, which saves a trip and no more."""
        for key, led_to in more.items():
            self._along.pop(key, None)
            self._along[key] = led_to
        while len(self._along) > ALONG:
            self._along.popitem(last=False)

    def _along_with(self, keys: Sequence[Key]) -> list[Key]:
        return [more for key in keys for more in self._along.get(key, ())] if self._along else []

    def page(self, place: Place) -> Entries:
        """Give a page of ids. At most one statement. Raise InvalidQueryError for a cursor that was not given out."""
        ordering = place.ordering
        cursor = self.cursor(place)
        found = self._cache.page(place.listing, place.address(), lambda: self.load_page(place))
        page = cut(found, limit=place.limit, cursor=cursor, onward=ordering.onward)
        return Entries(page.entries, self.cursor_text(page.next, ordering), self.cursor_text(page.prev, ordering))

    def load_page(self, place: Place) -> Slice:
        """Give what the page's key should hold, from PostgreSQL, whatever is cached."""
        cursor, (_, size) = self.cursor(place), place.address()
        walk = cursor.walk if cursor else place.ordering.onward
        return self._pages.load(place.ordering.source, place.owner, size=size, walk=walk, cursor=cursor)

    def cursor(self, place: Place) -> Cursor | None:
        """Check the cursor of a place before anything is fetched for it."""
        return None if place.cursor is None else self.read_cursor(place.cursor, place.ordering)

    def read_cursor(self, text: str, ordering: Ordering) -> Cursor:
        """Read a cursor of a list of that ordering. Raise InvalidQueryError for one that was not given out for it."""
        return self._cursors.decode(text, kind=ordering.kind)

    def user_id(self, username: str) -> int | None:
        """Give the id of the user of that name (already folded), None if there is none."""
        key = USERNAME.key(username)
        user_id: int | None = self.facts([key]).get(key)
        if user_id is not None:
            self._hints[username] = user_id
            self._hints.move_to_end(username)
            while len(self._hints) > HINTS:
                self._hints.popitem(last=False)
        return user_id

    def hint(self, username: str) -> int | None:
        """Give the id that the name had when this process last looked: good for fetching ahead and nothing else."""
        return self._hints.get(username)

    def restart(self) -> None:
        """After a write, forget what this request has fetched."""
        self._cache.restart()

    def load_facts(self, keys: Sequence[Key]) -> Mapping[Key, Any]:
        """Give what the keys should hold, from PostgreSQL, whatever is cached. One statement."""
        wanted: dict[str, list[Ids]] = defaultdict(list)
        for key in keys:
            wanted[key.template.name].append(key.ids)
        loaded = self._facts.load(wanted)
        return {key: loaded[name] for key in keys if (name := (key.template.name, key.ids)) in loaded}

    def cursor_text(self, cursor: Cursor | None, ordering: Ordering) -> str | None:
        """Write a cursor for lists of that ordering, signed."""
        return None if cursor is None else self._cursors.encode(cursor, kind=ordering.kind)
