"""Lists of posts from and until a time, in either order. A span moves where a walk begins, and ends it at its bound."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from feedapp.pagination import FIRST, LARGEST, Cursor, Position, newest
from feedapp.reading.read_models import Paged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from feedapp.cache.catalogue.declarations import Key
    from feedapp.pagination import Entry
    from feedapp.reading.reader import Place, Reading

Order = Literal["asc", "desc"]
ORDERS: tuple[Order, ...] = ("desc", "asc")


class Span(NamedTuple):
    """Which part of a list is read: `since` inclusive, `until` exclusive, in microseconds since the epoch."""

    since: int | None = None
    until: int | None = None
    order: Order = "desc"

    @property
    def start(self) -> Cursor | None:
        """Where the first page begins; None for the newest entry of all."""
        if self.order == "asc":
            return Cursor("newer", self.bottom)
        return None if self.until is None else Cursor("older", Position(self.until, 0))

    @property
    def bottom(self) -> Position:
        """Before everything in it."""
        return FIRST if self.since is None else Position(self.since, -1)

    def has(self, entry: Entry) -> bool:
        """Tell whether an entry is in it."""
        after = self.since is None or entry.micros >= self.since
        return after and (self.until is None or entry.micros < self.until)


WHOLE = Span()


def begun(reading: Reading, place: Place, span: Span) -> Place:
    """Give the place as it is read: the first page of a span begins where the span does."""
    if span == WHOLE:
        return place
    start = span.start if place.cursor is None else None
    if start is not None:
        place = place._replace(cursor=reading.cursor_text(start, place.listing.template.cursor))
    return place._replace(limit=min(place.limit + 1, LARGEST))  # one more tells whether the span goes on


def page_of(
    reading: Reading, place: Place, span: Span, *, leads_to: Callable[[tuple[Entry, ...]], Iterable[Key]]
) -> Paged[Entry]:
    """Give a page of a list with the newest first, as much of it as is in the span, in the order of the span."""
    asked = begun(reading, place, span)
    if span == WHOLE:
        return reading.page(asked, leads_to=leads_to)

    def within(entries: Iterable[Entry]) -> list[Entry]:
        return [entry for entry in entries if span.has(entry)]

    page = reading.page(asked, leads_to=lambda entries: leads_to(tuple(within(entries)[: place.limit])))
    cursor = reading.cursor(asked)
    walks_older = cursor is None or cursor.walk == "older"
    met = list(page.items) if walks_older else list(page.items)[::-1]
    inside = within(met)
    shown = inside[: place.limit]
    beyond = page.next_cursor if walks_older else page.prev_cursor
    more = len(inside) > len(shown)
    if not more and beyond is not None and (not met or met[-1] in inside[-1:]):
        following = reading.page(asked._replace(cursor=beyond, limit=1)).items  # of the longest page only
        more = any(map(span.has, following))

    def text(of: Cursor | None) -> str | None:
        return reading.cursor_text(of, place.listing.template.cursor)

    ahead = text(Cursor("older" if walks_older else "newer", shown[-1].position)) if more and shown else None
    behind = page.prev_cursor if walks_older else page.next_cursor
    if place.cursor is None:
        behind = None
    older, newer = (ahead, behind) if walks_older else (behind, ahead)
    in_order = shown if walks_older else shown[::-1]
    if span.order == "asc":
        return Paged(tuple(in_order[::-1]), newer, older)
    top = newest(in_order, None if place.cursor is None else cursor, first=span.bottom)
    return Paged(tuple(in_order), older, newer, text(top))
