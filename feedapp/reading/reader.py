"""Every read: facts and pages, from the cache, or from PostgreSQL into it."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from feedapp.cache.catalogue.declarations import PAGE_SIZES as SIZES
from feedapp.cache.catalogue.declarations import START
from feedapp.cache.catalogue.keys import USERNAME
from feedapp.pagination import Cursor, CursorCodec, Entry, Slice, cut
from feedapp.reading.read_models import Paged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from feedapp.cache.catalogue.declarations import Key, Listing
    from feedapp.cache.protocol.page_reads import CacheReads
    from feedapp.repositories.facts import FactRepository, Ids
    from feedapp.repositories.pages import PageRepository

HINTS = 10_000
ALONG = 2_000


class Place(NamedTuple):
    """A page that is asked for: of which list, from which cursor (None for the first), how many entries."""

    listing: Listing
    cursor: str | None
    limit: int

    def address(self) -> tuple[str, int]:
        """Name it as its key does: small pages are cut from the next larger size, so that keys stay few."""
        return self.cursor or START, next(size for size in SIZES if size >= self.limit)


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

    def page(
        self, place: Place, *, leads_to: Callable[[tuple[Entry, ...]], Iterable[Key]] = lambda _: ()
    ) -> Paged[Entry]:
        """Give a page of ids. At most one statement. Raise InvalidQueryError for a cursor that was not given out.

        `leads_to` names the facts that the caller asks for next, all of them: they come in a trip of the page's.
        """
        listing, cursor = place.listing, self.cursor(place)
        found = self._cache.page(
            listing,
            place.address(),
            lambda: self.load_page(place),
            leads_to=lambda loaded: leads_to(loaded.entries[: place.limit]),
        )
        page = cut(found, limit=place.limit, cursor=cursor, onward=listing.template.onward)
        next_, prev = (self.cursor_text(each, listing.template.cursor) for each in (page.next, page.prev))
        return Paged(page.entries, next_, prev)

    def load_page(self, place: Place) -> Slice:
        """Give what the page's key should hold, from PostgreSQL, whatever is cached."""
        cursor, (_, size) = self.cursor(place), place.address()
        template, owner, _ = place.listing
        walk = cursor.walk if cursor else template.onward
        return self._pages.load(template.name, owner, size=size, walk=walk, cursor=cursor)

    def cursor(self, place: Place) -> Cursor | None:
        """Check the cursor of a place before anything is fetched for it."""
        return None if place.cursor is None else self.read_cursor(place.cursor, place.listing.template.cursor)

    def read_cursor(self, text: str, kind: str) -> Cursor:
        """Read a cursor of lists with that letter. Raise InvalidQueryError for one that was not given out for these."""
        return self._cursors.decode(text, kind=kind)

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

    def cursor_text(self, cursor: Cursor | None, kind: str) -> str | None:
        """Write a cursor of lists with that letter, signed."""
        return None if cursor is None else self._cursors.encode(cursor, kind=kind)
