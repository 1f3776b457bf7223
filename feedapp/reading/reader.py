"""All reads of facts and pages: from the cache, or from PostgreSQL into the cache."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from feedapp.cache.catalogue.declarations import PAGE_SIZES as SIZES
from feedapp.cache.catalogue.declarations import START
from feedapp.cache.catalogue.keys import USER, USERNAME
from feedapp.pagination import Cursor, CursorCodec, Cut, Entry, Slice, cut
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
    """A requested page: the list, the cursor (None for the first page), the number of entries."""

    listing: Listing
    cursor: str | None
    limit: int

    def address(self) -> tuple[str, int]:
        """Name its key: small pages are cut from the next larger size, which keeps keys few."""
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
        self._hints: OrderedDict[str | int, int] = OrderedDict()
        self._along: OrderedDict[Key, Sequence[Key]] = OrderedDict()

    def ahead(self, *, facts: Iterable[Key] = (), places: Iterable[Place] = ()) -> None:
        """Fetch what will be needed in one round trip, without using it yet."""
        keys = list(facts)
        for place in places:
            keys += self._cache.page_keys(place.listing, place.address())
        self._cache.fetch(keys, along=self._along_with(keys))

    def facts(self, keys: Sequence[Key]) -> dict[Key, Any]:
        """Give the facts by key, without those that do not exist. At most one statement."""
        if not keys:
            return {}
        if along := self._along_with(keys):
            self._cache.fetch(keys, along=along)
        return self._cache.facts(keys, self.load_facts)

    def fetch_along(self, more: Mapping[Key, Sequence[Key]]) -> None:
        """From now on, fetch with each of these keys the keys that its value led to: this only saves a round trip."""
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
        """Give a page of ids. At most one statement. Raise InvalidQueryError for a cursor that was never issued.

        `leads_to` names all facts that the caller needs next: they come in a round trip of the page.
        """
        listing, cursor = place.listing, self.cursor(place)
        found = self._cache.page(
            listing,
            place.address(),
            lambda: self.load_page(place),
            leads_to=lambda loaded: leads_to(loaded.entries[: place.limit]),
        )
        page = cut(found, limit=place.limit, cursor=cursor, onward=listing.template.onward)
        return self.paged(page, listing.template.cursor)

    def paged(self, page: Cut, kind: str) -> Paged[Entry]:
        """Give a page with its cursors signed, for lists with that letter."""
        next_, prev, newer = (self.cursor_text(each, kind) for each in (page.next, page.prev, page.newer))
        return Paged(page.entries, next_, prev, newer)

    def load_page(self, place: Place) -> Slice:
        """Load from PostgreSQL what the page's key should hold, ignoring the cache."""
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
        """Give the id of the user with that name (folded already), None if there is none."""
        key = USERNAME.key(username)
        user_id: int | None = self.facts([key]).get(key)
        if user_id is not None:
            self._remember(username, user_id)
        return user_id

    def hint(self, username: str) -> int | None:
        """Give the id that the name had at this process's last look-up: for prefetching only."""
        return self._hints.get(username)

    def author(self, post: Mapping[str, Any]) -> Key:
        """Name the fact of who wrote a post, given by its fact: without it, nothing under the post is shown."""
        self._remember(post["id"], post["author_id"])
        return USER.key(post["author_id"])

    def author_ahead(self, post_id: int) -> list[Key]:
        """Name the same as far as this process knows, for prefetching only."""
        author_id = self._hints.get(post_id)
        return [] if author_id is None else [USER.key(author_id)]

    def _remember(self, name: str | int, user_id: int) -> None:
        self._hints.pop(name, None)  # threads share this: each step holds whatever another does between two
        self._hints[name] = user_id
        if len(self._hints) > HINTS:
            with suppress(KeyError):
                self._hints.popitem(last=False)

    def restart(self) -> None:
        """Clear what this request has fetched, after a write."""
        self._cache.restart()

    def load_facts(self, keys: Sequence[Key]) -> Mapping[Key, Any]:
        """Load from PostgreSQL what the keys should hold, ignoring the cache. One statement."""
        wanted: dict[str, list[Ids]] = defaultdict(list)
        asked: dict[tuple[str, str], Key] = {}
        for key in keys:
            _, template, ids = key
            wanted[template.name].append(ids)
            asked[template.name, str(ids[0]) if len(ids) == 1 else ":".join(map(str, ids))] = key
        return {asked[name]: data for name, data in self._facts.load(wanted).items()}

    def cursor_text(self, cursor: Cursor | None, kind: str) -> str | None:
        """Write a cursor of lists with that letter, signed."""
        return None if cursor is None else self._cursors.encode(cursor, kind=kind)
