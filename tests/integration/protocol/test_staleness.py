"""No write leaves a stale key: checked against PostgreSQL for every key there is, not for a list of examples.

Everything is read first, so that every row of the key table has keys; then one write is done; then every value that
is still in Redis must be what PostgreSQL says. That this finds what is missing is shown by taking every single template
out of every rule in turn.
"""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from feedapp.extensions import db
from feedapp.services.people.joining.door import Knock
from feedapp.services.people.joining.sign_ups import Newcomer
from tests.integration.concurrency.conversation import CONVERSATION
from tests.integration.concurrency.notifying import sweep_notifications
from tests.integration.media.samples import form, picture
from tests.integration.moderation.writes import MODERATION, api, command
from tests.integration.passkeys.devices import puts_a_passkey_on, puts_on_an_authenticator
from tests.support.marks.marking import MARKS
from tests.support.touring import stale, tour, toured
from tests.web.pages.browsing import Browser

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient

    from feedapp.wiring import Services
    from tests.support.copies import Snapshots
    from tests.support.people import Somebody

Site = dict[str, "Somebody"]


def imports(app: Flask, _: FlaskClient, __: Site) -> None:
    runner = app.test_cli_runner()
    lines = list(map(json.loads, runner.invoke(args=["export", "-"]).stdout.splitlines()))
    post = next(line["id"] for line in lines if line["type"] == "post")
    commented_at = next(line["created_at"] for line in lines if line["type"] == "comment" and line["author"] == "bob")
    content = b64encode(picture()).decode()
    past = {"created_at": "2001-01-01T00:00:00Z"}
    yesterday = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    past_lines = [
        {"type": "user", "username": "dee", "display_name": "Dee", **past},
        {"type": "post", "id": "old", "author": "ada", "body": "old #beans", **past},
        {"type": "post", "id": "of this week", "author": "ada", "body": "old #imported", "created_at": yesterday},
        {"type": "picture", "id": "a" * 32, "owner": "bob", "post": post, "place": 3, "content": content},
        {"type": "picture", "id": "b" * 32, "owner": "bob", "content": content},
        {"type": "like", "post": post, "user": "cyd", **past},
        {"type": "bookmark", "post": post, "user": "cyd", **past},
        {
            "type": "pin",
            "post": next(line["id"] for line in lines if line.get("author") == "bob"),
            "user": "bob",
            **past,
        },
        {"type": "comment", "post": post, "author": "cyd", "body": "old", **past},
        {"type": "comment", "post": post, "author": "cyd", "body": "@bob Well."},
        {"type": "comment_like", "post": post, "author": "bob", "commented_at": commented_at, "user": "cyd", **past},
        {"type": "tag_follow", "tag": "plum", "user": "ada", **past},
        {"type": "follow", "follower": "ada", "followee": "cyd", **past},
        {"type": "follow", "follower": "dee", "followee": "ada", **past},
        {"type": "follow", "follower": "bob", "followee": "dee", **past},
        {"type": "block", "blocker": "bob", "blocked": "cyd", **past},
        {"type": "mute", "muter": "ada", "muted": "bob", **past},
    ]
    with NamedTemporaryFile("w", suffix=".jsonl") as archive:
        print(*map(json.dumps, past_lines), sep="\n", file=archive, flush=True)
        done = runner.invoke(args=["import", archive.name])
    assert done.exit_code == 0, done.output


