"""What moderators did goes with an archive: a site that was moved or restored shows nothing that was hidden."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from feedapp.reading.viewers import Credentials
from feedapp.services.moderation.hiding import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from feedapp.wiring import Services
    from tests.support.people import Somebody


@pytest.fixture
def ada(client: FlaskClient, people: Callable[..., Somebody], services: Services) -> Somebody:
    """Ada has a post and a comment that are hidden; Bob is suspended for good, and Cyd silenced for a while."""
    ada, bob, cyd, mod = (people(name) for name in ("ada", "bob", "cyd", "mod"))
    services.roles.assign(username="mod", role="moderator")
    for each, body in ((ada, "hidden #beans"), (ada, "stays #beans"), (bob, "by bob"), (cyd, "by cyd")):
        client.post("/api/posts", headers=each.headers, json={"body": body})
    client.post("/api/posts/2/comments", headers=ada.headers, json={"body": "hidden, too"})
    moderator = Credentials.of(mod.session, kind="session")
    for what in (Text(1), Text(2, 1)):
        services.hiding.hide(moderator, what, reason="Advertising.")
    services.sanctions.begin(None, "suspension", "bob", reason="Spam.")
    until = datetime(2099, 1, 1, tzinfo=UTC)
    services.sanctions.begin(None, "silence", "cyd", reason="Loud.", until=until)
    return ada


def lines(content: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in content.splitlines()]


def test_it_is_in_the_archive_of_the_site_and_holds_where_that_is_read(
    app: Flask, client: FlaskClient, engine: Engine, ada: Somebody, tmp_path: Path
) -> None:
    del ada
    one, other = tmp_path / "one.jsonl", tmp_path / "other.jsonl"
    run = app.test_cli_runner().invoke
    assert run(args=["export", str(one)]).exit_code == 0
    with engine.begin() as connection:
        connection.execute(text("TRUNCATE users, posts, tags RESTART IDENTITY CASCADE"))
    client.application.extensions["feedapp"].backend.clear()
    done = run(args=["import", str(one)])
    assert done.exit_code == 0, done.output
    shown = [post["body"] for post in client.get("/api/posts?feed=public").get_json()["items"]]
    assert shown == ["stays #beans"]
    (post,) = client.get("/api/posts?feed=user&username=ada").get_json()["items"]
    (comment,) = client.get(f"/api/posts/{post['id']}/comments").get_json()["items"]
    assert comment["hidden"] is True
    assert client.get("/api/tags/beans").get_json()["posts_count"] == 1
    assert client.get("/api/users/ada").get_json()["posts_count"] == 1
    assert client.get("/api/users/bob").status_code == 404
    assert [each["body"] for each in client.get("/api/posts?feed=user&username=cyd").get_json()["items"]] == ["by cyd"]
    assert run(args=["counts", "check"]).exit_code == 0
    assert run(args=["export", str(other)]).exit_code == 0
    assert other.read_bytes() == one.read_bytes()


def test_it_is_in_the_archive_of_ones_own(client: FlaskClient, ada: Somebody) -> None:
    found = lines(gzip.decompress(client.get("/api/me/export", headers=ada.headers).data))
    said = {each["body"]: each.get("hidden") for each in found if "body" in each}
    assert said == {"hidden #beans": "Advertising.", "stays #beans": None, "hidden, too": "Advertising."}
