"""What an invalidation costs with a million keys in Redis, beside a thousand: two servers, asked in turns.

Once on the embedded server, and once on the `redis-server` of this machine if there is one. The wheel of the embedded
one is built without jemalloc, and then all commands get slower as memory fills, even a script that does nothing.
"""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Any

from bench.places import VAR
from feedapp.cache.catalogue.invalidation.content import post_liked, post_published
from feedapp.cache.protocol.writes import CacheWrites
from feedapp.cache.redis.backend import LeaseRedisCache
from feedapp.cache.redis.fences import Run
from feedapp.embedded import Redis

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedapp.cache.catalogue.declarations import Key

COUNTS = (1_000, 1_000_000)
PREFIX = "feedapp:"
FILLED = """
for n = ARGV[1], ARGV[2] do
  redis.call('SET', KEYS[1] .. n, '[1,{"id":' .. n .. ',"body":"as long as a short post"}]')
end
"""
PORTION = 50_000
SCAN = "scan"


def measure(repetitions: int) -> list[dict[str, Any]]:
    """Give the milliseconds of each way to forget, by the number of keys; the last server is the one to go by."""
    found = shutil.which("redis-server")
    return [_measure(program, repetitions) for program in (None, *([Path(found)] if found else []))]


def _measure(program: Path | None, repetitions: int) -> dict[str, Any]:
    spent: dict[str, dict[int, list[float]]] = {name: {count: [] for count in COUNTS} for name in WAYS}
    with ExitStack() as stack:
        backends = {count: _filled(stack, count, program) for count in COUNTS}
        server = _server(backends[COUNTS[0]], program)
        print(f"  {server}:", flush=True)
        # The SCAN comes last: what runs just after it finds the processor's caches full of a million keys.
        turns = [name for name in WAYS if name != SCAN] * (5 * repetitions) + [SCAN] * repetitions
        for name in turns:
            for count, backend in backends.items():
                started = perf_counter()
                WAYS[name][0](backend)
                spent[name][count].append((perf_counter() - started) * 1_000)
    ways = {}
    for name, by_count in spent.items():
        few, many = (median(by_count[count]) for count in COUNTS)
        spread = [quantiles(by_count[count], n=10) for count in COUNTS]
        ways[name] = {"label": WAYS[name][1], "few": few, "many": many, "ratio": many / few, "spread": spread}
        print(
            f"    {WAYS[name][1]}: {few:.2f} ms with {COUNTS[0]:,} keys, {many:.2f} ms with {COUNTS[1]:,}", flush=True
        )
    return {"server": server, "ways": ways}


def _filled(stack: ExitStack, count: int, program: Path | None) -> LeaseRedisCache:
    directory = Path(stack.enter_context(TemporaryDirectory(dir=VAR)))
    server = stack.enter_context(Redis(directory, arguments=("--maxmemory", "1gb"), program=program))
    backend = LeaseRedisCache(server.url, timeout=5, key_prefix=PREFIX)
    for first in range(1, count + 1, PORTION):
        backend.client.eval(FILLED, 1, f"{PREFIX}post:", str(first), str(min(first + PORTION - 1, count)))
    backend.client.script_flush()  # what filling has left in Redis' Lua would slow down all scripts
    deployment = backend.discover()
    run = Run(name="bench", deployment=deployment, database="bench", fences={})
    backend.trust.join(backend.trust.begin_return(deployment), run)  # as its relay would: for writes
    return backend


def _server(backend: LeaseRedisCache, program: Path | None) -> str:
    about = backend.client.info()
    name = f"Valkey {about['valkey_version']}" if "valkey_version" in about else f"Redis {about['redis_version']}"
    return f"{name} ({'installed' if program else 'embedded'}, {about['mem_allocator']})"


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
    "like": (_by_rule(post_liked(post_id=1, user_id=1)), "feedapp, a like"),
    "post": (
        _by_rule(post_published(author_id=1, follower_ids=range(2, 42))),
        "feedapp, a post that 40 follow",
    ),
    "star": (
        _by_rule(post_published(author_id=1, follower_ids=None)),
        "feedapp, a post that a million follow",
    ),
    SCAN: (_by_scan, "usual design, SCAN for posts:feed:*"),
}
