"""A state machine that plays readers, writers, harm and time against the protocol, one step at a time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from feedapp.cache.catalogue import keys
from feedapp.cache.catalogue.declarations import START
from feedapp.cache.protocol import page_reads, writes
from feedapp.pagination import Cursor, Entry
from tests.support.modelled import FACTS, FEED, LONGEST, Place, Site
from tests.support.stepping import TRIPS, Actor, SteppedBackend, gate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from feedapp import pagination
    from feedapp.cache.catalogue.declarations import Key
    from feedapp.cache.redis.backend import LeaseRedisCache
    from feedapp.pagination import Walk


ACTORS = st.integers(0, 5)


FEED_KEYS = (*FEED.stamps, *FEED.first_pages())


WALKS: list[Walk] = ["older", "newer"]


NUMBERS = (-1, -1, -1, 0, 1, 2)
"""Of the post at which a page begins; -1 for the first page."""


NUMBERS_OF_FACTS = st.sets(st.integers(0, len(FACTS) - 1), min_size=1)


HARMS = ("evict", "flush", "run out")


class Protocol(RuleBasedStateMachine):
    """Readers and writers in any order. `harsh`: keys go, writers die, packets are delayed; reads may then go back."""

    backend: ClassVar[LeaseRedisCache]
    harsh: ClassVar[bool] = False
    subjects: ClassVar[tuple[str, ...]] = ("facts", "feed")
    many: ClassVar[bool] = True

    def __init__(self) -> None:
        super().__init__()
        self.backend.clear()
        stepped: Any = SteppedBackend(self.backend)
        self.stepped = stepped
        self.cache = page_reads.CacheReads(stepped, lifetimes=keys.lifetimes({}))
        self.writes = writes.CacheWrites(stepped)
        self.site = Site()
        self.actors: list[Actor] = []
        self.outbox: dict[str, tuple[Sequence[Key], Callable[[], None]]] = {}
        self.pages = {FEED.page(START, 10)}

    @rule(numbers=NUMBERS_OF_FACTS)
    @precondition(lambda self: len(self.actors) < 4 and "facts" in self.subjects)
    def read_facts(self, numbers: set[int]) -> None:
        some = self._facts(numbers)
        owed = self.site.owed(monotonic=not self.harsh)

        def load(asked: Sequence[Key]) -> dict[Key, Any]:
            gate("load")
            return {key: self.site.versions[key] for key in asked}

        self.actors.append(Actor(lambda: self.site.check_facts(self.cache.facts(some, load), owed)))

    @rule(walk=st.sampled_from(WALKS), number=st.sampled_from(NUMBERS))
    @precondition(lambda self: len(self.actors) < 4 and "feed" in self.subjects)
    def read_page(self, walk: Walk, number: int) -> None:
        place = Place("older", None)
        if number >= 0:
            known = sorted(self.site.acknowledged.posts)
            place = Place(walk, Cursor(walk, self.site.posts[known[number % len(known)]].position))
        owed, address = self.site.owed(monotonic=not self.harsh), (place.text, 10)
        self.pages.add(FEED.page(*address))

        def load() -> pagination.Slice:
            gate("load")
            return self.site.load_page(place)

        def read() -> None:
            self.site.check_page(place, self.cache.page(FEED, address, load), owed)

        self.actors.append(Actor(read))

    @rule()
    @precondition(lambda self: len(self.actors) < 4 and self.subjects == ("facts", "feed"))
    def read_page_and_facts(self) -> None:
        """As a feed does: the facts come, or are claimed, in the trip that fills the page."""
        owed, place, some = self.site.owed(monotonic=not self.harsh), Place("older", None), list(FACTS)

        def load_page() -> pagination.Slice:
            gate("load")
            return self.site.load_page(place)

        def load(asked: Sequence[Key]) -> dict[Key, Any]:
            gate("load")
            return {key: self.site.versions[key] for key in asked}

        def read() -> None:
            with self.cache.request():
                page = self.cache.page(FEED, (place.text, 10), load_page, leads_to=lambda _: some)
                gate("between")
                facts = self.cache.facts(some, load)
            self.site.check_page(place, page, owed)
            self.site.check_facts(facts, owed)

        self.actors.append(Actor(read))

    @rule(numbers=NUMBERS_OF_FACTS)
    @precondition(lambda self: len(self.actors) < 4 and "facts" in self.subjects)
    def write_facts(self, numbers: set[int]) -> None:
        some = self._facts(numbers)

        def commit() -> Callable[[], None]:
            for key in some:
                self.site.versions[key] += 1
            written = {key: self.site.versions[key] for key in some}
            return lambda: self._acknowledge_versions(written)

        self.actors.append(Actor(lambda: self._write(some, commit)))

    @rule()
    @precondition(lambda self: len(self.actors) < 4 and "feed" in self.subjects)
    def publish(self) -> None:
        def commit() -> Callable[[], None] | None:
            if self.site.clock - began > LONGEST:
                return None
            post = len(self.site.posts) + 1
            self.site.posts[post] = Entry(post, 1, began)
            return lambda: self.site.acknowledged.posts.add(post)

        began = self.site.clock
        self.actors.append(Actor(lambda: self._write(FEED_KEYS, commit)))

    @rule(number=st.integers(0, 9))
    @precondition(lambda self: len(self.actors) < 4 and "feed" in self.subjects)
    def remove(self, number: int) -> None:
        known = sorted(self.site.acknowledged.posts)
        post = known[number % len(known)]

        def commit() -> Callable[[], None]:
            self.site.gone.add(post)
            return lambda: self.site.acknowledged.gone.add(post)

        self.actors.append(Actor(lambda: self._write(FEED_KEYS, commit)))

    @rule(number=ACTORS, steps=st.integers(1, 9))
    @precondition(lambda self: self.actors)
    def let_on(self, number: int, steps: int) -> None:
        actor = self.actors[number % len(self.actors)]
        for _ in range(steps):
            if not actor.done:
                actor.step()
        self.site.clock += 1
        self.actors = [each for each in self.actors if not each.done]

    @rule(ticks=st.integers(1, 2 * LONGEST))
    @precondition(lambda self: "feed" in self.subjects)
    def let_time_pass(self, ticks: int) -> None:
        self.site.clock += ticks

    @rule(number=ACTORS, crashes=st.booleans())
    @precondition(lambda self: self.harsh and self.actors)
    def fail(self, number: int, crashes: bool) -> None:  # noqa: FBT001  (Hypothesis names it)
        actor = self.actors[number % len(self.actors)]
        if crashes:
            actor.crash()
        elif actor.at in TRIPS:
            actor.time_out()
        self.actors = [each for each in self.actors if not each.done]

    @rule(number=st.integers(0, 9))
    @precondition(lambda self: self.harsh and self.stepped.delayed)
    def let_packet_arrive(self, number: int) -> None:
        self.stepped.delayed.pop(number % len(self.stepped.delayed))()

    @rule(harm=st.sampled_from(HARMS), number=st.integers(0, 20))
    @precondition(lambda self: self.harsh)
    def harm(self, harm: str, number: int) -> None:
        names = [key.name for key in (*FACTS, *FEED_KEYS, *sorted(self.pages))]
        name = names[number % len(names)]
        if harm == "flush":
            self.backend.clear()
        elif harm == "evict":
            self.backend.delete(name)
        else:
            self._let_holds_run_out(name)

    @rule()
    @precondition(lambda self: self.harsh and self.outbox)
    def relay(self) -> None:
        for writer, (stale, acknowledge) in list(self.outbox.items()):
            self.backend.release([(key.name, writer) for key in stale])
            acknowledge()
            del self.outbox[writer]

    def teardown(self) -> None:
        for actor in self.actors:
            actor.crash()

    def _facts(self, numbers: set[int]) -> list[Key]:
        return [FACTS[number] for number in sorted(numbers)] if self.many else [FACTS[0]]

    def _write(self, stale: Sequence[Key], commit: Callable[[], Callable[[], None] | None]) -> None:
        """Do as UnitOfWork does: the keys are in the outbox with the commit, and struck off if they are deleted."""
        writer = writes.new_writer()
        hold = self.writes.hold(stale, writer=writer)
        gate("commit")
        acknowledge = commit()
        if acknowledge:
            self.outbox[writer] = (stale, acknowledge)
        if self.writes.forget(hold) is not None and acknowledge:
            acknowledge()
            self.outbox.pop(writer, None)

    def _acknowledge_versions(self, written: dict[Key, int]) -> None:
        known = self.site.acknowledged.versions
        known.update({key: max(known[key], version) for key, version in written.items()})

    def _let_holds_run_out(self, name: str) -> None:
        (stored,) = self.backend.raw_many([name])
        if stored and stored.startswith(b"W"):
            past = re.sub(rb"@\d+", b"@1", stored)
            self.backend.client_of(name).set(self.backend.name(name), past, px=60_000)
