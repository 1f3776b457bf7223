"""What is answered, liked and deleted at the same moment: one waits, and finds what the other did."""

from __future__ import annotations

from contextlib import suppress
from random import Random
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from feedapp.errors import InvalidInputError, NotFoundError
from feedapp.models import Comment
from feedapp.repositories import comments as repository
from feedapp.repositories.notifications.writes import NotificationRepository
from feedapp.repositories.written import Written
from tests.integration.concurrency.test_blocks import count, paused
from tests.integration.concurrency.test_contention import at_once, attempted, credentials_of, right

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from sqlalchemy import Engine

    from feedapp.reading.viewers import Credentials
    from feedapp.wiring import Services
    from tests.support.people import Somebody

STUBS = "SELECT count(*) FROM comments WHERE author_id IS NULL"
ALL = "SELECT count(*) FROM comments"


@pytest.fixture
def ada(services: Services, people: Callable[..., Somebody]) -> Credentials:
    found = credentials_of(people("ada"))
    services.posts.publish(found, body="text")
    services.comments.comment_on(found, 1, body="first")
    return found


@pytest.fixture
def unlocked() -> Iterator[None]:
    """Make the mistake: look at what is to be deleted without keeping others from answering it."""

    def look(self: Any, *, post_id: int, comment_id: int, deleting: bool = False) -> Written | None:
        del post_id, deleting
        query = select(Comment.author_id, Comment.body, Comment.edited_at).where(Comment.id == comment_id)
        found = self._session.execute(query).one_or_none()
        return None if found is None else Written(*found)

    with patch.object(repository.CommentRepository, "lock", look):
        yield


def delete(parts: Services, who: Credentials, comment_id: int = 1) -> None:
    parts.comments.delete(who, post_id=1, comment_id=comment_id)


def answer(parts: Services, who: Credentials, comment_id: int = 1) -> Any:
    return parts.comments.comment_on(who, 1, body="answer", in_reply_to=comment_id)


def like(parts: Services, who: Credentials, comment_id: int = 1) -> Any:
    return parts.comment_likes.like(who, post_id=1, comment_id=comment_id)


def test_an_answer_to_what_is_just_being_deleted_is_refused(
    app: Flask, engine: Engine, services: Services, ada: Credentials
) -> None:
    done, refused = paused(app, lambda parts: delete(parts, ada), lambda parts: answer(parts, ada))
    assert done.exception() is None
    assert isinstance(refused.exception(), InvalidInputError)
    assert count(engine, ALL) == 0
    right(services)


def a_deletion_during_an_answer_leaves_a_stub(app: Flask, engine: Engine, ada: Credentials) -> None:
    answered, done = paused(app, lambda parts: answer(parts, ada), lambda parts: delete(parts, ada))
    assert answered.exception() is None
    done.result()
    assert (count(engine, STUBS), count(engine, ALL)) == (1, 2)


def test_a_deletion_waits_for_an_answer_and_leaves_a_stub(
    app: Flask, engine: Engine, services: Services, ada: Credentials
) -> None:
    a_deletion_during_an_answer_leaves_a_stub(app, engine, ada)
    right(services)


def test_without_the_lock_that_deletion_fails(app: Flask, engine: Engine, ada: Credentials, unlocked: None) -> None:
    with pytest.raises(IntegrityError, match="fk_comments_in_reply_to"):
        a_deletion_during_an_answer_leaves_a_stub(app, engine, ada)


@pytest.mark.parametrize("answered", [False, True])
def test_a_like_of_what_is_just_being_deleted_finds_nothing(
    app: Flask,
    engine: Engine,
    services: Services,
    ada: Credentials,
    answered: bool,  # noqa: FBT001
) -> None:
    if answered:
        answer(services, ada)
    _, refused = paused(app, lambda parts: delete(parts, ada), lambda parts: like(parts, ada))
    assert isinstance(refused.exception(), NotFoundError)
    assert count(engine, "SELECT count(*) FROM comment_likes") == 0
    right(services)


@pytest.mark.parametrize("answered", [False, True])
def test_a_deletion_waits_for_a_like_and_takes_it_along(
    app: Flask,
    engine: Engine,
    services: Services,
    ada: Credentials,
    answered: bool,  # noqa: FBT001
) -> None:
    if answered:
        answer(services, ada)
    liked, done = paused(app, lambda parts: like(parts, ada), lambda parts: delete(parts, ada))
    assert (liked.exception(), done.exception()) == (None, None)
    assert count(engine, "SELECT count(*) FROM comment_likes") == 0
    right(services)


