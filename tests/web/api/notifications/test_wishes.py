"""What people do not want to be told, and of whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.api.calls import data, publish
from tests.web.api.notifications.telling import brief, do, told

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from feedapp.wiring import Services
    from tests.support.people import Somebody


def test_a_kind_that_is_refused_is_told_no_more(
    client: FlaskClient, ada: Somebody, bob: Somebody, post_id: str
) -> None:
    kinds = ("like", "comment", "reply", "mention", "follow")
    everything: dict[str, bool | str] = {**dict.fromkeys(kinds, True), "digest": "never"}
    assert data(client.get("/api/notifications/settings", headers=ada.headers)) == everything
    chosen = {"like": False, "comment": False}
    assert do(client, ada, "PATCH", "notifications/settings", **chosen) == {**everything, **chosen}
    do(client, bob, "POST", f"posts/{post_id}/likes")
    do(client, bob, "POST", f"posts/{post_id}/comments", body="no name")
    do(client, bob, "POST", f"posts/{post_id}/comments", body="for @ada")
    assert brief(told(client, ada)) == [("mention", "bob", 0, False)]
    assert do(client, ada, "PATCH", "notifications/settings", like=True) == {**everything, "comment": False}
    assert data(client.get("/api/notifications/settings", headers=ada.headers)) == {**everything, "comment": False}


def test_a_conversation_that_is_muted_is_told_no_more(
    client: FlaskClient, ada: Somebody, bob: Somebody, post_id: str
) -> None:
    statuses = [client.post(f"/api/posts/{post_id}/mutes", headers=ada.headers).status_code for _ in range(2)]
    assert statuses == [201, 200]
    do(client, bob, "POST", f"posts/{post_id}/comments", body="for @ada")
    do(client, bob, "POST", f"posts/{post_id}/likes")
    publish(client, bob, "elsewhere, @ada")
    assert brief(told(client, ada)) == [("mention", "bob", 0, False), ("like", "bob", 0, False)]
    assert do(client, ada, "DELETE", f"posts/{post_id}/mutes") == {"muted": False}
    do(client, bob, "POST", f"posts/{post_id}/comments", body="again")
    assert brief(told(client, ada))[0] == ("comment", "bob", 0, False)
    assert client.post("/api/posts/99/mutes", headers=ada.headers).status_code == 404
    assert client.delete("/api/posts/99/mutes", headers=ada.headers).status_code == 404


@pytest.mark.parametrize("why", ["for followers", "blocks", "blocked"])
def test_a_conversation_that_somebody_does_not_see_is_not_there_to_mute(
    client: FlaskClient, ada: Somebody, bob: Somebody, why: str
) -> None:
    visibility = "followers" if why == "for followers" else "public"
    number = do(client, ada, "POST", "posts", body="Hello", visibility=visibility)["id"]
    do(client, ada, "POST", f"posts/{number}/mutes")  # its author sees it
    if why == "blocks":
        do(client, bob, "POST", "users/ada/blocks")
    if why == "blocked":
        do(client, ada, "POST", "users/bob/blocks")
    for method in ("POST", "DELETE"):
        assert client.open(f"/api/posts/{number}/mutes", method=method, headers=bob.headers).status_code == 404


@pytest.mark.parametrize("relation", ["blocks", "mutes"])
def test_nothing_is_told_of_who_is_blocked_or_muted_nor_was(
    client: FlaskClient, ada: Somebody, people: Callable[..., Somebody], post_id: str, relation: str
) -> None:
    bob, cyd = people("bob"), people("cyd")
    for who in (cyd, bob):
        do(client, who, "POST", f"posts/{post_id}/likes")
        do(client, who, "POST", "users/ada/followers")
    do(client, bob, "POST", f"posts/{post_id}/comments", body="of bob")
    other = publish(client, bob)
    do(client, ada, "POST", f"posts/{other}/likes")
    assert told(client, ada)["unread_count"] == 3
    do(client, ada, "POST", f"users/bob/{relation}")
    assert [each[:2] for each in brief(told(client, ada))] == [("follow", "cyd"), ("like", "cyd")]
    assert told(client, ada)["unread_count"] == 2
    assert told(client, bob)["unread_count"] == (0 if relation == "blocks" else 1)
    if relation == "mutes":
        do(client, bob, "POST", f"posts/{post_id}/comments", body="of bob again")
        do(client, bob, "DELETE", f"posts/{post_id}/likes")
        do(client, bob, "POST", f"posts/{post_id}/likes")
    assert told(client, ada)["unread_count"] == 2


def test_who_leaves_is_not_told_of_and_is_again_when_back(
    client: FlaskClient, ada: Somebody, bob: Somebody, post_id: str
) -> None:
    do(client, bob, "POST", f"posts/{post_id}/comments", body="of bob")
    before = told(client, ada)
    do(client, bob, "DELETE", "me", current_password="a good password")
    gone = told(client, ada)
    assert (gone["items"], gone["unread_count"]) == ([], 0)
    done = client.application.test_cli_runner().invoke(args=["user", "restore", "bob"])
    assert done.exit_code == 0, done.output
    assert told(client, ada) == before


def test_an_author_is_told_what_moderators_did(
    client: FlaskClient, services: Services, ada: Somebody, bob: Somebody, post_id: str
) -> None:
    with client.application.app_context():
        services.roles.assign(username="bob", role="moderator")
    do(client, bob, "POST", f"posts/{post_id}/hiding", reason="Not here.")
    found = told(client, ada)
    assert brief(found) == [("moderation", None, 0, False)]
    assert (found["items"][0]["post_id"], found["unread_count"]) == (post_id, 1)
    do(client, ada, "DELETE", f"posts/{post_id}")
    assert [each["post_id"] for each in told(client, ada)["items"]] == [None]
