"""The promise under forced interleavings, and that each test turns red when the protocol is broken on purpose."""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from feedapp.cache.protocol.writes import CacheWrites, Hold
from feedapp.errors import ConflictError
from tests.support.interleavings import INTERLEAVINGS, a_page_loaded_before_a_post_is_not_valid_after_it
from tests.support.mistakes import MISTAKES
from tests.support.people import newcomer
from tests.support.stage import after_load

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient
    from redis import Redis
    from sqlalchemy import Engine

    from feedapp.wiring import Services
    from tests.support.people import Somebody
    from tests.support.stage import Stage


@pytest.mark.parametrize("interleaving", INTERLEAVINGS, ids=lambda interleaving: interleaving.__name__)
def test_the_promise_holds_when(stage: Stage, interleaving: Callable[[Stage], None]) -> None:
    interleaving(stage)


def test_a_stamp_read_before_the_sql_protects_a_page_even_without_its_lease(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    MISTAKES["unguarded-fill"](monkeypatch.setattr)
    a_page_loaded_before_a_post_is_not_valid_after_it(stage)


def test_a_reader_whose_fill_is_refused_still_answers_with_what_is_true_now(stage: Stage) -> None:
    with after_load(stage.services.reading._facts, lambda: stage.services.likes.like(stage.ada, stage.post_id)):
        assert stage.post().likes_count == 1


@pytest.mark.parametrize("giving_up", ["rename", "leave"])
def test_a_name_that_is_taken_at_once_does_not_lead_to_whoever_gave_it_up(
    client: FlaskClient,
    people: Callable[..., Somebody],
    services: Services,
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
    giving_up: str,
) -> None:
    """Redis is full, so nothing is held, and whoever gives up the name has not deleted yet what was cached of it.

    Who leaves gives it up when the grace is over; until then, the name is read again after each write.
    """
    ada = people("ada", display_name="the first")
    assert client.get("/api/users/ada").get_json()["display_name"] == "the first"
    forget = CacheWrites.forget
    shown: list[str] = []

    def after_somebody_took_it(self: CacheWrites, hold: Hold, **named: Any) -> str | None:
        if not shown:
            shown.append("")  # this write deletes, too
            try:
                newcomer(services, "ada", "the second")
            except ConflictError:  # not given up yet
                shown.clear()
            else:
                shown.append(client.get("/api/users/ada").get_json()["display_name"])
        told = forget(self, hold, **named)
        if not shown:
            client.get("/api/users/ada")
        return told

    monkeypatch.setattr(CacheWrites, "hold", lambda _, stale, *, writer: Hold(writer, list(dict.fromkeys(stale)), []))
    monkeypatch.setattr(CacheWrites, "forget", after_somebody_took_it)
    if giving_up == "rename":
        client.patch("/api/me", headers=ada.headers, json={"username": "bea", "current_password": ada.password})
    else:
        client.delete("/api/me", headers=ada.headers, json={"current_password": ada.password})
        assert shown == [], "the name is kept during the grace"
        with engine.begin() as connection:
            connection.execute(text("UPDATE users SET deletion_at = now() WHERE username = 'ada'"))
        assert services.grace.delete_due() == 1
    assert shown == ["", "the second"]


FOREIGN = ["post:{post_id}", "post:{post_id}:likes:count", "posts:feed:public:start:10", "posts:feed:public:stamp"]


@pytest.mark.parametrize("key", FOREIGN)
def test_a_key_of_another_type_is_a_miss_and_gives_way(stage: Stage, redis: Redis, key: str) -> None:
    """Somebody else's list does not keep a page from being cached, nor a write from being delivered."""
    name = "test:" + key.format(post_id=stage.post_id)
    for ask in (stage.post, stage.public):
        redis.delete(name)
        redis.lpush(name, "not ours")
        ask()
        assert stage.services.backend.trust.state == "trusted"
    stage.post()
    stage.public()
    assert redis.type(name) == b"string"
    redis.delete(name)
    redis.lpush(name, "not ours")
    stage.services.likes.like(stage.ada, stage.post_id)
    stage.services.posts.edit(stage.ada, stage.post_id, body="edited")
    stage.services.posts.publish(stage.ada, body="second")
    assert stage.post().likes_count == 1
    assert stage.public() == ["second", "edited"]
    assert stage.services.backend.trust.state == "trusted"
    assert not stage.services.relay._outbox.depth()


def test_a_home_feed_has_a_post_that_came_while_its_reader_began_to_follow(
    stage: Stage, people: Callable[..., Somebody], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A post reads its author's followers; a follow that it cannot see must commit, and forget its feed, after it."""
    bob = stage.bob
    assert [post.body for post in stage.services.feeds.home(bob, cursor=None, limit=10).posts.items] == []
    reached, following = stage.services.posts._reached, []

    def follow() -> None:
        with stage.app.app_context():
            stage.services.follows.follow(bob, username="ada")

    def reading_followers(*given: Any) -> Any:
        found = reached(*given)
        follower = Thread(target=follow)
        follower.start()
        follower.join(0.3)
        following.append(follower)
        with stage.app.app_context():
            stage.services.feeds.home(bob, cursor=None, limit=10)
        return found

    monkeypatch.setattr(stage.services.posts, "_reached", reading_followers)
    stage.services.posts.publish(stage.ada, body="new")
    following[0].join(10)
    feed = stage.services.feeds.home(bob, cursor=None, limit=10).posts.items
    assert [post.body for post in feed] == ["new", "first"]
