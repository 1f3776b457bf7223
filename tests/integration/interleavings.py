"""Interleavings of readers and writers, forced rather than hoped for, and the mistakes that each must catch.

An interleaving runs a reader whose load from PostgreSQL is followed, before it can fill, by a writer's whole write;
it tells what a reader sees that starts afterwards. A mistake is a deliberately broken version of the protocol: it
exists in tests only, to show that the interleaving turns red on it.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from feedapp.cache import scripts
from feedapp.services.viewers import Credentials

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pytest

    from feedapp.wiring import Services

ANONYMOUS = Credentials("api")


@contextmanager
def after_load(owner: Any, do: Callable[[], object]) -> Iterator[None]:
    """Run `do` once, right after the next load of a repository and before what was loaded can be stored."""
    load, pending = owner.load, [do]

    def loading(*arguments: Any, **named: Any) -> Any:
        loaded = load(*arguments, **named)
        if pending:
            pending.pop()()
        return loaded

    owner.load = loading
    try:
        yield
    finally:
        del owner.load


def likes_seen_after_a_like(services: Services, post_id: int, liker: Credentials) -> int:
    """Give what is seen after: a reader loads the count, somebody likes the post and is answered, the reader fills."""
    with after_load(services.reading._facts, lambda: services.likes.like(liker, post_id)):
        services.posts.show(ANONYMOUS, post_id)
    return services.posts.show(ANONYMOUS, post_id).likes_count


def posts_seen_after_a_post(services: Services, author: Credentials) -> list[str]:
    """Give what is seen after: a reader loads a feed, somebody posts and is answered, the reader fills."""
    with after_load(services.reading._pages, lambda: services.posts.publish(author, body="new")):
        services.feeds.public(ANONYMOUS, cursor=None, limit=10)
    return [post.body for post in services.feeds.public(ANONYMOUS, cursor=None, limit=10).posts.items]


def fill_without_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mistake: store what was loaded whatever the key holds by now."""
    monkeypatch.setattr(scripts, "FILL", "redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) return 1")


def stamp_read_after_sql(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mistake: stamp a page with what stands when it is stored instead of what stood before its SQL.

    The page's own lease is taken out as well, since it catches this mistake alone.
    """
    fill_without_guard(monkeypatch)
    fill = services.backend.fill

    def stamping(lease: bytes, filled: dict[str, tuple[bytes, int]], given_up: Any = ()) -> list[bool]:
        for key, (stored, milliseconds) in filled.items():
            if key.startswith("posts:feed:"):
                base = key.rsplit(":", 2)[0]
                fresh = f"{base}:stamp"
                services.backend.offer([(fresh, b'[1,"fresh"]', 60_000, None)])
                stamp = services.backend.get(fresh)
                old = stored.split(b'"')[1]
                filled = {**filled, key: (stored.replace(old, stamp.encode()), milliseconds)}
        return fill(lease, filled, given_up)

    monkeypatch.setattr(services.backend, "fill", stamping)
