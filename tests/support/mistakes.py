"""The one table of known ways to get the cache wrong, each a switch that exists in tests only.

A mistake is applied by replacing attributes: for good in a process of its own (consistency/broken_wsgi.py), or for one
test, undone afterwards (integration/test_mistakes.py, the model, `pytest --mistake NAME`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from secrets import token_hex
from time import sleep
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

from feedapp import timing
from feedapp.cache.catalogue import envelope
from feedapp.cache.catalogue.invalidation import RULES, content, people, relations, threads
from feedapp.cache.catalogue.keys import RELATIONS
from feedapp.cache.protocol.page_reads import CacheReads
from feedapp.cache.protocol.writes import CacheWrites, Hold, new_writer
from feedapp.cache.redis import scripts
from feedapp.repositories.delivery.outbox import OutboxRepository
from feedapp.writing.idempotency import Claims
from feedapp.writing.reader_registry import ReaderRegistry
from feedapp.writing.unit_of_work import UnitOfWork, Work
from tests.support.batches import mistakes as batches

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from feedapp.cache.catalogue.declarations import Key
    from feedapp.repositories.delivery.readers import Look

Replace = Callable[[Any, str, Any], None]
Mistake = Callable[[Replace], None]
SLOW_SECONDS = 0.02
STAMP_SECONDS = 86_400


def unguarded_fill(replace: Replace) -> None:
    """Store what was loaded whatever became of the lease."""
    replace(scripts, "FILL", scripts.FILL.replace("held[n] == ARGV[1]", "true"))


def fill_after_a_lost_lease(replace: Replace) -> None:
    """Respect others' values, leases and holds, but take an empty key for one that may be filled."""
    replace(scripts, "FILL", scripts.FILL.replace("held[n] == ARGV[1]", "(held[n] or ARGV[1]) == ARGV[1]"))


def load_before_claim(replace: Replace) -> None:
    """Load first, then claim and fill."""
    load_facts = CacheReads._load_facts

    def loading(
        self: CacheReads, pending: dict[Key, bytes | None], load: Any, found: dict[Key, Any], lease: bytes | None
    ) -> None:
        early = load(list(pending))
        load_facts(self, pending, lambda _: early, found, lease)

    replace(CacheReads, "_load_facts", loading)


def stamp_after_sql(replace: Replace) -> None:
    """Give a page the stamps that stand, or are put, after it was loaded; a slow network lies in between."""

    def load_page(self: CacheReads, listing: Any, key: Key, _raw: object, load: Any, _leads_to: object) -> Any:
        page = load()
        sleep(SLOW_SECONDS)
        stamps = listing.stamps
        offered = [envelope.encode(token_hex(8)) for _ in stamps]
        stood = self._backend.offer(
            [(each.name, value, 10_000, None) for each, value in zip(stamps, offered, strict=True)]
        )
        found = [old or new for old, new in zip(stood, offered, strict=True)]
        if all(map(envelope.is_value, found)):
            entries = [list(entry) for entry in page.entries]
            kept = [[each.decode() for each in found], entries, int(page.more), int(page.behind)]
            self._backend.set(key.name, kept, 300)
        return page

    replace(CacheReads, "_load_page", load_page)


def counter_as_stamp(replace: Replace) -> None:
    """Count a stamp up instead of deleting it; one that is missing starts at one again."""
    hold, forget = CacheWrites.hold, CacheWrites.forget

    def stamp_and_claim(
        self: CacheReads, watched: list[Key], key: Key, lease: bytes, current: dict[str, bytes | None]
    ) -> bool:
        offers: list[tuple[str, bytes, int, bytes | None]] = [
            (stamp.name, envelope.encode(1), 1_000 * STAMP_SECONDS, current[stamp.name])
            for stamp in watched[:-1]
            if envelope.decode(current[stamp.name]) is envelope.MISS
        ]
        if not envelope.is_marker(current[key.name]):
            offers.append((key.name, lease, timing.LEASE_MILLISECONDS, current[key.name]))
        for (name, offered, _, _), stored in zip(offers, self._backend.offer(offers), strict=True):
            current[name] = offered if stored is None else stored
        return current[key.name] == lease

    def holding(self: CacheWrites, keys: Iterable[Key], *, writer: str | None = None) -> Hold:
        stale = list(dict.fromkeys(keys))
        return hold(self, [key for key in stale if key.template.kind != "stamp"], writer=writer)._replace(keys=stale)

    def forgetting(self: CacheWrites, held: Hold, *, database: str | None = None) -> str | None:
        for key in held.keys:
            count = self._backend.get(key.name) if key.template.kind == "stamp" else None
            if count is not None:
                self._backend.set(key.name, count + 1, STAMP_SECONDS)
        facts = [key for key in held.keys if key.template.kind != "stamp"]
        return forget(self, held._replace(keys=facts), database=database)

    replace(CacheReads, "_stamp_and_claim", stamp_and_claim)
    replace(CacheWrites, "hold", holding)
    replace(CacheWrites, "forget", forgetting)


