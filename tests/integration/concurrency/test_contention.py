"""Many at once at the same rows: nobody fails for somebody else's sake, and every count comes out right."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from feedapp.errors import DomainError, NotFoundError, UnauthenticatedError
from feedapp.extensions import db
from feedapp.reading.viewers import Credentials
from feedapp.repositories.counters import CounterRepository
from feedapp.services.operations.counts import CountService

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from sqlalchemy import Engine

    from feedapp.wiring import Services
    from tests.support.people import Somebody


def at_once(app: Flask, jobs: list[Callable[[Services], Any]]) -> None:
    """Run every job in a thread of its own, started together; raise what any of them raised."""
    start = Barrier(len(jobs))

    def run(job: Callable[[Services], Any]) -> None:
        with app.app_context():
            start.wait()
            job(app.extensions["feedapp"])

    with ThreadPoolExecutor(len(jobs)) as threads:
        for done in [threads.submit(run, job) for job in jobs]:
            done.result()


def attempted(write: Callable[..., Any], *args: Any, **named: Any) -> None:
    """Do it, unless what it is done to, or by, was deleted meanwhile, be it at the very last moment (TooLateError)."""
    try:
        write(*args, **named)
    except (NotFoundError, UnauthenticatedError, IntegrityError):
        db.session.remove()


def credentials_of(somebody: Somebody) -> Credentials:
    return Credentials.of(somebody.token, kind="api")


def right(services: Services) -> None:
    """See that every counter says what there is."""
    counters = CounterRepository(db.session)
    assert not list(CountService(unit_of_work=services.unit_of_work, counters=counters).differences())


@pytest.fixture
def crowd(people: Callable[..., Somebody]) -> list[Somebody]:
    return [people(f"user_{number}") for number in range(12)]


def test_people_who_follow_each_other_can_all_be_deleted_at_once(
    app: Flask, engine: Engine, services: Services, crowd: list[Somebody]
) -> None:
    with engine.begin() as connection:  # in an order of rows that is nobody's
        connection.execute(
            text(
                "INSERT INTO follows (follower_id, followee_id) SELECT a.id, b.id FROM users a, users b "
                "WHERE a.id <> b.id ORDER BY md5(a.id || '-' || b.id)"
            )
        )
        connection.execute(text("UPDATE user_counters SET followers = 11, following = 11"))
    leaving = [each.username for each in crowd[:8]]
    at_once(app, [lambda services, name=name: services.grace.delete(name, now=True) for name in leaving])  # type: ignore[misc]
    right(services)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM follows")) == 4 * 3


def test_likes_comments_follows_posts_and_deletions_of_the_same_rows_do_not_disturb_each_other(
    app: Flask, engine: Engine, services: Services, crowd: list[Somebody]
) -> None:
    posts = [services.posts.publish(credentials_of(each), body="text").id for each in crowd for _ in range(3)]

    def busy(somebody: Somebody, seed: int) -> Callable[[Services], None]:
        random, own = Random(seed), credentials_of(somebody)

        def work(at: Services) -> None:
            for _ in range(40):
                post, other = random.choice(posts[:8]), random.choice(crowd).username
                attempted(*random.choice(choices(at, own, post, other)))

        return work

    def choices(at: Services, own: Credentials, post: int, other: str) -> list[tuple[Any, ...]]:
        return [
            (at.likes.like, own, post),
            (at.likes.unlike, own, post),
            (follow_unless_oneself, at, own, other),
            (lambda: at.follows.unfollow(own, username=other),),
            (lambda: at.comments.comment_on(own, post, body="text"),),
            (lambda: at.posts.publish(own, body="text"),),
        ]

    def leave(somebody: Somebody) -> Callable[[Services], object]:
        return lambda at: at.grace.delete(somebody.username, now=True)

    at_once(app, [busy(each, number) for number, each in enumerate(crowd)] + [leave(each) for each in crowd[:4]])
    right(services)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM users")) == 8


def follow_unless_oneself(at: Services, own: Credentials, other: str) -> None:
    try:
        at.follows.follow(own, username=other)
    except DomainError as error:
        if error.status != 422:
            raise


def test_sixteen_likes_and_unlikes_of_one_post_by_one_person_count_once_or_not_at_all(
    app: Flask, services: Services, crowd: list[Somebody]
) -> None:
    own = credentials_of(crowd[0])
    post = services.posts.publish(own, body="text").id
    for _ in range(5):
        at_once(app, [lambda at: at.likes.like(own, post), lambda at: at.likes.unlike(own, post)] * 8)
        right(services)
    services.likes.like(own, post)
    assert services.posts.show(own, post).likes_count == 1


def test_a_post_deleted_by_sixteen_at_once_is_deleted_once(
    app: Flask, services: Services, crowd: list[Somebody]
) -> None:
    own = credentials_of(crowd[0])
    post = services.posts.publish(own, body="text").id
    at_once(app, [lambda at: attempted(at.posts.delete, own, post)] * 16)
    right(services)
    assert services.profiles.own(own).posts_count == 0
