"""What is checked once the load has ended: nothing was lost, and everything that can be read agrees with PostgreSQL."""

from __future__ import annotations

import re
import threading
import time
from random import Random
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import create_engine

from feedapp.cache.catalogue import envelope
from feedapp.cache.catalogue.declarations import START
from feedapp.cache.catalogue.key_parser import listing_of, row_of
from feedapp.pagination import CursorCodec
from feedapp.postgres.database import address
from feedapp.repositories.facts import FactRepository
from feedapp.repositories.pages import PageRepository
from feedapp.timing import FOR_READERS
from tests.consistency.checking.history import History
from tests.consistency.load import world
from tests.consistency.load.http11 import Connection
from tests.consistency.load.reading import LIMITS, Reads

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Engine

    from tests.consistency.load.plan import Plan
    from tests.consistency.sites.site import Site

PREFIX = "feedapp:"
ATTEMPTS = 5
READERS = 8
_STATEMENTS = re.compile(rb'sql;dur=[0-9.]+;desc="(\d+) statements"')
_COUNTED = """
SELECT 'counts of post ' || post.id FROM posts AS post JOIN post_counters AS counter ON counter.post_id = post.id
WHERE counter.likes <> (SELECT count(*) FROM likes WHERE post_id = post.id)
   OR counter.comments <> (SELECT count(*) FROM comments WHERE post_id = post.id)
UNION ALL SELECT 'counts of user ' || person.id
FROM users AS person JOIN user_counters AS counter ON user_id = person.id
WHERE counter.posts <> (SELECT count(*) FROM posts WHERE author_id = person.id AND hidden_at IS NULL)
   OR counter.followers <> (SELECT count(*) FROM follows WHERE followee_id = person.id)
   OR counter.following <> (SELECT count(*) FROM follows WHERE follower_id = person.id)
"""


def lost_writes(history: History, found: dict[int, int], first: Mapping[int, int]) -> list[str]:
    """Name the registers whose last acknowledged value, or one that may have been written since, is not there.

    What may take effect at any time may have been the last.
    """
    allowed: dict[int, set[int]] = {}
    for write in sorted(history.writes, key=lambda write: write.start):
        if write.end is not None:
            allowed[write.register] = {write.value}
        else:
            allowed.setdefault(write.register, {first[write.register]}).add(write.value)
    for write in history.writes:
        if write.again:
            allowed[write.register].add(write.value)
    return [
        f"lost: {world.name(register)} is {found[register]}, not {sorted(values_)}"
        for register, values_ in allowed.items()
        if found[register] not in values_
    ]


def miscounted(site: Site) -> list[str]:
    """Name the counters that differ from what they count."""
    return [f"counter differs: {row[0]}" for row in site.query(_COUNTED)]


def differing_reads(site: Site, plan: Plan, found: dict[int, int]) -> list[str]:
    """Read every view at every app process, and name what differs from PostgreSQL."""
    history = History()
    for number, app in enumerate(site.apps):
        connection = Connection(app.place)
        reads = Reads(plan, -1, history, [connection], Random(number))
        for user in range(world.USERS):
            for limit in LIMITS:
                for kind in ("home", "public", f"by {user}"):
                    reads.feed(kind, user, limit)
            reads.bookmarks(user)
            reads.profile(user, (user + 1) % world.USERS)
            for _ in range(8):
                reads.shut(user)
        reads.deaf()
        reads.fan()
        for _ in range(20):
            reads.judged()
            reads.search()
        reads.talks.all()
        _read_posts(reads)
        for _ in range(20 if plan.pages else 0):
            reads.feed_page()
            reads.post_page()
            reads.profile_page()
        connection.close()
    return [
        f"read differs: {read.view} shows {world.name(register)} as {value}, not {found[register]}"
        for read in history.reads
        for register, value in read.observations()
        if value != found[register]
    ] + [f"no answer: {read.status} for {read.view}" for read in history.reads if read.status not in (200, 403, 404)]


def _read_posts(reads: Reads) -> None:
    for post in range(world.POSTS):
        reads.post(post)
    for post in range(world.STABLE):
        reads.likers(post)
    for post in range(world.COMMENTED):
        reads.comments(post)


def differing_keys(site: Site) -> list[str]:
    """Decode every key in Redis, and name those whose value, or valid page, differs from PostgreSQL."""
    engine = create_engine(address(site.database.direct_url), isolation_level="AUTOCOMMIT")
    try:
        with site.redis_client() as client:
            names = [name.decode() for name in client.scan_iter(match=f"{PREFIX}*", count=1_000)]
            stored: dict[str, bytes | None] = {n.removeprefix(PREFIX): client.get(n) for n in names}
        return _differing_facts(stored, engine) + _differing_pages(stored, engine)
    finally:
        engine.dispose()


