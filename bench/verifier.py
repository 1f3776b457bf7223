"""`python -m bench.verifier`: how soon the verifier finds a value that was made wrong in Redis, by the site's size.

Each time a like count is made wrong, anywhere, and the verifier goes on from where it is, without its pauses. Its
samples are counted, and stand for the time that they take with them.
"""

from __future__ import annotations

import argparse
import logging
from random import Random
from statistics import median
from typing import TYPE_CHECKING

from bench.ground import forget, ground
from bench.places import SECRET_KEY
from config import Settings
from feedapp.app import create_app
from feedapp.cache.catalogue import keys
from feedapp.observability import metrics
from feedapp.services.operations.desk import sampling

if TYPE_CHECKING:
    from flask import Flask

    from bench.ground import Ground
    from feedapp.wiring import Services

KINDS = (keys.POST, keys.POST_LIKES_COUNT, keys.POST_COMMENTS_COUNT)
PORTION = 200
LONG = 86_400
MINUTE = 60


def main() -> None:
    """Measure each size, and print the table as it stands in docs/operations.md."""
    options = argparse.ArgumentParser(prog="python -m bench.verifier", description=__doc__)
    options.add_argument("--keys", default="1000,10000,100000")
    options.add_argument("--times", type=int, default=15, help="wrong values for each size")
    given = options.parse_args()
    sizes = [int(each) for each in given.keys.split(",")]
    with ground("verifier", redis_arguments=("--maxmemory", "1gb")) as base:
        posts = -(-max(sizes) // len(KINDS))
        base.seed(users=200, posts=posts, comments=0, likes=posts, follows=200)
        lifetimes = {template.name: LONG for template in KINDS}
        app = create_app(
            Settings(
                database_url=base.database_url,
                redis_url=base.redis_url,
                redis_timeout=5,
                secret_key=SECRET_KEY,
                log_level="CRITICAL",
                cache_lifetimes=lifetimes,
            )
        )
        logging.getLogger("feedapp").setLevel(logging.CRITICAL)
        ids = [number for (number,) in base.query("SELECT id FROM posts ORDER BY id")]
        services: Services = app.extensions["feedapp"]
        with app.app_context():
            services.relay.work()
        print("| cached values | compared in a sample | all are met within | found after, median | the longest |")
        print("|---|---|---|---|---|")
        for size in sizes:
            chosen = ids[: -(-size // len(KINDS))]
            _fill(base, app, services, chosen)
            with app.app_context():
                print(_row(services, chosen, given.times), flush=True)
        with app.app_context():
            services.close()


def _fill(base: Ground, app: Flask, services: Services, ids: list[int]) -> None:
    forget(base.redis)
    for first in range(0, len(ids), PORTION):
        with app.app_context():
            services.reading.facts([kind.key(number) for number in ids[first : first + PORTION] for kind in KINDS])


def _row(services: Services, ids: list[int], times: int) -> str:
    """Make values wrong, one after another, and tell how soon each was found."""
    random, before = Random(len(ids)), _compared()
    took, samples = [], 0
    for _ in range(times):
        wrong = keys.POST_LIKES_COUNT.key(random.choice(ids)).name
        services.backend.set(wrong, 7_777, LONG)
        began = samples
        found = 0
        while not found:
            found = services.sampling.sample()
            samples += 1
        services.backend.delete(wrong)
        took.append((samples - began) * sampling.EVERY)
    values, at_once = len(KINDS) * len(ids), (_compared() - before) / samples
    whole = sampling.EVERY * -(-values // at_once)
    return f"| {values:,} | {at_once:,.0f} | {_time(whole)} | {_time(median(took))} | {_time(max(took))} |"


def _compared() -> float:
    samples = (sample for metric in metrics.VERIFIED.collect() for sample in metric.samples)
    return sum(sample.value for sample in samples if sample.name.endswith("_total"))


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 3 * MINUTE else f"{seconds / MINUTE:.0f} min"


if __name__ == "__main__":
    main()
