"""No write leaves a stale key: checked against PostgreSQL for every key there is, not for a list of examples.

Everything is read first, so that every row of the key table has keys; then one write is done; then every value that
is still in Redis must be what PostgreSQL says. That this finds what is missing is shown by taking every single template
out of every rule in turn.
"""

from __future__ import annotations

import json
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from feedapp.extensions import db
from tests.support.touring import community, stale, tour

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient

    from feedapp.wiring import Services
    from tests.support.people import Somebody

Site = dict[str, "Somebody"]


def api(method: str, path: str, who: str, **body: Any) -> Callable[..., None]:
    def write(_: Flask, client: FlaskClient, everybody: Site) -> None:
        answer = client.open(path, method=method, headers=everybody[who].headers, json=body or None)
        assert answer.status_code < 300, answer.text

    return write


def command(*args: str, typed: str = "") -> Callable[..., None]:
    def write(app: Flask, _: FlaskClient, __: Site) -> None:
        done = app.test_cli_runner().invoke(args=list(args), input=typed)
        assert done.exit_code == 0, done.output

    return write


def imports(app: Flask, _: FlaskClient, __: Site) -> None:
    runner = app.test_cli_runner()
    post = json.loads(runner.invoke(args=["export", "-"]).stdout.splitlines()[3])["id"]
    past = {"created_at": "2001-01-01T00:00:00Z"}
    lines = [
        {"type": "user", "username": "dee", "display_name": "Dee", **past},
        {"type": "post", "id": "old", "author": "ada", "body": "old", **past},
        {"type": "like", "post": post, "user": "cyd", **past},
        {"type": "comment", "post": post, "author": "cyd", "body": "old", **past},
        {"type": "follow", "follower": "ada", "followee": "cyd", **past},
        {"type": "follow", "follower": "dee", "followee": "ada", **past},
        {"type": "follow", "follower": "bob", "followee": "dee", **past},
    ]
    with NamedTemporaryFile("w", suffix=".jsonl") as archive:
        archive.write("".join(json.dumps(line) + "\n" for line in lines))
        archive.flush()
        done = runner.invoke(args=["import", archive.name])
    assert done.exit_code == 0, done.output


def repairs(app: Flask, client: FlaskClient, everybody: Site) -> None:
    """Let counters drift past feedapp, and what they say be cached, before they are set right."""
    drift = (
        "UPDATE user_counters SET posts = posts + 1, followers = 7, following = 7",
        "UPDATE post_counters SET likes = 7, comments = 7",
    )
    with app.app_context():
        for statement in drift:
            db.session.execute(text(statement))
        db.session.commit()
    cleared = app.test_cli_runner().invoke(args=["cache", "clear"])
    assert cleared.exit_code == 0, cleared.output
    tour(client, everybody)
    command("counts", "repair")(app, client, everybody)


def end_a_token(app: Flask, client: FlaskClient, everybody: Site) -> None:
    tokens = client.get("/api/tokens", headers=everybody["ada"].headers).get_json()["items"]
    own = next(each["id"] for each in tokens if each["current"])
    api("DELETE", f"/api/tokens/{own}", "ada")(app, client, everybody)


def sweep_tokens(app: Flask, client: FlaskClient, everybody: Site) -> None:
    """Let a token that is cached end, and sweep."""
    with app.app_context():
        db.session.execute(text("UPDATE tokens SET expires_at = now() WHERE user_id = 1 AND kind = 'api'"))
        db.session.commit()
        app.extensions["feedapp"].tokens.sweep()


WRITES: dict[str, Callable[..., None]] = {
    "publish": api("POST", "/api/posts", "ada", body="new"),
    "edit a post": api("PATCH", "/api/posts/1", "ada", body="other"),
    "delete a post": api("DELETE", "/api/posts/1", "ada"),
    "like": api("POST", "/api/posts/1/likes", "cyd"),
    "unlike": api("DELETE", "/api/posts/1/likes", "bob"),
    "comment": api("POST", "/api/posts/1/comments", "cyd", body="new"),
    "edit a comment": api("PATCH", "/api/posts/1/comments/1", "ada", body="other"),
    "delete a comment": api("DELETE", "/api/posts/1/comments/1", "ada"),
    "follow": api("POST", "/api/users/bob/followers", "ada"),
    "sign up": api("POST", "/api/users", "ada", username="dee", password="a good password"),
    "log in": api("POST", "/api/tokens", "ada", username="ada", password="a good password"),
    "unfollow": api("DELETE", "/api/users/ada/followers", "bob"),
    "edit a profile": api("PATCH", "/api/me", "ada", bio="new", display_name="Ada"),
    "rename": api("PATCH", "/api/me", "ada", username="ada_l", current_password="a good password"),
    "log out": api("DELETE", "/api/tokens/current", "ada"),
    "end a token": end_a_token,
    "end all other tokens": api("DELETE", "/api/tokens", "ada"),
    "sweep tokens": sweep_tokens,
    "note the use of tokens": lambda app, _, __: app.extensions["feedapp"].uses.write_down(),
    "change the password": api(
        "PUT", "/api/me/password", "ada", current_password="a good password", new_password="another password"
    ),
    "leave": api("DELETE", "/api/me", "ada", current_password="a good password"),
    "set a password": command("user", "password", "ada", "--password-stdin", typed="another one\n"),
    "delete a user": command("user", "delete", "ada", "--yes"),
    "import": imports,
    "repair the counts": repairs,
    "seed": command("seed", *(f"--{what}=3" for what in ("users", "posts", "comments", "likes", "follows")), "--quiet"),
}


@pytest.fixture
def everybody(client: FlaskClient, people: Callable[..., Somebody]) -> Site:
    found = community(client, people)
    tour(client, found)
    return found


@pytest.mark.parametrize("write", WRITES)
def test_no_write_leaves_a_stale_key(
    app: Flask, client: FlaskClient, services: Services, everybody: Site, write: str
) -> None:
    WRITES[write](app, client, everybody)
    assert stale(services) == []
