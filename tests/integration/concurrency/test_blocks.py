"""A block and what is done between the same two people at the same moment: one of them waits, and sees the other."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Event, current_thread
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from sqlalchemy import text

from feedapp.errors import NotFoundError
from feedapp.extensions import db
from tests.integration.concurrency.test_contention import at_once, attempted, credentials_of, right

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from sqlalchemy import Engine

    from feedapp.reading.viewers import Credentials
    from feedapp.wiring import Services
    from tests.support.people import Somebody

ACTS: dict[str, tuple[Callable[[Services, Credentials], Any], str]] = {
    "like": (lambda parts, bob: parts.likes.like(bob, 1), "SELECT count(*) FROM likes"),
    "comment": (lambda parts, bob: parts.comments.comment_on(bob, 1, body="text"), "SELECT count(*) FROM comments"),
    "follow": (lambda parts, bob: parts.follows.follow(bob, username="ada"), "SELECT count(*) FROM follows"),
}
UNLOCKED = """
CREATE OR REPLACE FUNCTION feedapp_may_meet(one bigint, other bigint) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
BEGIN RETURN NOT EXISTS (SELECT FROM blocks WHERE blocker_id IN (one, other) AND blocked_id IN (one, other)); END $$
"""


@pytest.fixture
def pair(services: Services, people: Callable[..., Somebody]) -> tuple[Credentials, Credentials]:
    ada, bob = (credentials_of(people(name)) for name in ("ada", "bob"))
    services.posts.publish(ada, body="text")
    return ada, bob


@pytest.fixture
def unlocked(engine: Engine) -> Iterator[None]:
    """Make the mistake: look for a block without the lock that a block takes."""
    with engine.begin() as connection:
        stood = connection.scalar(text("SELECT pg_get_functiondef('feedapp_may_meet'::regproc)"))
        connection.execute(text(UNLOCKED))
    yield
    with engine.begin() as connection:
        connection.execute(text(stood))


WAITS, DOES_NOT_WAIT = 0.5, 10.0
"""Seconds that are left to what waits for the other anyhow, and to what is carried out before the other at once."""


def paused(
    app: Flask,
    first: Callable[[Services], Any],
    then: Callable[[Services], Any],
    seconds: float = WAITS,
    *,
    at: tuple[Any, str] | None = None,
) -> list[Future[Any]]:
    """Carry `first` out up to its commit, begin `then`, let it run for so long, and let both end.

    `at`: up to the call of another method, of a class.
    """
    parts: Services = app.extensions["feedapp"]
    owner, name = at or (parts.unit_of_work, "_commit")
    goes_on, there, go_on = getattr(owner, name), Event(), Event()

    def pausing(*given: Any, **named: Any) -> Any:
        if current_thread().name.startswith("first"):
            there.set()
            go_on.wait(20)
        return goes_on(*given, **named)

    def run(act: Callable[[Services], Any]) -> Any:
        with app.app_context():
            try:
                return act(parts)
            finally:
                db.session.remove()

    with (
        patch.object(owner, name, pausing),
        ThreadPoolExecutor(1, thread_name_prefix="first") as one,
        ThreadPoolExecutor(1) as other,
    ):
        began = [one.submit(run, first)]
        assert there.wait(10)
        began.append(other.submit(run, then))
        wait(began[1:], timeout=seconds)
        go_on.set()
        wait(began, timeout=10)
    return began


def count(engine: Engine, query: str) -> Any:
    with engine.connect() as connection:
        return connection.scalar(text(query))


def refused_during_a_block(
    app: Flask, engine: Engine, pair: tuple[Credentials, Credentials], act: str, seconds: float = WAITS
) -> None:
    ada, bob = pair
    write, query = ACTS[act]
    blocked, done = paused(
        app, lambda parts: parts.blocks.block(ada, username="bob"), lambda parts: write(parts, bob), seconds
    )
    assert blocked.result().changed
    assert isinstance(done.exception(), NotFoundError), "broken: it was carried out after the block"
    assert count(engine, query) == 0


@pytest.mark.parametrize("act", ACTS)
def test_what_begins_during_a_block_waits_for_it_and_is_refused(
    app: Flask, engine: Engine, pair: tuple[Credentials, Credentials], act: str
) -> None:
    refused_during_a_block(app, engine, pair, act)


@pytest.mark.parametrize("act", ACTS)
def test_that_is_seen_without_the_lock(
    app: Flask, engine: Engine, pair: tuple[Credentials, Credentials], act: str, unlocked: None
) -> None:
    with pytest.raises(AssertionError, match="broken"):
        refused_during_a_block(app, engine, pair, act, DOES_NOT_WAIT)


@pytest.mark.parametrize("act", ACTS)
def test_a_block_waits_for_what_has_begun(
    app: Flask, engine: Engine, pair: tuple[Credentials, Credentials], act: str
) -> None:
    ada, bob = pair
    write, query = ACTS[act]
    done, blocked = paused(app, lambda parts: write(parts, bob), lambda parts: parts.blocks.block(ada, username="bob"))
    assert blocked.result().changed
    assert done.exception() is None
    assert count(engine, query) == (0 if act == "follow" else 1), "a follow that came just before has ended"


def a_follow_ends_with_a_block_that_did_not_see_it(
    app: Flask, engine: Engine, pair: tuple[Credentials, Credentials]
) -> None:
    ada, bob = pair
    follow, query = ACTS["follow"]
    paused(app, lambda parts: follow(parts, bob), lambda parts: parts.blocks.block(ada, username="bob"), DOES_NOT_WAIT)
    assert count(engine, query) == 0, "broken: somebody blocked follows"


def test_a_follow_is_left_over_without_the_lock(
    app: Flask, engine: Engine, pair: tuple[Credentials, Credentials], unlocked: None
) -> None:
    with pytest.raises(AssertionError, match="broken"):
        a_follow_ends_with_a_block_that_did_not_see_it(app, engine, pair)


def test_a_crowd_that_blocks_follows_likes_and_leaves_at_once(
    app: Flask, engine: Engine, services: Services, people: Callable[..., Somebody]
) -> None:
    crowd = [people(f"user_{number}") for number in range(6)]
    posts = [services.posts.publish(credentials_of(each), body="text").id for each in crowd]

    def busy(who: Somebody) -> Callable[[Services], Any]:
        def act(parts: Services) -> None:
            sender = credentials_of(who)
            for turn in range(4):
                for other, post_id in zip(crowd, posts, strict=True):
                    if other is who:
                        continue
                    attempted(parts.follows.follow, sender, username=other.username)
                    attempted(parts.likes.like, sender, post_id)
                    attempted(parts.comments.comment_on, sender, post_id, body="text")
                    if (turn + who.id + other.id) % 3 == 0:
                        attempted(parts.blocks.block, sender, username=other.username)
                        attempted(parts.blocks.unblock, sender, username=other.username)
            if who is crowd[0]:
                attempted(parts.account_deletion.delete, who.id)

        return act

    at_once(app, [busy(who) for who in crowd])
    right(services)
    left_over = (
        "SELECT count(*) FROM follows JOIN blocks ON (follower_id, followee_id) IN "
        "((blocker_id, blocked_id), (blocked_id, blocker_id))"
    )
    assert count(engine, left_over) == 0
