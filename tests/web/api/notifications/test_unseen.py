"""Nobody is told of what they do not see: not when it is written, and not any more once it is out of sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.apps import services
from tests.web.api.calls import comment, publish
from tests.web.api.notifications.telling import brief, do, told
from tests.web.pages.browsing import Browser

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from tests.support.people import Somebody


@pytest.fixture
def mod(people: Callable[..., Somebody], client: FlaskClient, cyd: Somebody) -> Somebody:
    moderator = people("mod")
    with client.application.app_context():
        services(client.application).roles.assign(username="mod", role="moderator")
    return moderator


def heard(client: FlaskClient, who: Somebody) -> list[str]:
    """Give by whom somebody is told that they are named; what is not read is what is counted."""
    found = told(client, who)
    assert found["unread_count"] == sum(not each["read"] for each in found["items"])
    return [name for kind, name, _, _ in brief(found) if kind == "mention"]


def test_a_post_for_followers_tells_those_who_follow(
    client: FlaskClient, ada: Somebody, bob: Somebody, cyd: Somebody
) -> None:
    do(client, bob, "POST", "users/ada/followers")
    post = do(client, ada, "POST", "posts", body="Hear @bob, @cyd", visibility="followers")["id"]
    comment(client, bob, post, "Yes, @ada, @cyd")
    assert (heard(client, bob), heard(client, cyd)) == (["ada"], [])
    do(client, ada, "PATCH", f"posts/{post}", body="Hear @cyd, @bob, again")
    assert heard(client, cyd) == []
    do(client, bob, "DELETE", "users/ada/followers")
    assert heard(client, bob) == []
    do(client, bob, "POST", "users/ada/followers")
    assert brief(told(client, bob))[0] == ("mention", "ada", 0, True), "it is back, and read"


def test_who_is_silenced_names_followers_only(
    client: FlaskClient, ada: Somebody, bob: Somebody, cyd: Somebody, mod: Somebody
) -> None:
    do(client, bob, "POST", "users/ada/followers")
    do(client, mod, "POST", "users/ada/silence", reason="Advertising.")
    publish(client, ada, "Hear @bob, @cyd")
    assert (heard(client, bob), heard(client, cyd)) == (["ada"], [])
    comment(client, ada, publish(client, cyd), "Here, too, @cyd")
    assert [each[:2] for each in brief(told(client, cyd))] == [("comment", "ada")], "of what is theirs they hear"


def test_what_is_under_the_post_of_who_blocks_is_not_told(
    client: FlaskClient, ada: Somebody, bob: Somebody, cyd: Somebody
) -> None:
    post = publish(client, ada)
    comment(client, bob, post, "First @cyd")
    assert heard(client, cyd) == ["bob"]
    do(client, ada, "POST", "users/cyd/blocks")
    comment(client, bob, post, "Second @cyd")
    assert heard(client, cyd) == []


def test_what_has_a_muted_word_is_not_quoted(client: FlaskClient, ada: Somebody, bob: Somebody) -> None:
    publish(client, ada, "Football, @bob")
    assert "Football" in Browser(client.application, bob.session).get("/notifications").text
    assert client.put("/api/me/muted-words", headers=bob.headers, json={"words": ["football"]}).status_code == 200
    shown = Browser(client.application, bob.session).get("/notifications").text
    assert "Football" not in shown
    assert "named you" in shown
