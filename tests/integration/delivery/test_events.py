"""Domains are told of each other's writes by events, inside the transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from feedapp.observability import metrics
from feedapp.reading.viewers import Credentials
from feedapp.writing import comment_events, events
from feedapp.writing.events import Event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Engine

    from feedapp.wiring import Services
    from feedapp.writing.unit_of_work import Work
    from tests.support.people import Somebody

EVENTS = [
    each
    for each in {**vars(events), **vars(comment_events)}.values()
    if isinstance(each, type) and issubclass(each, Event) and each is not Event
]


@pytest.fixture
def told(services: Services) -> Iterator[list[Event]]:
    """All that is emitted, in order."""
    seen: list[Event] = []
    registered = {each: list(handlers) for each, handlers in services.handlers._by_event.items()}
    for each in EVENTS:
        services.handlers.on(each, lambda _, event: seen.append(event))
    yield seen
    services.handlers._by_event.clear()
    services.handlers._by_event.update(registered)


def test_every_write_tells_what_it_did_and_a_repeated_one_tells_nothing(
    services: Services, people: Callable[..., Somebody], told: list[Event]
) -> None:
    ada, bob = people("ada"), people("bob")
    assert told == [events.AccountCreated(ada.id, "ada"), events.AccountCreated(bob.id, "bob")]
    told.clear()
    by_ada, by_bob = (Credentials.of(each.token, kind="api") for each in (ada, bob))
    post = services.posts.publish(by_ada, body="first")
    for _ in range(2):
        services.posts.edit(by_ada, post.id, body="second")
        services.likes.like(by_bob, post.id)
        services.follows.follow(by_bob, username="ada")
    comment = services.comments.comment_on(by_bob, post.id, body="so it is")
    for _ in range(2):
        services.comments.edit(by_bob, post_id=post.id, comment_id=comment.id, body="is it?")
        services.likes.unlike(by_bob, post.id)
        services.follows.unfollow(by_bob, username="ada")
    services.comments.delete(by_bob, post_id=post.id, comment_id=comment.id)
    services.posts.delete(by_ada, post.id)
    assert told == [
        events.PostPublished(post.id, ada.id, "first"),
        events.PostEdited(post.id, ada.id, "second"),
        events.PostLiked(post.id, bob.id),
        events.Followed(bob.id, ada.id),
        comment_events.CommentAdded(comment.id, post.id, bob.id, "so it is"),
        comment_events.CommentEdited(comment.id, post.id, bob.id, "is it?"),
        events.PostUnliked(post.id, bob.id),
        events.Unfollowed(bob.id, ada.id),
        comment_events.CommentDeleted(comment.id, post.id, bob.id),
        events.PostDeleted(post.id, ada.id),
    ]


def test_an_account_that_is_deleted_tells_of_all_that_goes_with_it(
    services: Services, people: Callable[..., Somebody], told: list[Event]
) -> None:
    ada, bob = people("ada"), people("bob")
    by_ada, by_bob = (Credentials.of(each.token, kind="api") for each in (ada, bob))
    post = services.posts.publish(by_bob, body="first")
    own = services.posts.publish(by_ada, body="mine")
    comment = services.comments.comment_on(by_ada, post.id, body="so it is")
    services.likes.like(by_ada, post.id)
    services.follows.follow(by_ada, username="bob")
    told.clear()
    services.grace.delete("ada", now=True)
    deleted = told.pop()
    assert isinstance(deleted, events.AccountDeleted)
    assert (deleted.user_id, deleted.username) == (ada.id, "ada")
    assert told.pop(0) == events.AccountDeletionBegan(ada.id)
    assert set(told) == {
        events.PostDeleted(own.id, ada.id),
        comment_events.CommentDeleted(comment.id, post.id, ada.id),
        events.PostUnliked(post.id, ada.id),
        events.Unfollowed(ada.id, bob.id),
    }


def test_what_a_handler_does_is_committed_with_the_write_and_what_it_raises_rolls_that_back(
    services: Services, people: Callable[..., Somebody], told: list[Event], engine: Engine
) -> None:
    ada = Credentials.of(people("ada").token, kind="api")

    def refuse(work: Work, event: events.PostPublished) -> None:
        work.sends("nobody", {"post": event.post_id})
        raise RuntimeError("not today")

    services.handlers.on(events.PostPublished, refuse)
    with pytest.raises(RuntimeError, match="not today"):
        services.posts.publish(ada, body="first")
    assert counted(engine) == (0, 0)
    services.handlers._by_event[events.PostPublished].pop()
    services.handlers.on(events.PostPublished, lambda work, event: work.sends("nobody", {"post": event.post_id}))
    services.posts.publish(ada, body="second")
    assert counted(engine) == (1, 1)


def counted(engine: Engine) -> tuple[Any, ...]:
    with engine.connect() as connection:
        query = text("SELECT (SELECT count(*) FROM posts), (SELECT count(*) FROM outbox_messages)")
        return tuple(connection.execute(query).one())


def test_what_was_committed_is_counted_by_kind(services: Services, people: Callable[..., Somebody]) -> None:
    ada = Credentials.of(people("ada").token, kind="api")

    def published() -> float:
        return float(metrics.EVENTS.labels("PostPublished")._value.get())

    def fail() -> None:
        with services.unit_of_work() as work:
            work.emits(events.PostPublished(1, 1, "text"))
            raise RuntimeError

    before = published()
    services.posts.publish(ada, body="first")
    with pytest.raises(RuntimeError):
        fail()
    assert published() == before + 1
