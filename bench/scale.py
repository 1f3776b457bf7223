"""What things cost in communities of several sizes, all in one PostgreSQL, measured in turns."""

from __future__ import annotations

from contextlib import ExitStack
from statistics import median, quantiles
from time import perf_counter
from typing import TYPE_CHECKING, Any

import redis

from bench import communities, people
from bench.finding import deep_cursors
from bench.ground import Ground, forget, ground
from bench.operations import OPERATIONS, Town
from bench.places import SECRET_KEY
from bench.probe import Answer, Client
from bench.web import Web
from feedapp.pagination import Cursor, CursorCodec, Position

if TYPE_CHECKING:
    from bench.communities import Community
    from bench.effort import Effort
    from bench.operations import Operation

WARMING = 3
Place = tuple[Town, Client, redis.Redis]


def measure(effort: Effort) -> dict[str, Any]:
    """Make the communities, a server for each, and give the milliseconds of every operation by size."""
    found: dict[str, Any] = {"sizes": list(effort.scale), "making": {}, "operations": {}}
    with ground("scale", redis_arguments=("--maxmemory", "1gb")) as base, ExitStack() as stack:
        places: dict[int, Place] = {}
        for number, posts in enumerate(effort.scale):
            started = perf_counter()
            community = communities.make(base, posts)
            found["making"][str(posts)] = perf_counter() - started
            print(f"scale: a community of {posts:,} posts made in {perf_counter() - started:.0f} s", flush=True)
            places[posts] = _settle(base, stack, community, number + 1)
        for operation in OPERATIONS:
            found["operations"][operation.name] = _compare(operation, places, effort.operations)
            row = found["operations"][operation.name]["sizes"]
            print(f"  {operation.label}: " + "  ".join(f"{n}: {each['total']:.2f} ms" for n, each in row.items()))
    return found


def _settle(base: Ground, stack: ExitStack, community: Community, number: int) -> Place:
    """Start a server on the community, with a numbered database of Redis of its own."""
    redis_url = base.redis_url.replace("db=0", f"db={number}")
    web = Web(
        f"scale-{community.posts}",
        base.directory,
        database_url=community.database_url,
        redis_url=redis_url,
        workers=1,
        threads=2,
        application="wsgi:app",
    )
    town = _town(base, community)
    stack.enter_context(web)
    return town, stack.enter_context(Client(web.port)), redis.from_url(redis_url)


def _town(base: Ground, community: Community) -> Town:
    url = community.database_url
    star, eager, usual, *newcomers = people.sign_in(base, [1, 2, 3, *community.newcomers], database_url=url)
    pages = people.public_cursors(base, database_url=url)
    home = f"SELECT {_MICROS}, id FROM posts WHERE author_id IN (SELECT followee_id FROM follows WHERE follower_id = 2)"
    ((micros, post_id),) = base.query(f"{home} ORDER BY created_at DESC, id DESC OFFSET 1000 LIMIT 1", database_url=url)
    comments = f"SELECT {_MICROS}, id FROM comments WHERE post_id = {community.famous_post} ORDER BY created_at, id"
    ((comment_micros, comment_id),) = base.query(f"{comments} OFFSET {community.posts // 20} LIMIT 1", database_url=url)
    codec = CursorCodec(SECRET_KEY)
    return Town(
        community,
        star,
        eager,
        usual,
        newcomers,
        pages[min(998, len(pages) - 2)],  # the last one is followed by nothing
        codec.encode(Cursor("older", Position(micros, post_id)), kind="p"),
        codec.encode(Cursor("newer", Position(comment_micros, comment_id)), kind="c"),
        deep_cursors(base, url),
    )


_MICROS = "(extract(epoch FROM created_at) * 1000000)::bigint"


def _compare(operation: Operation, places: dict[int, Place], repetitions: int) -> dict[str, Any]:
    answers: dict[int, list[Answer]] = {posts: [] for posts in places}
    for number in range(repetitions + WARMING):
        for posts, (town, client, store) in places.items():
            if operation.cold:
                forget(store)
            answer = client.ask(operation.make(town, number))
            if answer.status >= 400:
                raise RuntimeError(f"{operation.name} at {posts}: {answer.status} {answer.body!r}")
            if number >= WARMING:
                answers[posts].append(answer)
    return {"label": operation.label, "sizes": {str(posts): _summary(each) for posts, each in answers.items()}}


def _summary(answers: list[Answer]) -> dict[str, float]:
    totals = [each.total for each in answers]
    low, *_, high = quantiles(totals, n=10)
    return {
        "total": median(totals),
        "low": low,
        "high": high,
        "sql": median(each.sql for each in answers),
        "statements": median(each.sql_statements for each in answers),
        "trips": median(each.redis_trips for each in answers),
    }
