"""What an invalidation costs with a million keys in Redis, beside a thousand: two servers, asked in turns."""

from __future__ import annotations

from contextlib import ExitStack
from statistics import median, quantiles
from time import perf_counter
from typing import TYPE_CHECKING, Any

from bench.ground import ground
from feedapp.cache import invalidation
from feedapp.cache.backend import LeaseRedisCache
from feedapp.cache.writes import CacheWrites

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedapp.cache.keys import Key

COUNTS = (1_000, 1_000_000)
PREFIX = "feedapp:"
FILLED = """
for n = ARGV[1], ARGV[2] do
  redis.call('SET', KEYS[1] .. n, '[1,{"id":' .. n .. ',"body":"as long as a short post"}]')
end
"""
PORTION = 50_000


def measure(repetitions: int) -> dict[str, Any]:
    """Give the milliseconds of each way to forget, by the number of keys."""
    spent: dict[str, dict[int, list[float]]] = {name: {count: [] for count in COUNTS} for name in WAYS}
    with ExitStack() as stack:
        backends = {count: _filled(stack, count) for count in COUNTS}
        for _ in range(repetitions):
            for name, (way, _label) in WAYS.items():
                for count, backend in backends.items():
                    started = perf_counter()
                    way(backend)
                    spent[name][count].append((perf_counter() - started) * 1_000)
    found = {}
    for name, by_count in spent.items():
        few, many = (median(by_count[count]) for count in COUNTS)
        spread = [quantiles(by_count[count], n=10) for count in COUNTS]
        found[name] = {"label": WAYS[name][1], "few": few, "many": many, "ratio": many / few, "spread": spread}
        print(f"  {WAYS[name][1]}: {few:.2f} ms with {COUNTS[0]:,} keys, {many:.2f} ms with {COUNTS[1]:,}", flush=True)
    return found


def _filled(stack: ExitStack, count: int) -> LeaseRedisCache:
    base = stack.enter_context(ground(f"keys-{count}", redis_arguments=("--maxmemory", "1gb")))
    for first in range(1, count + 1, PORTION):
        base.redis.eval(FILLED, 1, f"{PREFIX}post:", first, min(first + PORTION - 1, count))
    base.redis.script_flush()  # what filling has left in Redis' Lua would slow down all scripts
    backend = LeaseRedisCache(base.redis_url, timeout=5, key_prefix=PREFIX)
    backend.trust.begin_return(backend.discover())  # as its relay would: for writes
    return backend


def _by_rule(keys: list[Key]) -> Callable[[LeaseRedisCache], None]:
    def forget(backend: LeaseRedisCache) -> None:
        writes = CacheWrites(backend)
        assert writes.forget(writes.hold(keys)), "nothing was deleted"

    return forget


def _by_scan(backend: LeaseRedisCache) -> None:
    names = list(backend.client.scan_iter(f"{PREFIX}posts:feed:*", count=1_000))
    if names:
        backend.client.delete(*names)


WAYS: dict[str, tuple[Callable[[LeaseRedisCache], None], str]] = {
    "like": (_by_rule(invalidation.post_liked(post_id=1, user_id=1)), "feedapp, a like"),
    "post": (
        _by_rule(invalidation.post_published(author_id=1, follower_ids=range(2, 42))),
        "feedapp, a post that 40 follow",
    ),
    "star": (
        _by_rule(invalidation.post_published(author_id=1, follower_ids=None)),
        "feedapp, a post that a million follow",
    ),
    "scan": (_by_scan, "usual design, SCAN for posts:feed:*"),
}