def repairs(app: Flask, client: FlaskClient, everybody: Site) -> None:
    """Let counters drift past feedapp, and what they say be cached, before they are set right."""
    drift = (
        "UPDATE user_counters SET posts = posts + 1, followers = 7, following = 7",
        "UPDATE post_counters SET likes = 7, comments = 7",
        "UPDATE comment_counters SET likes = 7, replies = 7",
        "UPDATE tags SET posts = 7",
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


def renews(app: Flask, _: FlaskClient, everybody: Site) -> None:
    assert Browser(app, everybody["ada"].session).post("/settings/feed").status_code == 303


def revokes(app: Flask, _: FlaskClient, everybody: Site) -> None:
    assert Browser(app, everybody["cyd"].session).post("/admin/invitations/1/revocation").status_code == 303


def comes_in(app: Flask, _: FlaskClient, __: Site) -> None:
    with app.app_context():
        joining = app.extensions["feedapp"].joining
        code = joining.invitations.invite(uses=1, days=1, by=None)
        joining.sign_ups.join(Newcomer("gil", "a good password"), Knock(invitation=code))


def makes_codes(app: Flask, _: FlaskClient, everybody: Site) -> None:
    assert Browser(app, everybody["cyd"].session).post("/settings/recovery").status_code == 200


def verifies(app: Flask, client: FlaskClient, everybody: Site) -> None:
    api("PATCH", "/api/me", "cyd", email="c@example.org", current_password="a good password")(app, client, everybody)
    tour(client, everybody)
    with app.app_context():
        row = db.session.execute(text("SELECT id, user_id FROM mail_addresses")).one()
        db.session.rollback()
        addresses = app.extensions["feedapp"].mail_addresses
        addresses.verify(addresses._links.verification(row.id, user_id=row.user_id, address="c@example.org"))


def resets(app: Flask, _: FlaskClient, __: Site) -> None:
    with app.app_context():
        recovery = app.extensions["feedapp"].recovery
        recovery.reset_by_link(code=recovery.make_link_for("cyd"), password="another password")


def asks(app: Flask, client: FlaskClient, everybody: Site) -> None:
    command("site", "set", "signup=approval")(app, client, everybody)
    newcomer = {"username": "gil", "password": "a good password", "reason": "I like plants."}
    assert client.post("/api/users", json=newcomer).status_code == 202


def silences(app: Flask, _: FlaskClient, __: Site) -> None:
    with app.app_context(), app.extensions["feedapp"].unit_of_work() as work:
        assert app.extensions["feedapp"].silence.change(work, 1, silenced=True)


def sends_an_avatar(_: Flask, client: FlaskClient, everybody: Site) -> None:
    answer = client.put("/api/me/avatar", headers=everybody["ada"].headers, **form(picture()))
    assert answer.status_code == 200, answer.text


def takes_back(app: Flask, client: FlaskClient, everybody: Site) -> None:
    """Let somebody leave, and all that is different without them be cached, before they are back."""
    command("user", "delete", "ada", "--yes")(app, client, everybody)
    tour(client, everybody)
    command("user", "restore", "ada")(app, client, everybody)


WRITES: dict[str, Callable[..., None]] = {
    "publish": api("POST", "/api/posts", "ada", body="new"),
    **{name: api(*sent, **body) for name, (*sent, body) in MARKS.items()},
    "edit a post": api("PATCH", "/api/posts/1", "ada", body="other"),
    "delete a post": api("DELETE", "/api/posts/1", "ada"),
    "describe a picture": api("PATCH", "/api/media/1", "ada", alt="other"),
    "delete a picture": api("DELETE", "/api/media/1", "ada"),
    "set an avatar": sends_an_avatar,
    "like": api("POST", "/api/posts/1/likes", "cyd"),
    "unlike": api("DELETE", "/api/posts/1/likes", "bob"),
    **CONVERSATION,
    "mention somebody": api("PATCH", "/api/posts/2", "bob", body="of @ada and @cyd"),
    "read notifications": api("POST", "/api/notifications/read", "ada", until=f"{10**16}-1"),
    "refuse notifications": api("PATCH", "/api/notifications/settings", "ada", like=False),
    "end digests": api("PATCH", "/api/notifications/settings", "ada", digest="never"),
    "mute a conversation": api("POST", "/api/posts/1/mutes", "ada"),
    "sweep notifications": sweep_notifications,
    "follow": api("POST", "/api/users/bob/followers", "ada"),
    "mute words": api("PUT", "/api/me/muted-words", "bob", words=["leaves"]),
    "block": api("POST", "/api/users/bob/blocks", "ada"),
    "unblock": api("DELETE", "/api/users/eve/blocks", "ada"),
    "mute": api("POST", "/api/users/bob/mutes", "ada"),
    "unmute": api("DELETE", "/api/users/eve/mutes", "bob"),
    "silence": silences,
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
    "leave as who follows others": api("DELETE", "/api/me", "bob", current_password="a good password"),
    "take an account back": takes_back,
    "set a password": command("user", "password", "ada", "--password-stdin", typed="another one\n"),
    "renew the home feed": renews,
    "invite": command("invite", "--uses", "3"),
    "revoke an invitation": revokes,
    "come in by an invitation": comes_in,
    "ask for an account": asks,
    "let somebody in": command("user", "approve", "fay"),
    "refuse somebody": command("user", "refuse", "fay", "--refusal", "No."),
    "make recovery codes": makes_codes,
    "reset a password by a link": resets,
    "give a mail address": api("PATCH", "/api/me", "ada", email="a@example.org", current_password="a good password"),
    "verify a mail address": verifies,
    "put an authenticator on": puts_on_an_authenticator,
    "put a passkey on": puts_a_passkey_on,
    **MODERATION,
    "set the site": command("site", "set", "name=Other", "rules=Be kind"),
    "set the icon": command("site", "set", "icon=static/icons/96.png"),
    "give a role": command("user", "role", "bob", "moderator"),
    "hide a user": command("user", "delete", "ada", "--yes"),
    "delete a user": command("user", "delete", "ada", "--yes", "--now"),
    "import": imports,
    "repair the counts": repairs,
    "seed": command("seed", *(f"--{what}=3" for what in ("users", "posts", "comments", "likes", "follows")), "--quiet"),
}


@pytest.fixture
def everybody(client: FlaskClient, people: Callable[..., Somebody], snapshots: Snapshots) -> Site:
    return toured(client, people, snapshots)


@pytest.mark.parametrize("write", WRITES)
def test_no_write_leaves_a_stale_key(
    app: Flask, client: FlaskClient, services: Services, everybody: Site, write: str
) -> None:
    WRITES[write](app, client, everybody)
    assert stale(services) == []
