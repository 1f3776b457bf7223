"""Where interleavings are played: a site, two people, a post, and what a promise is held against."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from redis.exceptions import TimeoutError as RedisTimeoutError

from feedapp import timing
from feedapp.reading.viewers import Credentials

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from sqlalchemy import Engine

    from config import Settings
    from feedapp.reading.read_models import PostView
    from feedapp.wiring import Services


ANONYMOUS = Credentials("api")


@dataclass(frozen=True)
class Stage:
    """The app with nothing cached, one post by Ada (its body is "first"), and Bob."""

    app: Flask
    settings: Settings
    services: Services
    engine: Engine
    ada: Credentials
    bob: Credentials
    post_id: int

    def post(self) -> PostView:
        """Read Ada's post as anybody does."""
        return self.services.posts.show(ANONYMOUS, self.post_id)

    def public(self, limit: int = 10, cursor: str | None = None) -> list[str]:
        """Read everyone's feed."""
        return [post.body for post in self.page(limit, cursor).items]

    def page(self, limit: int, cursor: str | None = None) -> Any:
        """Read a page of everyone's feed, with its cursors."""
        return self.services.feeds.public(ANONYMOUS, cursor=cursor, limit=limit).posts

    @contextmanager
    def impatient(self) -> Iterator[None]:
        """Let readers who find a key held go to PostgreSQL soon."""
        with patch.object(self.services.cache_reads, "_patience", 0.05):
            yield

    @contextmanager
    def cut_off(self) -> Iterator[None]:
        """Let the app find no Redis, while other processes do; and let these deliver only what they are asked to."""
        trust = self.services.backend.trust
        with patch.object(trust, "seek", lambda: None), patch.object(timing, "OVERDUE", 3_600):
            trust.lose(RedisTimeoutError("cut off"))
            yield


def promised(what: str, *, seen: object, expected: object) -> None:
    """Fail if the promise is broken; what merely sets the stage fails by a plain assert."""
    assert seen == expected, f"broken: {what}: {seen!r}, not {expected!r}"


@contextmanager
def after_load(owner: Any, do: Callable[[], object]) -> Iterator[None]:
    """Run `do` once, right after the next load of a repository and before what was loaded can be stored."""
    load, pending = owner.load, [do]

    def loading(*arguments: Any, **named: Any) -> Any:
        loaded = load(*arguments, **named)
        if pending:
            pending.pop()()
        return loaded

    with patch.object(owner, "load", loading):
        yield