def _differing_facts(stored: dict[str, bytes | None], engine: Engine) -> list[str]:
    facts: dict[str, tuple[str, str, Any]] = {}
    wanted: dict[str, list[tuple[Any, ...]]] = {}
    for name, raw in stored.items():
        key, value = row_of(name), envelope.decode(raw)
        if key and key.template.kind == "fact" and value is not envelope.MISS:
            facts[name] = key.template.name, ":".join(map(str, key.ids)), value
            wanted.setdefault(key.template.name, []).append(key.ids)
    loaded = FactRepository(engine).load(wanted) if wanted else {}
    return [
        f"key differs: {name} holds {value}, PostgreSQL {loaded.get((kind, ids))}"
        for name, (kind, ids, value) in facts.items()
        if loaded.get((kind, ids)) != value
    ]


def _differing_pages(stored: dict[str, bytes | None], engine: Engine) -> list[str]:
    """Compare the pages whose stamps stand; others are not shown to anybody."""
    differing = []
    for name, raw in stored.items():
        key, page = row_of(name), envelope.decode(raw)
        listing = listing_of(key) if key else None
        if key is None or listing is None or page is envelope.MISS:
            continue
        stamps, entries, more, behind = page
        standing = [stored.get(stamp.name) or b"" for stamp in listing.stamps]
        if [stamp.decode() for stamp in standing] != stamps:
            continue
        _, text, size = key.ids
        template = listing.template
        cursor = None if text == START else CursorCodec(_secret()).decode(str(text), kind=template.cursor)
        walk = cursor.walk if cursor else template.onward
        now = PageRepository(engine).load(template.name, listing.owner, size=int(str(size)), walk=walk, cursor=cursor)
        if ([list(entry) for entry in now.entries], now.more, now.behind) != (entries, bool(more), bool(behind)):
            differing.append(f"page differs: {name} holds {entries}, PostgreSQL {now.entries}")
    return differing


def _secret() -> str:
    from tests.consistency.sites.site import SECRET_KEY  # noqa: PLC0415  (the site is only there when this is asked for)

    return SECRET_KEY


def loads_of_a_cold_key(site: Site, plan: Plan, *, rounds: int = 20) -> int:
    """Delete one key, read it from all processes at once, and give the most statements that one round has cost."""
    post, most = plan.posts[0], 0
    cold = {f"post:{post}:likes:count": f"/api/posts/{post}", "posts:feed:public:start:20": "/api/posts?feed=public"}
    connections = [Connection(app.place) for app in site.apps for _ in range(READERS)]
    with site.redis_client() as client:
        for key, path in list(cold.items()) * rounds:
            costs: list[int | None] = []
            for connection in connections:
                connection.ask("GET", path)
            client.delete(PREFIX + key)
            barrier = threading.Barrier(len(connections))
            threads = [threading.Thread(target=_cost, args=(each, path, barrier, costs)) for each in connections]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            answered = [cost for cost in costs if cost is not None]
            most = max(most, sum(answered)) if len(answered) == len(connections) else most
    for connection in connections:
        connection.close()
    return most


def _cost(connection: Connection, path: str, barrier: threading.Barrier, costs: list[int | None]) -> None:
    """Add what a read cost, or None if it tells nothing of leases.

    It went past a Redis that had not answered in time, or the machine stood still for as long as anybody waits for
    another's load.
    """
    barrier.wait(10)
    start = time.monotonic()
    _, head, _ = connection.exchange("GET", path)
    is_late = time.monotonic() - start > FOR_READERS
    found = _STATEMENTS.search(head)
    costs.append(None if is_late or b"fwd=bypass" in head else int(found[1]) if found else 0)


def wait_until_quiet(site: Site, seconds: float = 15) -> list[str]:
    """Wait until the outbox is delivered and every process is well; say what is not, when time is up."""
    deadline = time.monotonic() + seconds
    while True:
        waiting = next(site.query("SELECT count(*) FROM outbox WHERE confirmed_at IS NULL"))[0]
        states = []
        for app in site.apps:
            connection = Connection(app.place)
            status, body = connection.ask("GET", "/readyz")
            connection.close()
            states.append(orjson.loads(body)["status"] if status else "no answer")
        if waiting == 0 and set(states) == {"ok"}:
            time.sleep(0.5)  # a relay comes to trust Redis at its next look
            return []
        if time.monotonic() > deadline:
            return [f"not quiet: {waiting} rows in the outbox, processes {states}"]
        time.sleep(0.1)
