"""What moderators do while others, or other moderators, do something to the same: one waits, and none fails for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from feedapp.repositories.moderation.sweeps import SweepRepository
from feedapp.repositories.notifications.writes import NotificationRepository
from feedapp.services.moderation.hiding import Text
from tests.integration.concurrency.test_blocks import count, paused
from tests.integration.concurrency.test_contention import credentials_of, right

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from sqlalchemy import Engine

    from feedapp.reading.viewers import Credentials
    from feedapp.wiring import Services
    from tests.support.people import Somebody


@pytest.fixture
def both(services: Services, people: Callable[..., Somebody]) -> tuple[Credentials, Credentials]:
    """Ada moderates; Bob has three posts, and a comment under the first."""
    ada, bob = (credentials_of(people(name)) for name in ("ada", "bob"))
    services.roles.assign(username="ada", role="moderator")
    for body in ("one", "two", "three"):
        services.posts.publish(bob, body=body)
    services.comments.comment_on(bob, 1, body="text")
    return ada, bob


def test_a_sweep_is_gone_on_with_by_two_at_once(
    app: Flask, engine: Engine, services: Services, both: tuple[Credentials, Credentials]
) -> None:
    """The request that began it, and the periodic job: each holds the sweep, and wants to count in it."""
    ada, _ = both
    begun, gone_on = paused(
        app,
        lambda parts: parts.sweeps.begin(ada, "bob", reason="spam"),
        lambda parts: parts.sweeps.go_on(),
        at=(SweepRepository, "_count"),
    )
    assert (begun.exception(), gone_on.exception()) == (None, None)
    assert count(engine, "SELECT count(*) FROM posts WHERE hidden_at IS NOT NULL") == 3
    assert services.sweeps.state(ada, "bob").posts == 3
    right(services)


def test_a_comment_is_hidden_while_its_post_is_deleted(
    app: Flask, engine: Engine, services: Services, both: tuple[Credentials, Credentials]
) -> None:
    """One holds the comment and wants the post, to which what its author is told refers; the other the reverse."""
    ada, bob = both
    hidden, deleted = paused(
        app,
        lambda parts: parts.hiding.hide(ada, Text(1, 1), reason="spam"),
        lambda parts: parts.posts.delete(bob, 1),
        at=(NotificationRepository, "moderated"),
    )
    assert (hidden.exception(), deleted.exception()) == (None, None)
    assert count(engine, "SELECT count(*) FROM comments") == 0
    right(services)
