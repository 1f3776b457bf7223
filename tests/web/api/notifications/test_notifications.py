"""What people are told of what others do, by the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.api.calls import fields_at_fault, nothing_changes, publish
from tests.web.api.notifications.telling import brief, do, read, told

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from feedapp.wiring import Services
    from tests.support.people import Somebody


def test_each_kind_is_told_once_to_whom_it_concerns(
    client: FlaskClient, ada: Somebody, bob: Somebody, post_id: str
) -> None:
    assert told(client, ada)["items"] == []
    do(client, bob, "POST", f"posts/{post_id}/likes")
    do(client, bob, "POST", f"posts/{post_id}/likes")
    do(client, bob, "POST", "users/ada/followers")
    comment = do(client, bob, "POST", f"posts/{post_id}/comments", body="well said, @ada")
    post = do(client, bob, "POST", "posts", body="as @ada and @Ada say")
    found = told(client, ada)
    assert brief(found) == [(kind, "bob", 0, False) for kind in ("mention", "comment", "follow", "like")]
    assert [(each["post_id"], each["comment_id"]) for each in found["items"]] == [
        (post["id"], None), (post_id, comment["id"]), (None, None), (post_id, None),
    ]  # fmt: skip
    assert found["unread_count"] == 4
    assert told(client, bob)["items"] == []


def test_nobody_is_told_of_what_they_do_themselves(client: FlaskClient, ada: Somebody, post_id: str) -> None:
    do(client, ada, "POST", f"posts/{post_id}/likes")
    do(client, ada, "POST", f"posts/{post_id}/comments", body="@ada to myself")
    assert told(client, ada)["items"] == []


def test_likes_of_a_post_are_one_entry_that_comes_to_the_top_again(
    client: FlaskClient, ada: Somebody, people: Callable[..., Somebody], post_id: str
) -> None:
    bob, cyd, dee = (people(name) for name in ("bob", "cyd", "dee"))
    do(client, ada, "POST", f"posts/{post_id}/likes")
    for who in (bob, cyd):
        do(client, who, "POST", f"posts/{post_id}/likes")
    do(client, cyd, "POST", f"posts/{post_id}/comments", body="good")
    assert brief(told(client, ada)) == [("comment", "cyd", 0, False), ("like", "cyd", 1, False)]
    before = told(client, ada)
    assert read(client, ada, before["items"][0]["id"]) == 0
    assert brief(told(client, ada)) == [("comment", "cyd", 0, True), ("like", "cyd", 1, True)]
    do(client, dee, "POST", f"posts/{post_id}/likes")
    after = told(client, ada)
    assert brief(after) == [("like", "dee", 2, False), ("comment", "cyd", 0, True)]
    assert after["unread_count"] == 1
    assert after["items"][0]["id"] not in {each["id"] for each in before["items"]}


def test_a_like_taken_back_leaves_it_as_it_was(
    client: FlaskClient, ada: Somebody, people: Callable[..., Somebody], post_id: str
) -> None:
    bob, cyd = people("bob"), people("cyd")
    do(client, bob, "POST", f"posts/{post_id}/likes")
    seen = told(client, ada)
    read(client, ada, seen["items"][0]["id"])
    do(client, cyd, "POST", f"posts/{post_id}/likes")
    assert brief(told(client, ada)) == [("like", "cyd", 1, False)]
    do(client, cyd, "DELETE", f"posts/{post_id}/likes")
    found = told(client, ada)
    assert (brief(found), found["unread_count"]) == ([("like", "bob", 0, True)], 0)
    do(client, bob, "DELETE", f"posts/{post_id}/likes")
    assert told(client, ada)["items"] == []


def test_new_followers_are_one_entry_until_it_was_read(
    client: FlaskClient, ada: Somebody, people: Callable[..., Somebody]
) -> None:
    bob, cyd, dee = (people(name) for name in ("bob", "cyd", "dee"))
    for who in (bob, cyd):
        do(client, who, "POST", "users/ada/followers")
    found = told(client, ada)
    assert (brief(found), found["unread_count"]) == ([("follow", "cyd", 1, False)], 1)
    do(client, cyd, "DELETE", "users/ada/followers")
    assert brief(told(client, ada)) == [("follow", "bob", 0, False)]
    assert read(client, ada, told(client, ada)["items"][0]["id"]) == 0
    do(client, dee, "POST", "users/ada/followers")
    assert brief(told(client, ada)) == [("follow", "dee", 0, False)]
    do(client, dee, "DELETE", "users/ada/followers")
    assert told(client, ada)["items"] == []


@pytest.mark.parametrize("gone", ["comment", "post", "account"])
def test_what_is_deleted_is_not_told_any_more(
    client: FlaskClient, ada: Somebody, bob: Somebody, people: Callable[..., Somebody], gone: str
) -> None:
    cyd = people("cyd")
    post_id = publish(client, bob, "hello @ada")
    comment = do(client, bob, "POST", f"posts/{post_id}/comments", body="@ada and @cyd, too")
    own = publish(client, ada)
    do(client, bob, "POST", f"posts/{own}/likes")
    do(client, cyd, "POST", f"posts/{own}/likes")
    assert brief(told(client, ada)) == [
        ("like", "cyd", 1, False),
        ("mention", "bob", 0, False),
        ("mention", "bob", 0, False),
    ]
    assert told(client, cyd)["unread_count"] == 1
    if gone == "comment":
        do(client, bob, "DELETE", f"posts/{post_id}/comments/{comment['id']}")
    elif gone == "post":
        do(client, bob, "DELETE", f"posts/{post_id}")
    else:
        done = client.application.test_cli_runner().invoke(args=["user", "delete", "bob", "--yes", "--now"])
        assert done.exit_code == 0, done.output
    left = {"comment": [("like", "cyd", 1, False), ("mention", "bob", 0, False)], "post": [("like", "cyd", 1, False)]}
    found = told(client, ada)
    assert brief(found) == left.get(gone, [("like", "cyd", 0, False)])
    assert found["unread_count"] == len(found["items"])
    assert told(client, cyd)["items"] == []


def test_an_edit_tells_who_is_named_and_takes_back_who_is_not(
    client: FlaskClient, ada: Somebody, bob: Somebody, people: Callable[..., Somebody]
) -> None:
    cyd = people("cyd")
    post_id = publish(client, bob, "@ada first")
    comment = do(client, bob, "POST", f"posts/{post_id}/comments", body="@ada here")
    first = told(client, ada)["items"]
    for path in (f"posts/{post_id}", f"posts/{post_id}/comments/{comment['id']}"):
        do(client, bob, "PATCH", path, body="@ada still, and @cyd")
    assert told(client, ada)["items"] == first
    assert told(client, cyd)["unread_count"] == 2
    for path in (f"posts/{post_id}", f"posts/{post_id}/comments/{comment['id']}"):
        do(client, bob, "PATCH", path, body="@cyd only")
    assert told(client, ada)["items"] == []
    assert told(client, cyd)["unread_count"] == 2


def test_only_so_many_are_told_of_one_text(client: FlaskClient, ada: Somebody, people: Callable[..., Somebody]) -> None:
    others = [people(f"other_{number}") for number in range(12)]
    publish(client, ada, " ".join(f"@other_{number}" for number in range(12)) + " @nobody_else")
    assert [told(client, each)["unread_count"] for each in others] == [1] * 10 + [0] * 2


def test_a_page_of_one_kind_and_the_pages_before_and_after(
    client: FlaskClient, ada: Somebody, bob: Somebody, post_id: str
) -> None:
    for number in range(5):
        do(client, bob, "POST", f"posts/{post_id}/comments", body=f"comment {number}")
    do(client, bob, "POST", f"posts/{post_id}/likes")
    assert brief(told(client, ada, "?kind=like")) == [("like", "bob", 0, False)]
    first = told(client, ada, "?kind=comment&limit=2")
    second = told(client, ada, f"?kind=comment&limit=2&cursor={first['next_cursor']}")
    third = told(client, ada, f"?kind=comment&limit=2&cursor={second['next_cursor']}")
    ids = [each["comment_id"] for page in (first, second, third) for each in page["items"]]
    assert len(set(ids)) == 5
    assert third["next_cursor"] is None
    assert told(client, ada, f"?kind=comment&limit=2&cursor={second['prev_cursor']}")["items"] == first["items"]
    assert told(client, ada, "?kind=comment")["unread_count"] == 6
    assert fields_at_fault(client.get("/api/notifications?kind=poke", headers=ada.headers), 400) == {"kind"}


def test_what_stands_above_until_stays_unread(client: FlaskClient, ada: Somebody, bob: Somebody, post_id: str) -> None:
    for number in range(3):
        do(client, bob, "POST", f"posts/{post_id}/comments", body=f"comment {number}")
    middle = told(client, ada)["items"][1]["id"]
    assert read(client, ada, middle) == 1
    assert [each["read"] for each in told(client, ada)["items"]] == [False, True, True]
    do(client, bob, "POST", f"posts/{post_id}/likes")
    assert read(client, ada, middle) == 2


@pytest.mark.parametrize("until", ["", "x", "1", "0-1", "1-0", "-", "9" * 18 + "-1x", "1-" + "9" * 40])
def test_until_has_to_be_the_id_of_a_notification(
    client: FlaskClient, engine: Engine, ada: Somebody, until: str
) -> None:
    with nothing_changes(engine):
        answer = client.post("/api/notifications/read", headers=ada.headers, json={"until": until})
    assert fields_at_fault(answer, 422) == {"until"}


def test_the_latest_place_of_all_can_be_named(client: FlaskClient, ada: Somebody, bob: Somebody, post_id: str) -> None:
    do(client, bob, "POST", f"posts/{post_id}/likes")
    assert read(client, ada, "9" * 17 + "-" + "9" * 18) == 0


def test_each_reads_only_their_own(client: FlaskClient, ada: Somebody, bob: Somebody, post_id: str) -> None:
    do(client, bob, "POST", f"posts/{post_id}/likes")
    until = told(client, ada)["items"][0]["id"]
    assert read(client, bob, until) == 0
    assert told(client, ada)["unread_count"] == 1


def test_what_was_read_long_ago_is_swept(
    client: FlaskClient, services: Services, engine: Engine, ada: Somebody, bob: Somebody, post_id: str
) -> None:
    do(client, bob, "POST", f"posts/{post_id}/comments", body="old")
    read(client, ada, told(client, ada)["items"][0]["id"])
    do(client, bob, "POST", f"posts/{post_id}/comments", body="new")
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE notifications SET read_at = read_at - interval '91 days'")
    with client.application.app_context():
        assert services.telling.sweep() == 1
    assert len(told(client, ada)["items"]) == 1
