"""Everything that is measured in one seeded community: the reads, the mixtures, the crowd, the sizes of servers."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from bench import aside, crowd, people, sent, sizes, variants
from bench.comparison import Comparison, serve
from bench.ground import Ground, forget, ground
from bench.probe import Client

if TYPE_CHECKING:
    from bench.effort import Effort
    from bench.variants import Variant
    from bench.web import Web

READERS = 100
OTHER_KEYS, PORTION = 100_000, 5_000
"""Keys that Redis holds besides while people write, as it does at a site where others keep things in it, too."""
_FILL = "for n = ARGV[1], ARGV[2] do redis.call('SET', KEYS[1] .. n, 'something of another program') end"
_FURTHER = """
SELECT micros || '-' || id FROM (SELECT (extract(epoch FROM created_at) * 1000000)::bigint AS micros, id,
row_number() OVER (ORDER BY created_at DESC, id DESC) AS number FROM posts) AS numbered
WHERE number % 20 = 0 ORDER BY number
"""


def measure(effort: Effort) -> dict[str, Any]:
    """Seed, start the servers, and measure what the effort asks for."""
    with ground("site", redis_arguments=("--maxmemory", "1gb")) as base:
        print(f"comparison: seeding {effort.community}", flush=True)
        base.seed(**effort.community)
        readers = people.sign_in(base, people.busiest(base, READERS))
        further = [text for (text,) in base.query(_FURTHER)]
        reads = variants.reads(readers[READERS // 2], readers, people.public_cursors(base), further)
        posts = [post for (post,) in base.query("SELECT id FROM posts ORDER BY id DESC LIMIT 2000")]
        mixes = variants.mixes(readers, posts)
        found: dict[str, Any] = {"workers": effort.workers, "threads": effort.threads}
        with ExitStack() as stack:
            servers = {name: stack.enter_context(serve(base, name, effort)) for name in ("on", "off")}
            keep_bare(base, servers["on"], reads)
            comparison = Comparison(base, servers, effort)
            found["reads"] = comparison.run([each for each in reads if effort.takes(each.name)])
            found["memory"] = _memory(base, servers["on"], reads)
            for first in range(1, OTHER_KEYS, PORTION):
                base.redis.eval(_FILL, 1, "other:", first, first + PORTION - 1)
            found["mixes"] = comparison.run([each for each in mixes if effort.takes(each.name)])
            if not effort.only:
                author = people.sign_in(base, [sent.followed_by(base, sent.FOLLOWERS)])[0]
                found["posts"] = comparison.run(variants.posts(author))
        found["sent"] = sent.measure(base, effort)
        if effort.crowd:
            found["crowd"] = crowd.measure(base, effort)
            found["idle"] = aside.idle(base, effort)
            found["stalled"] = aside.stalled(
                base, effort, [next(each.requests[0] for each in reads if each.name == "json")]
            )
        if effort.sizes:
            found["sizes"] = sizes.measure(base, effort, {each.name: each for each in [*reads, *mixes]})
        return found


def keep_bare(base: Ground, web: Web, chosen: list[Variant]) -> None:
    """Put what the feed answers into the files that the bare routes answer from."""
    with Client(web.port) as client:
        for each in chosen:
            if each.name in {"json", "page"}:
                (base.directory / f"bare.{each.name}").write_bytes(client.ask(each.requests[0]).body)


def _memory(base: Ground, web: Web, reads: list[Variant]) -> dict[str, float]:
    """Give what the feeds of many readers take in Redis, for each reader, posts that several see counted once."""
    requests = next(each.requests for each in reads if each.name == "json-many")
    forget(base.redis)
    with Client(web.port) as client:
        for each in requests:
            client.ask(each)
    # Key by key: what the whole server uses goes up and down with the buffers of its connections.
    sizes = [base.redis.memory_usage(key) or 0 for key in base.redis.scan_iter(count=1_000)]
    return {"bytes": sum(sizes) / len(requests), "keys": len(sizes) / len(requests)}
