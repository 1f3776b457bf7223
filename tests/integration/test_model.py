"""A state machine plays the real readers and writers through every interleaving it can think of, against a real Redis.

Two posts and a list stand for everything that is cached; their versions in `Site` for PostgreSQL. Each deliberate
mistake must be found by the same machine that finds nothing in the protocol as it is.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from stepping import Actor, SteppedBackend, Turns, gate

from feedapp.cache import keys, reads, scripts, writes
from feedapp.pagination import Entry, Slice

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from feedapp.cache.backend import LeaseRedisCache
    from feedapp.cache.keys import Key
    from feedapp.wiring import Services

POSTS = (keys.POST.key(1), keys.POST.key(2))
FEED = keys.public_feed()
STALES = {"posts": list(POSTS), "feed": [*FEED.stamps, *FEED.first_pages()]}
PAGES = [(keys.START, 10), ("a cursor", 20)]
ACTORS = st.integers(0, 5)
MILLION = 1_000_000


@dataclass
class Site:
    """What PostgreSQL would hold, what was acknowledged, and what readers have been shown, as versions by subject."""

    committed: dict[str, int] = field(default_factory=lambda: {"posts": 0, "feed": 0})
    acknowledged: dict[str, int] = field(default_factory=lambda: {"posts": 0, "feed": 0})
    shown: dict[str, int] = field(default_factory=lambda: {"posts": 0, "feed": 0})
    outbox: list[str] = field(default_factory=list)


class Protocol(RuleBasedStateMachine):
    """Readers and writers in any order. `harsh`: keys are evicted and flushed, and writers die."""

    backend: ClassVar[LeaseRedisCache]
    harsh: ClassVar[bool] = False
    delete_early: ClassVar[bool] = False
    subjects: ClassVar[tuple[str, ...]] = ("posts", "feed")

    def __init__(self) -> None:
        super().__init__()
        self.backend.client.flushdb()
        stepped: Any = SteppedBackend(self.backend)
        self.cache = reads.CacheReads(stepped, lifetimes=keys.lifetimes({}))
        self.writes = writes.CacheWrites(stepped)
        self.site = Site()
        self.actors: list[Actor] = []
        self.writers: dict[Actor, str] = {}

    @rule(number=ACTORS, page=st.sampled_from(PAGES))
    @precondition(lambda self: len(self.actors) < 4)
    def start_reading(self, number: int, page: tuple[str, int]) -> None:
        subject = self.subjects[number % len(self.subjects)]
        floor = self.site.acknowledged[subject]
        shown = 0 if self.harsh else self.site.shown[subject]

        def read() -> None:
            version = self._read_posts() if subject == "posts" else self._read_feed(page)
            assert version >= floor, f"{subject}: showed {version} after {floor} was acknowledged"
            assert version >= shown, f"{subject}: showed {version} after {shown} was shown"
            self.site.shown[subject] = max(self.site.shown[subject], version)

        self.actors.append(Actor(read))

    @rule(number=ACTORS)
    @precondition(lambda self: len(self.actors) < 4)
    def start_writing(self, number: int) -> None:
        subject = self.subjects[number % len(self.subjects)]

        def write() -> None:
            if self.delete_early:
                self.writes.forget(writes.Hold("early", STALES[subject], []))
            hold = self.writes.hold([] if self.delete_early else STALES[subject])
            gate("commit")
            self.site.committed[subject] += 1
            self.site.outbox.append(subject)
            version = self.site.committed[subject]
            self.writes.forget(hold)
            self.site.outbox.remove(subject)
            self.site.acknowledged[subject] = max(self.site.acknowledged[subject], version)

        actor = Actor(write)
        self.writers[actor] = subject
        self.actors.append(actor)

    @rule(number=ACTORS, steps=st.integers(1, 9))
    @precondition(lambda self: self.actors)
    def step(self, number: int, steps: int) -> None:
        actor = self.actors[number % len(self.actors)]
        for _ in range(steps):
            if not actor.done:
                actor.step()
        self.actors = [each for each in self.actors if not each.done]

    @rule(number=ACTORS)
    @precondition(lambda self: self.harsh and self.actors)
    def crash(self, number: int) -> None:
        actor = self.actors[number % len(self.actors)]
        actor.crash()
        self.actors.remove(actor)

    @rule(key=st.sampled_from([*POSTS, *FEED.stamps, *(FEED.page(*page) for page in PAGES)]))
    @precondition(lambda self: self.harsh)
    def evict(self, key: Key) -> None:
        self.backend.delete(key.name)

    @rule()
    @precondition(lambda self: self.harsh)
    def flush(self) -> None:
        self.backend.client.flushdb()

    @rule()
    @precondition(lambda self: self.harsh and self.site.outbox)
    def relay(self) -> None:
        for subject in self.site.outbox:
            self.backend.delete_many(*(key.name for key in STALES[subject]))

    def teardown(self) -> None:
        for actor in self.actors:
            actor.crash()

    def _read_posts(self) -> int:
        found = self.cache.facts(POSTS, self._load_posts)
        return int(min(found[key]["version"] for key in POSTS))

    def _load_posts(self, asked: Sequence[Key]) -> dict[Key, Any]:
        gate("load")
        return {key: {"version": self.site.committed["posts"]} for key in asked}

    def _read_feed(self, page: tuple[str, int]) -> int:
        def load() -> Slice:
            gate("load")
            return Slice((Entry(self.site.committed["feed"], 1, 1),), more=False, behind=False, now=MILLION)

        return self.cache.page(FEED, page, ("older", None), load).entries[0].id


def play(services: Services, *, examples: int, **how: Any) -> None:
    machine = type("Machine", (Protocol,), {"backend": services.backend, **how})
    assert services.backend.trust.for_reads
    with patch.object(reads, "_Waits", Turns):
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=examples,
                stateful_step_count=40,
                deadline=None,
                database=None,
                derandomize=True,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
        )


def test_no_interleaving_shows_what_is_stale_or_goes_back(services: Services) -> None:
    play(services, examples=150)


def test_nor_does_one_with_evictions_flushes_and_crashes(services: Services) -> None:
    play(services, examples=150, harsh=True)


def unguarded_fill(stack: ExitStack) -> dict[str, Any]:
    """Store what was loaded, whatever the key holds by now, as after a lost lease."""
    stack.enter_context(patch.object(scripts, "FILL", "redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) return 1"))
    return {"subjects": ("posts",)}


def delete_before_commit(_: ExitStack) -> dict[str, Any]:
    """Delete before the commit and not after it, as on the release of a savepoint."""
    return {"delete_early": True}


def counter_as_stamp(stack: ExitStack) -> dict[str, Any]:
    """Stamp pages with a count that starts again at one when it was deleted."""
    stack.enter_context(patch.object(reads, "token_hex", lambda _: "0000000000000001"))
    return {"subjects": ("feed",)}


def load_before_claim(stack: ExitStack) -> dict[str, Any]:
    """Load first, then claim and fill."""

    def claim_and_fill(self: Any, pending: dict[Key, Any], load: Any, found: dict[Key, Any]) -> None:
        early = load(list(pending))
        claim(self, pending, lambda _: early, found)

    claim = reads.CacheReads._claim_and_fill
    stack.enter_context(patch.object(reads.CacheReads, "_claim_and_fill", claim_and_fill))
    return {"subjects": ("posts",)}


def no_hold(stack: ExitStack) -> dict[str, Any]:
    """Only delete after the commit: nothing stale, but readers may go back."""
    stack.enter_context(
        patch.object(writes.CacheWrites, "hold", lambda _, stale: writes.Hold("0", list(dict.fromkeys(stale)), []))
    )
    return {"subjects": ("feed",)}


MISTAKES = [unguarded_fill, delete_before_commit, counter_as_stamp, load_before_claim, no_hold]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.__name__)
def test_each_mistake_is_found(services: Services, mistake: Callable[[ExitStack], dict[str, Any]]) -> None:
    with ExitStack() as stack:
        how = mistake(stack)
        with pytest.raises(BaseException, match="showed"):
            play(services, examples=1_500, **how)
