"""No write leaves a stale key: checked against PostgreSQL for every key there is, not for a list of examples.

Everything is read first, so that every row of the key table has keys; then one write is done; then every value that
is still in Redis must be what PostgreSQL says. That this finds what is missing is shown by taking every single template
out of every rule in turn.
"""

from __future__ import annotations

import inspect
import json
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text
from touring import community, stale, tour

from feedapp.cache import invalidation
from feedapp.extensions import db
from feedapp.services.cache_verification import CacheVerification

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Somebody
    from flask import Flask
    from flask.testing import FlaskClient

    from feedapp.cache.keys import Key
    from feedapp.wiring import Services

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
    "rename": api("PATCH", "/api/me", "ada", username="ada_l"),
    "log out": api("DELETE", "/api/tokens/current", "ada"),
    "end a token": api("DELETE", "/api/tokens/1", "ada"),
    "end all other tokens": api("DELETE", "/api/tokens", "ada"),
    "note the use of tokens": lambda app, _, __: app.extensions["feedapp"].uses.write_down(),
    "change the password": api(
        "PUT", "/api/me/password", "ada", current_password="a good password", new_password="another password"
    ),
    "leave": api("DELETE", "/api/me", "ada", password="a good password"),
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


@pytest.mark.parametrize("write", WRITES)
def test_no_write_leaves_a_stale_page_that_was_settled(
    app: Flask,
    client: FlaskClient,
    services: Services,
    people: Callable[..., Somebody],
    write: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Pages below a cursor hang on the other stamp once nothing can come into them any more: here, at once."""
    monkeypatch.setattr("feedapp.pagination.SETTLED_AFTER", -1)
    everybody = community(client, people)
    tour(client, everybody)
    WRITES[write](app, client, everybody)
    assert stale(services) == []


def rules() -> dict[str, Callable[..., list[Key]]]:
    """Give every rule by its name."""
    found = inspect.getmembers(invalidation, inspect.isfunction)
    return {name: rule for name, rule in found if rule.__module__ == invalidation.__name__ and not name.startswith("_")}


ARGUMENTS: dict[str, Any] = {
    **dict.fromkeys(("post_id", "author_id", "user_id", "follower_id", "followee_id", "comment_id"), 1),
    **dict.fromkeys(("follower_ids", "liker_ids", "comment_ids", "hashes", "author_ids", "post_ids", "user_ids"), (1,)),
    **dict.fromkeys(("username", "old", "new"), "ada"),
    "usernames": ("ada",),
    "likes": ((1, 1),),
}
RULES = {
    "sign up": "users_signed_up",
    "leave": "user_deleted",
    "note the use of tokens": "tokens_used",
    "import": "past_imported past_comments_imported past_likes_imported past_follow_imported",
    "repair the counts": "user_counters_repaired post_counters_repaired",
    "publish": "post_published",
    "edit a post": "post_edited",
    "delete a post": "post_deleted",
    "like": "post_liked",
    "unlike": "post_unliked",
    "comment": "comment_added",
    "edit a comment": "comment_edited",
    "delete a comment": "comment_deleted",
    "follow": "follow_added",
    "unfollow": "follow_ended",
    "edit a profile": "user_edited",
    "rename": "user_renamed",
    "log out": "tokens_revoked",
    "log in": "token_issued",
    "end a token": "tokens_revoked",
}
PROTECTED = {"feed", "posts_by", "comments", "likes", "followers", "following"}
"""Pages that a rule deletes by name are protected by their stamps: left out of a rule, they are not valid either."""


def named_by(rule: str) -> set[str]:
    """Give the templates that a rule names."""
    function = getattr(invalidation, rule)
    arguments = {name: ARGUMENTS[name] for name in inspect.signature(function).parameters}
    return {key.template.name for key in function(**arguments)} - PROTECTED


SEEN_ELSEWHERE = {("sign up", "username")}
"""Only somebody who gives up a name at that moment shows why: see test_cache_protocol.py."""
PAIRS = [
    (write, template)
    for write, rules_of_it in RULES.items()
    for template in sorted(set[str]().union(*map(named_by, rules_of_it.split())))
    if (write, template) not in SEEN_ELSEWHERE
]


@pytest.mark.parametrize(("write", "template"), PAIRS)
def test_each_template_that_a_rule_might_forget_is_missed(
    app: Flask,
    client: FlaskClient,
    services: Services,
    people: Callable[..., Somebody],
    write: str,
    template: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("feedapp.pagination.SETTLED_AFTER", -1)
    everybody = community(client, people)
    tour(client, everybody)
    for name, rule in rules().items():
        monkeypatch.setattr(invalidation, name, without(rule, template))
    WRITES[write](app, client, everybody)
    monkeypatch.setattr(CacheVerification, "_orphans", lambda *_: [])  # what is left of a deleted post counts here
    assert stale(services), f"{write}: {template} is deleted for nothing"


def without(rule: Callable[..., list[Key]], template: str) -> Callable[..., list[Key]]:
    """Leave every key of one template out of a rule, and the pages it names, so that stamps alone protect them."""

    def forgetful(**ids: Any) -> list[Key]:
        return [key for key in rule(**ids) if key.template.name not in {template, *PROTECTED}]

    return forgetful
