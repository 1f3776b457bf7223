"""What changes between two trips of one read: the servers may be others by then, or not trusted any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from redis import from_url

from tests.integration.outages.processes import ANONYMOUS, kill, likes, save, state, try_again

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedapp.embedded import Redis as RedisServer
    from feedapp.reading.viewers import Credentials
    from feedapp.wiring import Services


def before_the_next(monkeypatch: pytest.MonkeyPatch, whose: Any, call: str, happens: Callable[[], object]) -> None:
    """Let something happen once, just before the next call of a method."""
    happened: list[bool] = []
    original = getattr(whose, call)

    def called(*arguments: Any, **named: Any) -> Any:
        if not happened:
            happened.append(True)
            happens()
        return original(*arguments, **named)

    monkeypatch.setattr(whose, call, called)


@pytest.mark.parametrize("what", ["count", "feed"])
def test_a_database_that_is_swapped_between_find_and_claim_shows_nothing_old(
    own: Services, server: RedisServer, ada: Credentials, post_id: int, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """The claim, too, tells what stands in the key: here a value of before the swap."""

    def seen() -> object:
        if what == "count":
            return likes(own, post_id)
        return len(own.feeds.public(ANONYMOUS, cursor=None, limit=20).posts.items)

    before = seen()
    with from_url(server.url) as client:
        client.swapdb(0, 1)
        seen()
        try_again(own)
        assert state(own) == "trusted"
        own.likes.like(ada, post_id)
        own.posts.publish(ada, body="second")
        before_the_next(monkeypatch, own.backend, "offer", lambda: client.swapdb(0, 1))
        assert seen() != before


@pytest.mark.parametrize("call", ["raw_many", "raw_prepared"])
def test_a_read_that_began_in_trust_shows_nothing_of_a_redis_that_is_only_returned_to(
    own: Services, server: RedisServer, ada: Credentials, post_id: int, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """It came back with old data; another thread noticed, and the relay has begun to return, before this one asks."""
    assert likes(own, post_id) == 0
    save(server)
    own.likes.like(ada, post_id)
    kill(server)
    server.start()

    monkeypatch.setattr(own.backend.trust, "seek", lambda: None)

    def noticed() -> None:
        own.backend.trust.lose("another thread noticed")
        own.backend.trust.begin_return(own.backend.discover())

    before_the_next(monkeypatch, own.backend, call, noticed)
    assert likes(own, post_id) == 1
    assert state(own) == "returning", "what this read found is no reason to begin anew"
    try_again(own)
    assert state(own) == "trusted"
    assert likes(own, post_id) == 1
