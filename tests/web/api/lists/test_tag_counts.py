"""What a tag counts: posts that anybody may come upon, and nothing that is for followers only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from tests.web.api.calls import data

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from tests.support.people import Somebody


def publish(client: FlaskClient, who: Somebody, body: str, visibility: str = "public") -> str:
    wanted = {"body": body, "visibility": visibility}
    return str(data(client.post("/api/posts", headers=who.headers, json=wanted), 201)["id"])


@pytest.fixture
def counts(client: FlaskClient) -> Callable[..., list[int]]:
    """Give what anybody reads of some tags."""
    return lambda *names: [data(client.get(f"/api/tags/{name}"))["posts_count"] for name in names]


def test_a_post_for_followers_is_not_counted_whatever_becomes_of_it(
    client: FlaskClient, app: Flask, ada: Somebody, counts: Callable[..., list[int]]
) -> None:
    publish(client, ada, "for all #beans")
    number = publish(client, ada, "for some #beans #secret", "followers")
    assert counts("beans", "secret") == [1, 0]
    client.patch(f"/api/posts/{number}", headers=ada.headers, json={"body": "for some #peas #secret"})
    assert counts("beans", "secret", "peas") == [1, 0, 0]
    headers = {**ada.headers}
    assert [post["id"] for post in data(client.get("/api/posts?tag=peas", headers=headers))["items"]] == [number]
    run = app.test_cli_runner().invoke
    assert run(args=["counts", "check"]).exit_code == 0
    client.delete(f"/api/posts/{number}", headers=ada.headers)
    assert counts("beans", "secret", "peas") == [1, 0, 0]
    assert run(args=["counts", "check"]).exit_code == 0


def test_a_tag_that_only_posts_for_followers_have_is_found_by_nobody(client: FlaskClient, ada: Somebody) -> None:
    publish(client, ada, "for some #secret", "followers")
    assert data(client.get("/api/search?kind=tags&q=secret"))["items"] == []
    publish(client, ada, "for all #secret")
    assert [each["posts_count"] for each in data(client.get("/api/search?kind=tags&q=secret"))["items"]] == [1]


def test_what_moderators_hide_is_counted_as_before_when_it_is_shown_again(
    client: FlaskClient, ada: Somebody, people: Callable[..., Somebody], counts: Callable[..., list[int]], app: Flask
) -> None:
    cyd = people("cyd")
    app.test_cli_runner().invoke(args=["user", "role", "cyd", "moderator"])
    for visibility, expected in (("public", 1), ("followers", 0)):
        tag = f"of_{visibility}"
        address = f"/api/posts/{publish(client, ada, f'text #{tag}', visibility)}/hiding"
        assert counts(tag) == [expected]
        assert client.post(address, headers=cyd.headers, json={"reason": "Rude."}).status_code == 201
        assert counts(tag) == [0]
        assert client.delete(address, headers=cyd.headers).status_code == 200
        assert counts(tag) == [expected]


def test_who_leaves_is_not_counted_and_is_again_once_they_are_back(
    client: FlaskClient, app: Flask, ada: Somebody, people: Callable[..., Somebody], counts: Callable[..., list[int]]
) -> None:
    bob, run = people("bob"), app.test_cli_runner().invoke
    for visibility in ("public", "followers"):
        publish(client, ada, "text #beans", visibility)
    publish(client, bob, "text #beans")
    assert counts("beans") == [2]
    assert run(args=["user", "delete", "ada", "--yes"]).exit_code == 0
    assert counts("beans") == [1]
    followed = data(client.post("/api/tags/beans/followers", headers=bob.headers), 201)
    assert followed["posts_count"] == 1
    assert run(args=["user", "restore", "ada"]).exit_code == 0
    assert counts("beans") == [2]
    assert run(args=["user", "delete", "ada", "--yes", "--now"]).exit_code == 0
    assert counts("beans") == [1]
    assert run(args=["counts", "check"]).exit_code == 0


def test_a_count_that_drifted_is_found_and_repaired_at_once_for_all(
    client: FlaskClient, app: Flask, ada: Somebody, engine: Engine, counts: Callable[..., list[int]]
) -> None:
    publish(client, ada, "text #beans")
    with engine.begin() as connection:
        connection.execute(text("UPDATE tags SET posts = 7, followers = 5"))
    assert counts("beans") == [7]
    run = app.test_cli_runner().invoke
    checked = run(args=["counts", "check"])
    assert (checked.exit_code, checked.stdout.splitlines()[:2]) == (
        1, ["tag 1: posts says 7, there are 1", "tag 1: followers says 5, there are 0"],
    )  # fmt: skip
    assert run(args=["counts", "repair"]).exit_code == 0
    assert data(client.get("/api/tags/beans")) | {"following": None} == {
        "name": "beans", "posts_count": 1, "followers_count": 0, "following": None,
    }  # fmt: skip
    assert run(args=["counts", "check"]).exit_code == 0


def test_an_archive_brings_posts_for_followers_without_counting_them(
    client: FlaskClient, app: Flask, counts: Callable[..., list[int]], tmp_path: Any
) -> None:
    past = '"author": "ada", "created_at": "2001-01-01T00:00:00Z"'
    lines = (
        '{"type": "user", "username": "ada"}',
        f'{{"type": "post", "id": "1", "body": "all #beans", {past}}}',
        f'{{"type": "post", "id": "2", "body": "some #beans #secret", "visibility": "followers", {past}}}',
    )
    archive = tmp_path / "archive.jsonl"
    archive.write_text("\n".join(lines))
    run = app.test_cli_runner().invoke
    assert run(args=["import", str(archive)]).exit_code == 0
    assert counts("beans", "secret") == [1, 0]
    assert run(args=["counts", "check"]).exit_code == 0