def no_invalidation(replace: Replace) -> None:
    """Leave it to the lifetimes."""
    _without_hold(replace)
    replace(CacheWrites, "forget", _as_if_deleted)


def delete_before_commit(replace: Replace) -> None:
    """Delete the keys, then commit."""

    def hold(self: CacheWrites, keys: Iterable[Key], *, writer: str | None = None) -> Hold:
        stale = list(dict.fromkeys(keys))
        self._backend.delete_many(*(key.name for key in stale))
        return Hold(writer or new_writer(), stale, [])

    replace(CacheWrites, "hold", hold)
    replace(CacheWrites, "forget", _as_if_deleted)


def delete_on_savepoint_release(replace: Replace) -> None:
    """Delete on SQLAlchemy's `after_commit`, which also comes when a savepoint is released."""

    @contextmanager
    def unit(self: UnitOfWork, *, bulk: bool = False) -> Iterator[Work]:
        del bulk
        work, session = Work(Claims(self._records), self._handle), self._session()

        def forget(_: object) -> None:
            self._cache._backend.delete_many(*(key.name for key in work.stale))
            work.stale.clear()

        event.listen(session, "after_commit", forget)
        try:
            yield work
            session.commit()
        finally:
            session.rollback()
            event.remove(session, "after_commit", forget)
            self._reading.restart()

    replace(UnitOfWork, "__call__", unit)


def no_hold(replace: Replace) -> None:
    """Delete after the commit, over a slow network, and let readers use the old values until then."""
    _without_hold(replace)
    whole = CacheWrites.forget

    def forget(self: CacheWrites, hold: Hold, *, database: str | None = None) -> str | None:
        sleep(SLOW_SECONDS)
        return whole(self, hold, database=database)

    replace(CacheWrites, "forget", forget)


def outbox_after_the_last(replace: Replace) -> None:
    """Look for undelivered rows only beyond the highest id that was delivered."""
    whole, last = OutboxRepository.undelivered, 0

    def undelivered(self: OutboxRepository, *, run: str, overdue: bool = False) -> Sequence[int]:
        nonlocal last
        found = [each for each in whole(self, run=run, overdue=overdue) if each > last]
        last = max(found, default=last)
        return found

    replace(OutboxRepository, "undelivered", undelivered)


def acknowledge_undelivered(replace: Replace) -> None:
    """Answer a write that could not delete its keys, and leave it to the outbox."""
    replace(ReaderRegistry, "await_others", lambda _self, _parcel: None)


def enter_late(replace: Replace) -> None:
    """Say that this process reads from Redis once everything is delivered, just before it does."""
    enter, look, late = ReaderRegistry.enter, ReaderRegistry.look, dict[ReaderRegistry, str]()

    def entering(self: ReaderRegistry, run: str) -> None:
        late[self] = run

    def looking(self: ReaderRegistry) -> Look:
        if self in late:
            enter(self, late.pop(self))
        return look(self)

    replace(ReaderRegistry, "enter", entering)
    replace(ReaderRegistry, "look", looking)


def _as_if_deleted(self: CacheWrites, _hold: Hold, *, database: str | None = None) -> str | None:
    del database
    run = self._backend.trust.run
    return run and run.name


def _without_hold(replace: Replace) -> None:
    def hold(_self: CacheWrites, keys: Iterable[Key], *, writer: str | None = None) -> Hold:
        return Hold(writer or new_writer(), list(dict.fromkeys(keys)), [])

    replace(CacheWrites, "hold", hold)


def forgotten_block(replace: Replace) -> None:
    """Let who is blocked go on with what they knew: a block forgets what its maker sees, and nothing else."""
    keys = relations.block_changed.keys

    def named(*, blocker_id: int, blocked_id: int) -> list[Key]:
        stale = keys(blocker_id=blocker_id, blocked_id=blocked_id)
        return [key for key in stale if key != RELATIONS.key(blocked_id)]

    replace(relations.block_changed, "keys", named)


def forgotten_moderation(replace: Replace) -> None:
    """Let what moderators take out of sight stand in the cache as it was, and what they show again."""
    for rule in (content.post_hidden, threads.comment_hidden, people.sight_changed, relations.silence_changed):
        replace(rule, "keys", lambda **_: [])


def forgotten_conversation(replace: Replace) -> None:
    """Let threads, likes of comments, tags and what people are told stand in the cache as they were."""
    for name in ("comment_answered", "comment_liked", "comment_unliked", "tags_changed_posts", "notifications_changed"):
        replace(RULES[name], "keys", lambda **_: [])


_ALL: tuple[Mistake, ...] = (
    unguarded_fill, fill_after_a_lost_lease, load_before_claim, stamp_after_sql, counter_as_stamp, no_invalidation,
    delete_before_commit, delete_on_savepoint_release, no_hold, outbox_after_the_last, acknowledge_undelivered,
    enter_late, forgotten_block, forgotten_moderation, forgotten_conversation, *batches.ALL,
)  # fmt: skip
MISTAKES: dict[str, Mistake] = {mistake.__name__.replace("_", "-"): mistake for mistake in _ALL}
