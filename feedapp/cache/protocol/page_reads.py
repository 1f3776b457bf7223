"""The reader's half of the protocol, for pages of lists: valid only while the stamps stand that they were made from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from secrets import token_hex
from typing import TYPE_CHECKING

from redis import RedisError

from feedapp import timing
from feedapp.cache.catalogue import envelope
from feedapp.cache.catalogue.declarations import START, Key, Listing
from feedapp.cache.protocol import backoff
from feedapp.cache.protocol.fact_reads import FactReads
from feedapp.observability import metrics
from feedapp.pagination import Entry, Slice

if TYPE_CHECKING:
    from collections.abc import Mapping


LeadsTo = Callable[[Slice], Iterable[Key]]


class CacheReads(FactReads):
    """Reads facts and pages through the cache."""

    def page(
        self,
        listing: Listing,
        address: tuple[str, int],
        load: Callable[[], Slice],
        *,
        leads_to: LeadsTo = lambda _: (),
    ) -> Slice:
        """Give one page of a list. `address`: the cursor's text (or START) and the size, as they stand in the key.

        A page is valid only while the stamps that were read before its SQL still stand; deleting one stamp forgets
        every page of a list, whatever their number. `leads_to` names the facts that are asked for next, all of them.
        """
        key = listing.page(*address)
        if self._given_up():
            self._tally.bypassed([key])
            return load()
        watched = [*listing.stamps, key]
        try:
            raw = self._fetched.use([each.name for each in watched])
            page = valid_page(listing, key, raw)
            self._count([key] if page else [], [] if page else [key])
            return page or self._load_page(listing, key, raw, load, leads_to)
        except RedisError as error:
            self._note_bypass(error)
            self._tally.bypassed([key])
            return load()

    def page_keys(self, listing: Listing, address: tuple[str, int] = (START, 20)) -> list[Key]:
        """Name what `page` will need, to be fetched ahead."""
        return [*listing.stamps, listing.page(*address)]

    def _load_page(
        self,
        listing: Listing,
        key: Key,
        raw: Mapping[str, bytes | None],
        load: Callable[[], Slice],
        leads_to: LeadsTo,
    ) -> Slice:
        turns = backoff.Backoff(self._patience)
        watched = [*listing.stamps, key]
        # Its stamps stand, so nobody wrote: it is missing since nobody read it for long, and so will be what it shows.
        # That is claimed at once, instead of being looked for first.
        unread = raw[key.name] is None and None not in _stamped(listing, raw)
        claims = timing.LEASE_MILLISECONDS if unread else 0
        # Once trust is lost, what is waited for may never come.
        while turns.go_on(raw.get(each.name) for each in watched) and self._backend.trust.state == "trusted":
            current = dict(raw)
            lease = envelope.LEASE + token_hex(8).encode()
            won = self._stamp_and_claim(watched, key, lease, current)
            page = None if won else valid_page(listing, key, current)
            if page:
                return page
            if won and not any(envelope.is_marker(current[each.name]) for each in watched[:-1]):
                page = self._load_or_yield(lease, [key], load)
                entries = [list(entry) for entry in page.entries]
                stored = envelope.encode([_stamped(listing, current), entries, int(page.more), int(page.behind)])
                filled, onward = {key.name: (stored, self._lifetime(key))}, [each.name for each in leads_to(page)]
                if self._fetched.fill_and_fetch(lease, filled, onward, claims=claims)[0]:
                    return page
                metrics.FILLS_REFUSED.labels(key.template.name).inc()
            elif won:
                self._backend.fill(lease, {}, [key.name])
            turns.wait()
            raw = self._fetched.again([each.name for each in watched])
            page = valid_page(listing, key, raw)
            if page:
                return page
        return load()

    def _stamp_and_claim(self, watched: list[Key], key: Key, lease: bytes, current: dict[str, bytes | None]) -> bool:
        """Put stamps where there are none and claim the page, in one trip. `current` then has what the keys hold."""
        offers: list[tuple[str, bytes, int, bytes | None]] = []
        for stamp in watched[:-1]:
            stored = current[stamp.name]
            if stored is None or not (envelope.is_value(stored) or envelope.is_marker(stored)):
                offers.append((stamp.name, envelope.encode(token_hex(8)), self._lifetime(stamp), stored))
        if not envelope.is_marker(current[key.name]):
            offers.append((key.name, lease, timing.LEASE_MILLISECONDS, current[key.name]))
        if not offers:
            return False
        for (name, offered, _, _), stored in zip(offers, self._fetched.offer(offers), strict=True):
            current[name] = offered if stored is None else stored
        return current[key.name] == lease


def valid_page(listing: Listing, key: Key, raw: Mapping[str, bytes | None]) -> Slice | None:
    """Read a page if the stamps it carries are those that stand now."""
    stored = envelope.decode(raw[key.name])
    if stored is envelope.MISS:
        return None
    try:
        stamps, entries, more, behind = stored
        entries = tuple(Entry(*entry) for entry in entries)
    except (TypeError, ValueError):
        return None
    if stamps != _stamped(listing, raw):
        return None
    return Slice(entries, bool(more), bool(behind))


def _stamped(listing: Listing, raw: Mapping[str, bytes | None]) -> list[str | None]:
    """Give the stamps of a list as they stand, byte for byte: also those that another version of feedapp has put."""
    stored = [raw[stamp.name] for stamp in listing.stamps]
    return [each.decode() if each is not None and envelope.is_value(each) else None for each in stored]
