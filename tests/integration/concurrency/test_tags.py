"""A post with a tag and a follow of the tag at the same time, in both orders; and that neither waits for ever.

The post reads the followers of its tags, so it could miss a follow that commits meanwhile, and that follower's home
feed would keep a page without the post. So a post changes its tags' rows before it reads their followers, and a follow
changes the same row: one of them waits.
"""

from __future__ import annotations

from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from feedapp.reading.viewers import Credentials
from feedapp.repositories.content.tags import Changed, TagRepository
from tests.support.apps import services as services_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.support.people import Somebody

WAITS, DOES_NOT_WAIT = 0.5, 10.0
"""Seconds that are left to a follow that waits for the post anyhow, and to one that does not."""


@pytest.fixture
def ada(people: Callable[..., Somebody]) -> Somebody:
    return people("ada")


@pytest.fixture
def bob(people: Callable[..., Somebody]) -> Somebody:
    return people("bob")


def in_thread(app: Flask, do: Callable[[], object]) -> Thread:
    def run() -> None:
        with app.app_context():
            do()

    thread = Thread(target=run)
    thread.start()
    return thread


def home(client: FlaskClient, who: Somebody) -> list[str]:
    return [post["body"] for post in client.get("/api/posts?feed=home", headers=who.headers).get_json()["items"]]


def a_follow_commits_while_a_post_is_written(
    app: Flask,
    client: FlaskClient,
    ada: Somebody,
    bob: Somebody,
    monkeypatch: pytest.MonkeyPatch,
    seconds: float = WAITS,
) -> list[str]:
    """Follow and read between the moment when the post has read who follows its tag, and its commit."""
    parts = services_of(app)
    client.post("/api/posts", headers=ada.headers, json={"body": "old #beans"})
    read, go_on = Event(), Event()
    count = TagRepository.count

    def pausing(*args: Any) -> Any:
        found = count(*args)
        read.set()
        assert go_on.wait(20)
        return found

    monkeypatch.setattr(TagRepository, "count", pausing)
    post = in_thread(app, lambda: parts.posts.publish(Credentials.of(ada.token, kind="api"), body="new #beans"))
    assert read.wait(20)
    follow = in_thread(app, lambda: parts.tags.follow(Credentials.of(bob.token, kind="api"), "beans"))
    follow.join(seconds)
    home(client, bob)
    go_on.set()
    post.join(20)
    follow.join(20)
    assert not post.is_alive()
    assert not follow.is_alive()
    return home(client, bob)


def test_a_follow_that_begins_after_a_post_has_looked_sees_the_post(
    app: Flask, client: FlaskClient, ada: Somebody, bob: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert a_follow_commits_while_a_post_is_written(app, client, ada, bob, monkeypatch) == ["new #beans", "old #beans"]


def test_without_the_lock_the_post_would_be_missing(
    app: Flask, client: FlaskClient, ada: Somebody, bob: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken on purpose: a post reads its tags without changing them."""
    read = text("SELECT id, name, followers, posts FROM tags WHERE name = :name")

    def unlocked(self: TagRepository, changes: Any) -> list[Changed]:
        return [Changed(*self._session.execute(read, {"name": name}).one()) for name in changes]

    client.post("/api/posts", headers=ada.headers, json={"body": "before #beans"})
    monkeypatch.setattr(TagRepository, "count", unlocked)
    shown = a_follow_commits_while_a_post_is_written(app, client, ada, bob, monkeypatch, DOES_NOT_WAIT)
    assert "new #beans" not in shown


def test_a_post_that_begins_while_somebody_follows_its_tag_reaches_them(
    app: Flask, client: FlaskClient, ada: Somebody, bob: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = services_of(app)
    client.post("/api/posts", headers=ada.headers, json={"body": "old #beans"})
    followed, go_on = Event(), Event()
    follow_of = TagRepository.follow

    def pausing(self: TagRepository, **ids: int) -> bool:
        done = follow_of(self, **ids)
        followed.set()
        assert go_on.wait(20)
        return done

    monkeypatch.setattr(TagRepository, "follow", pausing)
    follow = in_thread(app, lambda: parts.tags.follow(Credentials.of(bob.token, kind="api"), "beans"))
    assert followed.wait(20)
    post = in_thread(app, lambda: parts.posts.publish(Credentials.of(ada.token, kind="api"), body="new #beans"))
    post.join(WAITS)
    assert post.is_alive(), "it waits for the follow"
    home(client, bob)
    go_on.set()
    for each in (follow, post):
        each.join(20)
        assert not each.is_alive()
    assert home(client, bob) == ["new #beans", "old #beans"]


def test_posts_with_the_same_tags_in_other_orders_do_not_deadlock(
    app: Flask, client: FlaskClient, ada: Somebody, bob: Somebody
) -> None:
    parts = services_of(app)
    failed: list[Exception] = []

    def write(who: Somebody, body: str) -> None:
        try:
            for _ in range(15):
                made = parts.posts.publish(Credentials.of(who.token, kind="api"), body=body)
                parts.posts.edit(Credentials.of(who.token, kind="api"), made.id, body=" ".join(body.split()[::-1][1:]))
                parts.posts.delete(Credentials.of(who.token, kind="api"), made.id)
        except Exception as error:  # noqa: BLE001  (told below)
            failed.append(error)

    threads = [
        in_thread(app, lambda: write(ada, "#a #b #c #d")),
        in_thread(app, lambda: write(bob, "#d #c #b #a")),
    ]
    for each in threads:
        each.join(60)
    assert failed == []
    assert [client.get(f"/api/tags/{name}").get_json()["posts_count"] for name in "abcd"] == [0, 0, 0, 0]
