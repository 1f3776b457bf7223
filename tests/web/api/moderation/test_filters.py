"""Filters hold or refuse what members write, from their acknowledgement on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.api.calls import comment, data, problem, publish

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient

    from feedapp.wiring import Services
    from tests.support.people import Somebody

BEANS = {"body": "Cheap beans at https://spam.example/x"}


@pytest.fixture
def screen(services: Services) -> Callable[..., None]:
    """Add a filter."""

    def add(kind: str, pattern: str, effect: str) -> None:
        services.filters.add(None, kind=kind, pattern=pattern, effect=effect)

    return add


def test_what_is_refused_is_not_written_and_says_why(
    client: FlaskClient, bob: Somebody, post_id: str, screen: Callable[..., None]
) -> None:
    mine = publish(client, bob)
    screen("domain", "spam.example", "refuse")
    for method, address in (
        ("POST", "/api/posts"),
        ("POST", f"/api/posts/{post_id}/comments"),
        ("PATCH", f"/api/posts/{mine}"),
    ):
        refused = problem(client.open(address, method=method, headers=bob.headers, json=BEANS), 422)
        [error] = refused["errors"]
        assert (error["field"], "spam.example" in error["message"]) == ("body", True)
    assert [each["id"] for each in data(client.get("/api/posts"))["items"]] == [mine, post_id]
    assert data(client.get(f"/api/posts/{post_id}"))["comments_count"] == 0
    data(client.post("/api/posts", headers=bob.headers, json={"body": "Something else"}), 201)


def test_what_is_held_is_its_authors_alone_until_a_moderator_lets_it_through(
    client: FlaskClient, ada: Somebody, bob: Somebody, mod: Somebody, screen: Callable[..., None]
) -> None:
    screen("word", "cheap beans", "hold")
    body = {"body": "Cheap beans, @bob!"}
    made = data(client.post("/api/posts", headers=ada.headers, json=body), 201)
    held = made["id"]
    assert data(client.get("/api/posts?feed=public", headers=bob.headers))["items"] == []
    problem(client.get(f"/api/posts/{held}", headers=bob.headers), 404)
    own = data(client.get(f"/api/posts/{held}", headers=ada.headers))
    assert "waits for a moderator" in own["hidden"]["reason"]
    assert made["hidden"] == own["hidden"]
    assert data(client.get("/api/users/ada"))["posts_count"] == 0
    [case] = data(client.get("/api/reports", headers=mod.headers))["items"]
    assert (case["post_id"], case["reports_count"], case["body"]) == (held, 0, body["body"])
    assert data(client.get("/api/notifications/unread", headers=mod.headers))["unread_count"] == 1
    assert data(client.get("/api/notifications", headers=bob.headers))["items"] == []
    data(client.post(f"/api/reports/{case['id']}/resolution", headers=mod.headers, json={"action": "none"}))
    assert [each["id"] for each in data(client.get("/api/posts?feed=public", headers=bob.headers))["items"]] == [held]
    [told] = data(client.get("/api/notifications", headers=bob.headers))["items"]
    assert (told["kind"], told["post_id"]) == ("mention", held)
    assert data(client.get("/api/users/ada"))["posts_count"] == 1


def test_a_comment_is_held_and_an_edit_too(
    client: FlaskClient, ada: Somebody, bob: Somebody, mod: Somebody, post_id: str, screen: Callable[..., None]
) -> None:
    del ada
    mine = comment(client, bob, post_id)
    thread = f"/api/posts/{post_id}/comments"
    screen("word", "beans", "hold")
    data(client.patch(f"{thread}/{mine}", headers=bob.headers, json={"body": "Beans!"}))
    problem(client.get(f"{thread}/{mine}"), 404)
    data(client.post(thread, headers=bob.headers, json={"body": "More beans"}), 201)
    cases = data(client.get("/api/reports", headers=mod.headers))["items"]
    assert [each["kind"] for each in cases] == ["comment", "comment"]
    for each in cases:
        client.post(f"/api/reports/{each['id']}/resolution", headers=mod.headers, json={"action": "none"})
    assert [each["body"] for each in data(client.get(thread))["items"]] == ["Beans!", "More beans"]


def test_what_is_held_has_no_tags_until_it_is_shown(
    client: FlaskClient, ada: Somebody, mod: Somebody, post_id: str, screen: Callable[..., None]
) -> None:
    def count() -> int:
        return int(data(client.get("/api/tags/peas"))["posts_count"])

    data(client.patch(f"/api/posts/{post_id}", headers=ada.headers, json={"body": "#peas"}))
    assert count() == 1
    screen("word", "beans", "hold")
    data(client.patch(f"/api/posts/{post_id}", headers=ada.headers, json={"body": "#peas and beans"}))
    data(client.post("/api/posts", headers=ada.headers, json={"body": "#peas and beans"}), 201)
    assert count() == 0
    for each in data(client.get("/api/reports", headers=mod.headers))["items"]:
        client.post(f"/api/reports/{each['id']}/resolution", headers=mod.headers, json={"action": "none"})
    assert count() == 2


def test_what_a_moderator_hid_stays_hidden_whatever_is_decided(
    client: FlaskClient, ada: Somebody, bob: Somebody, mod: Somebody, post_id: str
) -> None:
    del ada
    data(client.post("/api/reports", headers=bob.headers, json={"post_id": post_id, "reason": "spam"}), 201)
    client.post(f"/api/posts/{post_id}/hiding", headers=mod.headers, json={"reason": "No."})
    data(client.post("/api/reports/1/resolution", headers=mod.headers, json={"action": "none"}))
    problem(client.get(f"/api/posts/{post_id}"), 404)


def test_a_network_is_refused_and_moderators_are_not_looked_at(
    client: FlaskClient, bob: Somebody, mod: Somebody, screen: Callable[..., None]
) -> None:
    screen("network", "127.0.0.0/8", "refuse")
    refused = problem(client.post("/api/posts", headers=bob.headers, json={"body": "Hello"}), 422)
    assert "network" in refused["errors"][0]["message"]
    data(client.post("/api/posts", headers=mod.headers, json={"body": "Hello"}), 201)


def test_one_that_was_removed_or_added_counts_from_the_next_text_on(
    app: Flask, client: FlaskClient, bob: Somebody
) -> None:
    run = app.test_cli_runner()
    for _ in range(2):
        assert run.invoke(args=["filter", "add", "word", "Beans", "--effect", "refuse"]).exit_code == 0
        problem(client.post("/api/posts", headers=bob.headers, json={"body": "beans"}), 422)
        number = run.invoke(args=["filter", "list"]).output.partition(":")[0]
        assert run.invoke(args=["filter", "add", "word", "BEANS"]).exit_code != 0
        assert run.invoke(args=["filter", "remove", number]).exit_code == 0
        data(client.post("/api/posts", headers=bob.headers, json={"body": "beans"}), 201)
