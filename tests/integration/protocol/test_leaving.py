"""Interleavings of an account that goes out of sight, or comes back, with what happens at that moment."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from feedapp.errors import DomainError
from feedapp.extensions import db
from feedapp.reading.viewers import Credentials

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from feedapp.wiring import Services
    from tests.support.people import Somebody


@pytest.fixture
def elsewhere(app: Flask) -> Iterator[Callable[[Callable[[], object]], Future[object]]]:
    """Carry something out as another request would, at the same time."""
    with ThreadPoolExecutor(2) as others:

        def in_context(act: Callable[[], object]) -> object:
            with app.app_context():
                return act()

        yield lambda act: others.submit(in_context, act)


def likes(client: FlaskClient, post: str) -> int:
    return int(client.get(f"/api/posts/{post}").get_json()["likes_count"])


ACTS: dict[str, Callable[[Services, Credentials, int, Somebody], object]] = {
    "like": lambda services, own, post, _: services.likes.like(own, post),
    "comment": lambda services, own, post, _: services.comments.comment_on(own, post, body="a last word"),
    "follow": lambda services, own, _, bob: services.follows.follow(own, username=bob.username),
}


@pytest.mark.parametrize("act", ACTS)
def test_what_somebody_does_while_they_leave_is_not_counted(
    client: FlaskClient,
    services: Services,
    people: Callable[..., Somebody],
    elsewhere: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    act: str,
) -> None:
    """The counts that Ada is part of are named already, and not committed, when she likes something more.

    If that were carried out now, its count with her would be cached by whoever reads it, and named by nobody.
    """
    ada, bob = people("ada"), people("bob")
    post = client.post("/api/posts", headers=bob.headers, json={"body": "of bob"}).get_json()["id"]
    own = Credentials.of(ada.token, kind="api")

    def read() -> tuple[Any, Any]:
        return client.get(f"/api/posts/{post}").get_json(), client.get("/api/users/bob").get_json()

    read()
    services.viewers.require(own)
    recounted = services.grace._recounted
    acting: list[Any] = []

    def recounting(*args: Any) -> Any:
        rest = recounted(*args)
        if not acting:
            acting.append(elsewhere(lambda: ACTS[act](services, own, int(post), bob)))
            wait(acting, timeout=0.5)
            read()
        return rest

    monkeypatch.setattr(services.grace, "_recounted", recounting)
    services.grace.delete("ada", now=False)
    with suppress(DomainError):
        acting[0].result(20)
    found, person = read()
    assert (found["likes_count"], found["comments_count"], person["followers_count"]) == (0, 0, 0)


def test_an_account_that_is_taken_back_as_its_grace_ends_is_not_deleted(
    services: Services, people: Callable[..., Somebody], engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    people("ada")
    services.grace.delete("ada", now=False)
    with engine.begin() as connection:
        connection.execute(text("UPDATE users SET deletion_at = now()"))
    delete = services.account_deletion.delete

    def deleting(user_id: int, **more: Any) -> None:
        services.grace.restore("ada")
        delete(user_id, **more)

    monkeypatch.setattr(services.account_deletion, "delete", deleting)
    services.grace.delete_due()
    with engine.connect() as connection:
        assert connection.execute(text("SELECT deletion_at, leaving_since FROM users")).one() == (None, None)


def test_who_is_being_deleted_does_not_come_back(
    services: Services, people: Callable[..., Somebody], engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    people("ada")
    services.grace.delete("ada", now=False)
    with engine.begin() as connection:
        connection.execute(text("UPDATE users SET deletion_at = now()"))
    with monkeypatch.context() as patched:
        patched.setattr(services.account_deletion, "_clear", lambda _: None)
        services.grace.delete_due()
    with pytest.raises(DomainError):
        services.grace.restore("ada")
    db.session.remove()


def test_a_reader_who_loaded_somebody_before_they_left_keeps_no_copy(
    client: FlaskClient, services: Services, people: Callable[..., Somebody], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reader has Ada's facts from PostgreSQL, and stores them only after she has left."""
    ada, bob = people("ada"), people("bob")
    post = client.post("/api/posts", headers=bob.headers, json={"body": "of bob"}).get_json()["id"]
    client.post(f"/api/posts/{post}/likes", headers=ada.headers)
    assert client.application.test_cli_runner().invoke(args=["cache", "clear"]).exit_code == 0
    load = services.reading._facts.load
    left: list[bool] = []

    def loading(wanted: Any) -> Any:
        found = load(wanted)
        if not left and "user" in wanted:
            left.append(True)
            with ThreadPoolExecutor(1) as other:
                other.submit(hide).result(20)
        return found

    def hide() -> None:
        with client.application.app_context():
            services.grace.delete("ada", now=False)

    monkeypatch.setattr(services.reading._facts, "load", loading)
    client.get(f"/api/posts/{post}/likes")
    client.get("/api/users/ada")
    assert left
    assert likes(client, post) == 0
    assert client.get(f"/api/posts/{post}/likes").get_json()["items"] == []
    assert client.get("/api/users/ada").status_code == 404