def test_the_stub_goes_with_the_last_of_two_answers_that_are_deleted_at_once(
    app: Flask, engine: Engine, services: Services, ada: Credentials
) -> None:
    for _ in range(2):
        answer(services, ada)
    delete(services, ada)
    assert count(engine, STUBS) == 1
    for done in paused(app, lambda parts: delete(parts, ada, 2), lambda parts: delete(parts, ada, 3)):
        done.result()
    assert count(engine, ALL) == 0
    right(services)


UNLIKES: dict[str, tuple[Callable[[Services, Credentials], Any], str, Callable[[Services, Credentials], Any]]] = {
    "post": (
        lambda parts, bob: parts.likes.unlike(bob, 1),
        "post_unliked",
        lambda parts, ada: parts.posts.delete(ada, 1),
    ),
    "comment": (
        lambda parts, bob: parts.comment_likes.unlike(bob, post_id=1, comment_id=1),
        "comment_unliked",
        lambda parts, ada: parts.comments.delete(ada, post_id=1, comment_id=1),
    ),
    "comment of a post": (
        lambda parts, bob: parts.comment_likes.unlike(bob, post_id=1, comment_id=1),
        "comment_unliked",
        lambda parts, ada: parts.posts.delete(ada, 1),
    ),
}


@pytest.mark.parametrize("what", UNLIKES)
def test_a_like_is_taken_back_while_what_it_is_of_is_deleted(
    app: Flask, services: Services, people: Callable[..., Somebody], what: str
) -> None:
    """One holds the like and wants to take its notice back, the other holds that and wants the like: no deadlock."""
    ada, bob = (credentials_of(people(name)) for name in ("ada", "bob"))
    services.posts.publish(ada, body="text")
    services.comments.comment_on(ada, 1, body="first")
    services.likes.like(bob, 1)
    services.comment_likes.like(bob, post_id=1, comment_id=1)
    unlike, told, delete = UNLIKES[what]
    at = (NotificationRepository, told)
    taken_back, deleted = paused(app, lambda parts: unlike(parts, bob), lambda parts: delete(parts, ada), at=at)
    assert (taken_back.exception(), deleted.exception()) == (None, None)
    right(services)


def test_a_crowd_that_answers_likes_deletes_and_leaves_at_once(
    app: Flask, engine: Engine, services: Services, people: Callable[..., Somebody]
) -> None:
    crowd = [people(f"user_{number}") for number in range(6)]
    for each in crowd[:2]:
        services.posts.publish(credentials_of(each), body="text")
    for post_id in (1, 2):
        made = [services.comments.comment_on(credentials_of(crowd[0]), post_id, body="text").id]
        for number in range(1, 24):
            who = credentials_of(crowd[number % 6])
            chosen = Random(number).choice(made)
            made.append(services.comments.comment_on(who, post_id, body="text", in_reply_to=chosen).id)
    with engine.connect() as connection:
        written = connection.execute(text("SELECT id, post_id, author_id FROM comments")).all()

    def job(services: Services, number: int) -> None:
        random, who = Random(number), credentials_of(crowd[number])
        for comment_id, post_id, author_id in random.sample(written, len(written)):
            ids = {"post_id": post_id, "comment_id": comment_id}
            act = "delete" if author_id == number + 1 else random.choice(("like", "unlike", "answer"))
            with suppress(InvalidInputError):
                if act == "delete":
                    attempted(services.comments.delete, who, **ids)
                elif act == "answer":
                    attempted(services.comments.comment_on, who, post_id, body="more", in_reply_to=comment_id)
                else:
                    attempted(getattr(services.comment_likes, act), who, **ids)
        if number in (1, 4):
            services.grace.delete(crowd[number].username, now=True)

    at_once(app, [lambda services, number=number: job(services, number) for number in range(6)])  # type: ignore[misc]
    right(services)
    orphans = "SELECT count(*) FROM comments WHERE author_id IS NULL AND id NOT IN "
    answered = "(SELECT in_reply_to FROM comments WHERE in_reply_to IS NOT NULL)"
    assert count(engine, orphans + answered) == 0, "a stub that nothing answers"
